/** From the rows of the drawing bench to docs/benchmarks-drawing.md. Every figure in that file comes from here. */
import { cpus, totalmem } from 'node:os';
import type { Sent } from './sending.js';
import type { FrameCost } from './trace.js';

export const DRAWS = ['nothing', 'slate', 'transition', 'perfect'] as const;
export type Draw = (typeof DRAWS)[number];

export interface Row extends FrameCost {
  readonly draw: Draw;
  readonly people: number;
  /** Between two batches of a person, in milliseconds. */
  readonly intervalMs: number;
  /** Messages a second that came in. */
  readonly messages: number;
  /** Pointers that were there at the end. */
  readonly seen: number;
}

export interface Circumstances {
  readonly browser: string;
  readonly seconds: number;
  readonly repeat: number;
  readonly viewport: { readonly width: number; readonly height: number };
}

/** The share of a frame that 200 moving pointers may take, in milliseconds. */
const BUDGET = { people: 200, ms: 4 };

const TITLES: Readonly<Record<Draw, string>> = {
  nothing: 'nothing: received and played out, not drawn',
  slate: '`<slate-cursors>`',
  transition: 'one element a pointer with a CSS transition, moved every 100 ms',
  perfect: 'perfect-cursors, one element a pointer, told every 100 ms',
};

export function report(
  rows: readonly Row[],
  sent: readonly Sent[],
  { browser, seconds, repeat, viewport }: Circumstances,
): string {
  const lines = rows.map((row) => {
    const { draw, people, cpu, p95, frames, seconds: span, messages, parts } = row;
    const idle = rows.find((other) => other.people === people && other.draw === 'nothing');
    const drawing = draw === 'nothing' || !idle ? '–' : ms(cpu - idle.cpu);
    const cells = [
      people,
      TITLES[draw],
      ms(cpu),
      drawing,
      ms(p95),
      (frames / span).toFixed(0),
      messages.toFixed(0),
      ms(parts.script),
      ms(parts.style),
      ms(parts.layout),
      ms(parts.prepaint + parts.paint + parts.commit),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const judged = rows.find(({ draw, people }) => draw === 'slate' && people === BUDGET.people);
  const verdict = judged
    ? `${BUDGET.people} moving pointers cost ${ms(judged.cpu)} ms of main thread per frame, everything included. ` +
      `The aim is ${BUDGET.ms}: ${judged.cpu <= BUDGET.ms ? 'reached' : 'not reached on this machine'}.`
    : '';
  const sends = sent.map(({ what, positions, messages, bytes, seconds: span }) => {
    const cells = [what, (bytes / positions).toFixed(1), (bytes / span).toFixed(0), (messages / span).toFixed(1)];
    return `| ${cells.join(' | ')} |`;
  });
  return `# What drawing costs

Written by \`npm run bench:drawing\`. ${verdict}

| ${HEAD.join(' | ')} |
|${HEAD.map(() => '---|').join('')}
${lines.join('\n')}

How: Chromium ${browser}, headless, without a GPU (the work of a GPU runs on the same processor, in other threads),
window ${viewport.width} × ${viewport.height}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'},
${(totalmem() / 2 ** 30).toFixed(0)} GB. The server is a real nats-server. The people are another process that speaks
the protocol; all of them move all the time, in strokes across 64 anchors, with samples at 60 Hz. Each sends at the
interval that a budget of 600 messages a second for each receiver allows, at least 100 ms. Traced for ${seconds} s, the
median of ${repeat} run${repeat === 1 ? '' : 's'}.

**Main thread** is the processor time of all tasks of the page's main thread, divided by the number of frames. It
includes receiving, decoding, garbage collection and the trace itself. **Of it drawing** is that minus the row that
draws nothing. The p95 is wall-clock time, so it includes waiting for other processes of this machine. The last four
columns are parts of the processor time. With more than 250 pointers the element moves each one every second frame,
with more than 500 every third, with more than 750 every fourth. With more than 20 pointers in sight it shows names
only where they are asked for, and with more than 30 those at rest are dots.

## What it costs to send the user's own pointer

The pointer moves over paragraphs of a page without ids, so that each address is long: the worst case for bytes per
position. One pointer event per frame (60 a second); the bytes are those of the published payloads.

| strokes | bytes a position | bytes/s | messages/s |
|---|---|---|---|
${sends.join('\n')}
`;
}

const ms = (value: number): string => value.toFixed(2);

const HEAD = [
  'people',
  'drawn by',
  'main thread, ms a frame',
  'of it drawing',
  'frame task, p95 ms',
  'frames/s',
  'messages/s',
  'script',
  'style',
  'layout',
  'paint and layers',
];
