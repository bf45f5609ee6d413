/** The goals, each with what this run found. A row that is not met or not won says so. */
import type { LifeResult } from '../parts/life.js';
import type { MovingResult } from '../parts/moving.js';
import type { Results } from '../results.js';
import { num, percent, table, times } from './table.js';

export interface Goal {
  readonly what: string;
  readonly slate: string;
  /** The best of the other systems, raw nats.ws apart. */
  readonly other: string;
  readonly floor: string;
  readonly ratioOther: string;
  readonly ratioFloor: string;
  readonly goal: string;
  /** Undefined: not measured in this run. */
  readonly met: boolean | undefined;
  /** Slate is not behind the best other system; undefined: nothing to compare. */
  readonly won: boolean | undefined;
}

const SLATE = 'slate';
const FLOOR = 'nats';
/** What is Slate itself, or no system of its own: nothing to be compared with. */
export const NO_OTHER = [SLATE, 'slate-verified', FLOOR];
/** Below this a figure is shown as nothing, and a ratio to it would be nonsense. */
const TOO_SMALL = 0.005;

interface Better {
  readonly value: number;
  readonly title: string;
}

function best(rows: readonly { system: string; title: string }[], read: (i: number) => number): Better | undefined {
  let found: Better | undefined;
  rows.forEach((row, i) => {
    const value = read(i);
    if (NO_OTHER.includes(row.system) || !Number.isFinite(value)) return;
    if (found === undefined || value < found.value) found = { value, title: row.title };
  });
  return found;
}

interface Measure<T> {
  readonly what: string;
  readonly rows: readonly T[];
  /** Lower is better. */
  readonly read: (row: T) => number;
  readonly unit: string;
  readonly goal: string;
  readonly met: (slate: number, floor: number) => boolean;
}

function goal<T extends { system: string; title: string }>({ what, rows, read, unit, goal, met }: Measure<T>): Goal {
  const own = rows.find((row) => row.system === SLATE);
  const floorRow = rows.find((row) => row.system === FLOOR);
  const value = own === undefined ? Number.NaN : read(own);
  const floor = floorRow === undefined ? Number.NaN : read(floorRow);
  const other = best(rows, (i) => {
    const row = rows[i];
    return row === undefined ? Number.NaN : read(row);
  });
  const withUnit = (x: number) => (Number.isFinite(x) ? `${num(x)}${unit}` : '–');
  return {
    what,
    slate: withUnit(value),
    other: other === undefined ? '–' : `${withUnit(other.value)} (${other.title})`,
    floor: withUnit(floor),
    ratioOther: other === undefined || other.value < TOO_SMALL ? '–' : times(value / other.value),
    ratioFloor: floor < TOO_SMALL ? '–' : times(value / floor),
    goal,
    met: Number.isFinite(value) ? met(value, floor) : undefined,
    won: other === undefined || !Number.isFinite(value) ? undefined : value <= other.value + TOO_SMALL,
  };
}

function movingGoals(all: readonly MovingResult[]): Goal[] {
  const at = (people: number) => all.filter((row) => row.people === people && !row.system.endsWith('-60'));
  const sixty = [
    ...all.filter((row) => row.people === 10 && row.system.endsWith('-60')),
    ...all.filter((row) => row.people === 10 && row.system === SLATE),
  ];
  const goals: Goal[] = [];
  const of = (rows: readonly MovingResult[], rest: Omit<Measure<MovingResult>, 'rows'>) => {
    if (rows.some((row) => row.system === SLATE)) goals.push(goal({ rows, ...rest }));
  };
  of(at(100), {
    what: '100 people moving: update p95',
    read: (row) => row.analysis.update.p95,
    unit: ' ms',
    goal: '≤ 1.5 × raw nats.ws',
    met: (slate, floor) => slate <= 1.5 * floor,
  });
  of(at(200), {
    what: '200 people moving: update p95',
    read: (row) => row.analysis.update.p95,
    unit: ' ms',
    goal: '≤ 2 × raw nats.ws',
    met: (slate, floor) => slate <= 2 * floor,
  });
  of(at(200), {
    what: '200 people moving: updates not on time (later than 100 ms, or lost)',
    read: (row) => 100 * (1 - row.analysis.onTime / row.analysis.expected),
    unit: ' %',
    goal: 'none',
    met: (slate) => slate === 0,
  });
  of(at(200), {
    what: '200 people moving: positions that never arrived',
    read: (row) => 100 * (1 - row.analysis.samples / row.analysis.samplesExpected),
    unit: ' %',
    goal: 'none',
    met: (slate) => slate === 0,
  });
  of(at(100), {
    what: '100 people moving: bytes received per update',
    read: (row) => row.bytesPerUpdate,
    unit: ' B',
    goal: '≤ 60 B',
    met: (slate) => slate <= 60,
  });
  of(at(100), {
    what: '100 people moving: bytes received per position',
    read: (row) => row.bytesPerSample,
    unit: ' B',
    goal: '≤ 16 B',
    met: (slate) => slate <= 16,
  });
  of(at(100), {
    what: '100 people moving: server time per delivery',
    read: (row) => row.serverPerDelivery,
    unit: ' µs',
    goal: '≤ 2 µs',
    met: (slate) => slate <= 2,
  });
  of(at(100), {
    what: '100 people moving: client time per update received',
    read: (row) => row.clientPerUpdate,
    unit: ' µs',
    goal: '≤ 7 µs',
    met: (slate) => slate <= 7,
  });
  of(sixty, {
    what: '10 people at 60 Hz: bytes received per position',
    read: (row) => row.bytesPerSample,
    unit: ' B',
    goal: '≤ 16 B',
    met: (slate) => slate <= 16,
  });
  of(at(50), {
    what: 'one move, 50 people: messages sent',
    read: (row) => row.cost.publishes,
    unit: '',
    goal: '1',
    met: (slate) => slate < 1.05,
  });
  of(at(50), {
    what: 'one move, 50 people: messages delivered',
    read: (row) => row.cost.deliveries,
    unit: '',
    goal: '49',
    met: (slate) => slate < 49.5,
  });
  return goals;
}

