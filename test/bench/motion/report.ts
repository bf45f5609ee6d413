/** docs/benchmarks-motion.md, from one run. */
import type { Bytes } from './bytes.js';
import type { CrowdSecond } from './crowd.js';
import type { Figures } from './metrics.js';
import type { Network } from './network.js';

/** One figure of each network. */
export type ByNetwork = readonly Figures[];

export interface Results {
  readonly seconds: number;
  readonly quick: boolean;
  readonly networks: readonly Network[];
  readonly machine: string;
  readonly rows: readonly { readonly title: string; readonly perSecond: number; readonly at60: ByNetwork }[];
  /** The greatest of each figure over so many other traces and weathers. */
  readonly worst: { readonly of: number; readonly at60: ByNetwork };
  readonly rates: readonly { readonly title: string; readonly figures: ByNetwork }[];
  readonly chromium: { readonly version: string; readonly hz: number };
  readonly bytes: { readonly whole: readonly Bytes[]; readonly steady: readonly Bytes[]; readonly share: number };
  readonly crowd: readonly CrowdSecond[];
  readonly budget: number;
}

type Cell = string | number;

function table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`, ...rows.map(line)].join('\n');
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 2 : 0)} %`;
/** Pointer events have whole pixels: what is less than one is none. */
const px = (value: number) => (value < 1 ? '0' : value.toFixed(0));
const cells = ({ lag, rms, p95, stall, overshoot, fastest }: Figures): Cell[] => [
  lag,
  rms.toFixed(1),
  p95.toFixed(1),
  percent(stall),
  px(overshoot),
  `× ${fastest.toFixed(1)}`,
];
const FIGURES = ['lag, ms', 'rms, px', 'p95, px', 'stalls', 'overshoot, px', 'fastest'];

function smoothness({ networks, rows, worst }: Results): string {
  return networks
    .map((network, i) => {
      const lines = rows.map(({ title, perSecond, at60 }) => [
        title,
        perSecond.toFixed(1),
        ...cells(at60[i] as Figures),
      ]);
      lines.push([`Slate, the worst of ${worst.of} other traces`, '', ...cells(worst.at60[i] as Figures)]);
      return `### ${network.title}\n\n${table(['method', 'messages/s', ...FIGURES], lines)}`;
    })
    .join('\n\n');
}

function rates({ networks, rates }: Results): string {
  return networks
    .map((network, i) => {
      const lines = rates.map(({ title, figures }) => [title, ...cells(figures[i] as Figures)]);
      return `### ${network.title}\n\n${table(['frames', ...FIGURES], lines)}`;
    })
    .join('\n\n');
}

function wire({ bytes: { whole, steady, share } }: Results): string {
  const lines = whole.map(({ title, subject, payload, all }, i) => [
    `${title}: \`${subject}\``,
    steady[i]?.payload.toFixed(1) ?? '',
    steady[i]?.all.toFixed(1) ?? '',
    payload.toFixed(1),
    all.toFixed(1),
  ]);
  const head = ['room', 'moving: payload', 'moving: all', 'with rests: payload', 'with rests: all'];
  const kept = `${percent(share)} of the events are in the batches.`;
  const others = 'The others lie on the straight line between two of them, to 1/700 of the surface.';
  return `${table(head, lines)}\n\n${kept} ${others}`;
}

function crowds({ crowd }: Results): string {
  const head = ['second', 'people', 'messages in, the first of them', 'messages in, most of anyone'];
  return table(
    head,
    crowd.map(({ people, first, most }, i) => [i + 1, people, first, most]),
  );
}

