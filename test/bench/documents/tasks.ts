/** From a Chromium trace to the tasks of the page's main thread between two marks. Pure. */
import { BEGIN_MARK, END_MARK } from './marks.js';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: begin, and length. */
  readonly ts: number;
  readonly dur?: number;
}

export interface Tasks {
  /** In milliseconds, by the clock: of the longest task, and of all tasks over 50 ms what is over it. */
  readonly longest: number;
  readonly blocked: number;
  /** From one mark to the other. */
  readonly took: number;
}

const TASK = 'ThreadControllerImpl::RunTask';
/** From this on, browsers call a task long. */
export const LONG_MS = 50;

/** `trace` as the browser wrote it. @throws where it has no marks. */
export function tasksOf(trace: string): Tasks {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const begin = traceEvents.find(({ name }) => name === BEGIN_MARK);
  const end = traceEvents.find(({ name }) => name === END_MARK);
  if (begin === undefined || end === undefined) throw new Error('The trace has no marks.');
  const lengths = traceEvents
    .filter(({ name, ph, pid, tid }) => name === TASK && ph === 'X' && pid === begin.pid && tid === begin.tid)
    .filter(({ ts, dur = 0 }) => ts + dur > begin.ts && ts < end.ts)
    .map(({ dur = 0 }) => dur / 1000);
  return {
    longest: Math.max(0, ...lengths),
    blocked: lengths.reduce((sum, length) => sum + Math.max(0, length - LONG_MS), 0),
    took: (end.ts - begin.ts) / 1000,
  };
}