function lifeGoals(rows: readonly LifeResult[]): Goal[] {
  if (!rows.some((row) => row.system === SLATE)) return [];
  const never = (seconds: number | undefined) => seconds ?? Number.POSITIVE_INFINITY;
  const of = (what: string, read: (row: LifeResult) => number, unit: string, limit: number, text: string) =>
    goal({ what, rows, read, unit, goal: text, met: (slate) => slate <= limit });
  return [
    of('visible again after a dropped socket, from the new socket on', (row) => row.back, ' s', 1, '≤ 1 s'),
    of('leave and join pairs in a 3 s cut', (row) => row.pairs, '', 0, '0'),
    of(
      'process killed: shown as unreachable or gone',
      (row) => Math.min(never(row.killed.dimmed), never(row.killed.gone)),
      ' s',
      2,
      '≤ 2 s',
    ),
    of('process killed: gone', (row) => never(row.killed.gone), ' s', 8, '≤ 8 s'),
    of('process frozen, socket open: gone', (row) => never(row.frozen.gone), ' s', 11, '≤ 11 s'),
    of('clean leave: gone', (row) => never(row.closed.gone), ' s', 0.2, '≤ 0.2 s'),
  ];
}

export function goalsOf({ moving, joining, life }: Results): Goal[] {
  const others = joining.filter((row) => !NO_OTHER.includes(row.system));
  const newcomer = joining.some((row) => row.system === SLATE)
    ? [
        goal({
          what: 'newcomer holds 100 people, from the opened socket',
          rows: joining,
          read: (row) => row.fromOpen,
          unit: ' ms',
          goal: 'no later than the best other',
          met: (slate) => slate <= Math.min(...others.map((row) => row.fromOpen)),
        }),
        goal({
          what: 'newcomer to 100 people: messages delivered',
          rows: joining,
          read: (row) => row.deliveries,
          unit: '',
          goal: 'no more than the best other',
          met: (slate) => slate <= Math.min(...others.map((row) => row.deliveries)),
        }),
      ]
    : [];
  return [...movingGoals(moving), ...newcomer, ...lifeGoals(life)];
}

const verdict = ({ met, won }: Goal): string =>
  [met === undefined ? '' : met ? 'met' : '**missed**', won === false ? '**behind**' : ''].filter(Boolean).join(', ');

export function goalTable(goals: readonly Goal[]): string {
  const count = goals.filter((each) => each.met !== undefined);
  const met = count.filter((each) => each.met).length;
  return [
    table(
      ['', 'Slate', 'best other', 'raw nats.ws', 'Slate ÷ best other', 'Slate ÷ raw', 'goal', 'verdict'],
      goals.map((each) => [
        each.what,
        each.slate,
        each.other,
        each.floor,
        each.ratioOther,
        each.ratioFloor,
        each.goal,
        verdict(each),
      ]),
    ),
    '',
    `Goals met: ${met} of ${count.length} (${percent(met, count.length)}). Lower is better in every row. ` +
      '**missed**: the goal is not reached; **behind**: another system did better in this run.',
  ].join('\n');
}
