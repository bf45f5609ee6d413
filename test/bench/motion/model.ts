/** One trace through one network to one screen, on a virtual clock: deterministic, and as quick as the machine. */
import { EventClock } from '../../support/event-clock.js';
import { seeded } from '../../support/random.js';
import type { Frame } from './metrics.js';
import { makeWay, type Network } from './network.js';
import type { Player } from './players-slate.js';
import type { Sent } from './senders.js';

export interface Screen {
  readonly hz: number;
  /** When the first frame is, in ms. */
  readonly phase: number;
}

/** When each message arrives. The same seed gives the nth message of every method the same delay. */
export function travel<T>(sent: readonly Sent<T>[], network: Network, seed: number): Sent<T>[] {
  const arrival = makeWay(network, seeded(seed));
  return sent.map(({ at, message }) => ({ at: arrival(at), message }));
}

export function watch<T>(
  arrivals: readonly Sent<T>[],
  makePlayer: (clock: EventClock) => Player<T>,
  { hz, phase }: Screen,
  until: number,
): Frame[] {
  const clock = new EventClock(0);
  const player = makePlayer(clock);
  for (const { at, message } of arrivals) clock.at(at, () => player.receive(message));
  const frames: Frame[] = [];
  for (let i = 0; ; i++) {
    const now = phase + (i * 1_000) / hz;
    if (now > until) return frames;
    clock.runUntil(now);
    frames.push({ now, shown: player.frame(now) });
  }
}
