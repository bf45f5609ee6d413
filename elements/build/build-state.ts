/**
 * The state of a project's build, computed from its events. It follows one build at a time. While a build runs, only
 * its own events and the start of another build count. After it has ended, its late events do not count.
 */
import type { BuildEvent } from '../../src/index.js';

export interface BuildState {
  readonly state: 'idle' | BuildEvent['type'];
  /** How much is done, 0 to 100. */
  readonly percent: number;
  /** What the builder says: a step, or why the build failed. */
  readonly message: string | undefined;
  readonly buildId: string | undefined;
  /**
   * When it started, by the builder's clock, in milliseconds since 1970; undefined where its start was not received.
   */
  readonly startedAt: number | undefined;
  /** When the latest event was made, in milliseconds since 1970. */
  readonly at: number;
}

export const IDLE: BuildState = {
  state: 'idle',
  percent: 0,
  message: undefined,
  buildId: undefined,
  startedAt: undefined,
  at: 0,
};

/** The state after one more event; the same object where the event does not count. */
export function advance(before: BuildState, event: BuildEvent): BuildState {
  const { type, timestamp: at, buildId } = event;
  const running = before.state === 'started' || before.state === 'progress';
  const other = buildId !== before.buildId;
  if (type === 'started') return { ...IDLE, state: type, buildId, startedAt: at, at };
  if (running ? other : !other && buildId !== undefined && type === 'progress') return before;
  const known = other || !running ? IDLE : before;
  const next = { ...known, state: type, buildId, at };
  if (type === 'progress') return { ...next, percent: event.data.percent, message: event.data.message };
  if (type === 'failed') return { ...next, message: event.data?.error };
  return { ...next, percent: 100, message: undefined };
}
