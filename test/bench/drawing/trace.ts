/** From a Chromium trace to milliseconds of main thread a frame. Pure. */

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: begin, and length by the clock and by the processor. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface FrameCost {
  readonly frames: number;
  readonly seconds: number;
  /** Milliseconds a frame, mean: everything the main thread did, by the clock and in processor time. */
  readonly busy: number;
  readonly cpu: number;
  /** The 95th percentile of the wall-clock time of a frame, from its begin to its commit, in ms. */
  readonly p95: number;
  /** Milliseconds of processor time a frame, by what was done. */
  readonly parts: Readonly<Record<(typeof PARTS)[number], number>>;
  /** Layouts in all. */
  readonly layouts: number;
}

const PARTS = ['script', 'style', 'layout', 'prepaint', 'paint', 'commit'] as const;
const TASK = 'ThreadControllerImpl::RunTask';
const NAMES: Readonly<Record<string, (typeof PARTS)[number]>> = {
  FireAnimationFrame: 'script',
  UpdateLayoutTree: 'style',
  Layout: 'layout',
  PrePaint: 'prepaint',
  Paint: 'paint',
  Layerize: 'commit',
  Commit: 'commit',
};

/** `trace` as the browser wrote it. The page is the renderer with the most animation frames. */
export function analyse(trace: string): FrameCost {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const key = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = new Set(traceEvents.filter(({ args }) => args?.name === 'CrRendererMain').map(key));
  const load = new Map<string, number>();
  for (const event of traceEvents) {
    if (event.name === 'FireAnimationFrame' && mains.has(key(event)))
      load.set(key(event), (load.get(key(event)) ?? 0) + 1);
  }
  const main = [...load].sort((a, b) => b[1] - a[1])[0]?.[0];
  const events = traceEvents.filter((event) => key(event) === main && event.ph === 'X').sort((a, b) => a.ts - b.ts);
  const tasks = events.filter(({ name }) => name === TASK);
  const first = tasks[0]?.ts ?? 0;
  const last = tasks.at(-1)?.ts ?? 0;
  const begun = new Set(events.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts));
  const sum = (list: readonly TraceEvent[], of: (event: TraceEvent) => number) =>
    list.reduce((a, event) => a + of(event), 0);
  const frameTasks = tasks.filter((task) => [...begun].some((ts) => ts >= task.ts && ts <= task.ts + (task.dur ?? 0)));
  const frames = frameTasks.length;
  const parts = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<(typeof PARTS)[number], number>;
  const until: Record<string, number> = {};
  for (const { name, ts, dur = 0, tdur = 0 } of events) {
    const part = NAMES[name];
    if (!part || ts < (until[part] ?? 0)) continue; // a paint within a paint is in that one
    until[part] = ts + dur;
    parts[part] += tdur / 1000 / frames;
  }
  const lengths = frameTasks.map(({ dur = 0 }) => dur / 1000).sort((a, b) => a - b);
  return {
    frames,
    seconds: (last - first) / 1e6,
    busy: sum(tasks, ({ dur = 0 }) => dur) / 1000 / frames,
    cpu: sum(tasks, ({ tdur = 0 }) => tdur) / 1000 / frames,
    p95: lengths[Math.floor(lengths.length * 0.95)] ?? Number.NaN,
    parts,
    layouts: events.filter(({ name }) => name === 'Layout').length,
  };
}
