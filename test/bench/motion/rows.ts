/** The methods of the table: how each sends, and how each shows. */
import type { Frame } from './metrics.js';
import { type Screen, travel, watch } from './model.js';
import type { Network } from './network.js';
import { LinearPlayer, PerfectPlayer, RawPlayer, SpringPlayer } from './players.js';
import { SlatePlayer } from './players-slate.js';
import { sendBatches, sendThrottled } from './senders.js';
import type { Trace } from './trace.js';

export interface Row {
  readonly title: string;
  readonly messages: number;
  show(network: Network, screen: Screen): Frame[];
}

export const SLATE = 'Slate';

/** All on the same trace; `seed` is that of the network's weather. */
export function makeRows(trace: Trace, seed: number): Row[] {
  const row = <T>(
    title: string,
    sent: readonly { at: number; message: T }[],
    makePlayer: Parameters<typeof watch<T>>[1],
  ) => ({
    title,
    messages: sent.length,
    show: (network: Network, screen: Screen) => watch(travel(sent, network, seed), makePlayer, screen, trace.ms),
  });
  const each100 = sendThrottled(trace, 100);
  return [
    row(SLATE, sendBatches(trace).sent, (clock) => new SlatePlayer(clock)),
    row('Liveblocks’ spring (k 320, d 32), 100 ms', each100, () => new SpringPlayer(320, 32)),
    row('CSS transition, linear 100 ms', each100, (clock) => new LinearPlayer(clock, 100)),
    row('perfect-cursors 1.0.5, 80 ms', sendThrottled(trace, 80), (clock) => new PerfectPlayer(clock)),
    row('raw, 100 ms', each100, () => new RawPlayer()),
  ];
}
