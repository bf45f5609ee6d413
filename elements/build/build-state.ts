/**
 * What is known of a project's build, from its events. One build is followed at a time: an event of another one changes nothing
 * while this one runs, unless that other has just started; nor does a straggler of a build that has ended.
 */
import type { BuildEvent } from '../../src/index.js';

export interface BuildState {
  readonly state: 'idle' | BuildEvent['type'];
  /** 0 to 100. */
  readonly percent: number;
  /** What the builder says of itself: a step, or why it failed. */
  readonly message: string | undefined;
  readonly buildId: string | undefined;
  /** By the builder's clock, in milliseconds since 1970; undefined where its start was not heard. */
  readonly startedAt: number | undefined;
  /** When the latest event was made. */
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

export function advance(before: BuildState, event: BuildEvent): BuildState {
  const { type, timestamp: at, buildId } = event;
  const running = before.state === 'started' || before.state === 'progress';
  const other = buildId !== before.buildId;
  if (type === 'started') return { ...IDLE, state: type, buildId, startedAt: at, at };
  if (running ? other : !other && at <= before.at) return before;
  const known = other || !running ? IDLE : before;
  const next = { ...known, state: type, buildId, at };
  if (type === 'progress') return { ...next, percent: event.data.percent, message: event.data.message };
  if (type === 'failed') return { ...next, message: event.data?.error };
  return { ...next, percent: 100, message: undefined };
}