function goals({ rows, worst, rates, bytes, crowd, budget, networks }: Results): string {
  const usual = networks.findIndex(({ deviation, spikes }) => deviation === 15 && !spikes);
  const ours = rows[0]?.at60[usual] as Figures;
  const bad = worst.at60[usual] as Figures;
  const spread = Math.max(
    ...(['lag', 'rms', 'p95'] as const).map((key) => {
      const all = rates
        .filter(({ title }) => title.endsWith('Hz'))
        .map(({ figures }) => (figures[usual] as Figures)[key]);
      return Math.max(...all) / Math.min(...all) - 1;
    }),
  );
  const inFile = bytes.steady[1] as Bytes;
  const most = Math.max(...crowd.map(({ most }) => most));
  const people = crowd.at(-1)?.people ?? 0;
  const line = (goal: string, value: string, worstValue: string, reached: boolean) => [
    goal,
    value,
    worstValue,
    reached ? 'yes' : '**no**',
  ];
  return table(
    ['goal', 'here', 'worst trace', 'reached by all'],
    [
      line('path error ≤ 6 px rms', ours.rms.toFixed(1), bad.rms.toFixed(1), Math.max(ours.rms, bad.rms) <= 6),
      line('lag ≤ 190 ms', `${ours.lag}`, `${bad.lag}`, Math.max(ours.lag, bad.lag) <= 190),
      line('stalls < 1 %', percent(ours.stall), percent(bad.stall), Math.max(ours.stall, bad.stall) < 0.01),
      line('no overshoot', px(ours.overshoot), px(bad.overshoot), Math.max(ours.overshoot, bad.overshoot) < 1),
      line(
        'catch-up ≤ 1.5',
        ours.fastest.toFixed(2),
        bad.fastest.toFixed(2),
        Math.max(ours.fastest, bad.fastest) <= 1.5,
      ),
      line('the same at 30, 60, 120, 144 Hz within 5 %', percent(spread), '', spread <= 0.05),
      line('payload ≤ 6 bytes an event, moving', inFile.payload.toFixed(1), '', inFile.payload <= 6),
      line('all bytes ≤ 16 an event, moving, in a file', inFile.all.toFixed(1), '', inFile.all <= 16),
      line(`≤ ${budget} messages/s in, 2 to ${people} people in 10 s`, `${most}`, '', most <= budget),
    ],
  );
}

export function markdown(results: Results): string {
  const { machine, chromium, seconds } = results;
  const quick = results.quick ? '**A quick run: shorter, and not for comparison.** ' : '';
  return `# Motion, measured

\`npm run bench:motion\` writes this file. ${quick}${machine}.

A pointer follows a path of ${seconds} s that is known 240 times a second: strokes of minimum jerk over 1280 × 720 px
with rests between them (the path and its seed are in \`test/bench/motion\`). Pointer events come 60 times a second, in
whole pixels; timers fire up to 2 ms late. The network keeps the order of messages and has normally distributed delays;
"spikes" delay 2 % of the messages by 100 to 250 ms more. Everything except the Chromium row is a model on a virtual
clock: the real batcher, codec and playout of Slate, the published package of perfect-cursors, and the others by their
published parameters.

*Lag* is the delay at which the drawn path fits the true one best; *rms* and *p95* are the distances from the true path
at that lag. *Stalls*: the share of frames that stand still among those in which the true pointer moves. *Overshoot*:
the greatest distance past the end of a stroke; less than a pixel counts as none. *Fastest*: the greatest drawn speed,
as a multiple of the greatest true speed near that time; jumps show here.

## Goals, over 60 ± 15 ms

${goals(results)}

## Side by side, at 60 Hz

${smoothness(results)}

## Slate at other frame rates

The last row is ${chromium.version} on real animation frames (${chromium.hz.toFixed(0)} Hz), in real time.

${rates(results)}

## Bytes for each pointer event, as received

*All* includes the NATS protocol line and a WebSocket frame for each message. The anchor is \`#board\`. *Moving* counts
the batches of six events; *with rests* counts all events of the trace.

${wire(results)}

## A crowd

Real rooms on the in-memory bus and a virtual clock. Everyone moves all the time; at 2 people batches leave each 100 ms.
The budget is the default, ${results.budget} messages a second, presence and all.

${crowds(results)}
`;
}
