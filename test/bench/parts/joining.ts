/** A newcomer to a room of N people at rest: how long until it holds them all, and how many messages that took. */
import type { System } from '../adapter.js';
import { median } from '../analysis.js';
import { Worker } from '../children.js';
import { now, sleep } from '../clock.js';
import type { Server } from '../servers.js';

export interface JoiningResult {
  readonly system: string;
  readonly title: string;
  readonly people: number;
  /** Medians in milliseconds; NaN where it never happened. */
  readonly fromCall: number;
  readonly fromOpen: number;
  readonly toPointers: number;
  /** The slowest, from the call. */
  readonly worst: number;
  /** Messages for one newcomer, above what the room sends by itself: received by all, sent by all. */
  readonly deliveries: number;
  readonly publishes: number;
  readonly times: number;
}

const WARM_UP = 2;

/** The room must be full already, in `workers`. */
export async function joining(
  system: System,
  server: Server,
  workers: readonly Worker[],
  room: string,
  people: number,
  times: number,
  profile: boolean,
): Promise<JoiningResult> {
  const newcomer = await Worker.start();
  const counts = async () => {
    const all = await Promise.all(workers.map((worker) => worker.call('mark')));
    return {
      up: all.reduce((sum, mark) => sum + mark.counts.up - mark.upkeepCounts.up, 0),
      down: all.reduce((sum, mark) => sum + mark.counts.down - mark.upkeepCounts.down, 0),
      at: now(),
    };
  };
  const fromCall: number[] = [];
  const fromOpen: number[] = [];
  const toPointers: number[] = [];
  const ups: number[] = [];
  const downs: number[] = [];
  for (let i = 0; i < WARM_UP + times; i++) {
    // Until the room has said goodbye to the one before, it would not be the same room.
    await sleep(400);
    const start = await counts();
    await sleep(1000);
    const quiet = await counts();
    const profileName = profile && i === WARM_UP + times - 1 ? `${system.id}-newcomer` : '';
    const joined = await newcomer.call(
      'joiner',
      system.id,
      server.address,
      room,
      people + i,
      people + 1,
      people,
      profileName,
    );
    const end = await counts();
    await newcomer.call('leave');
    if (i < WARM_UP) continue;
    const scale = (end.at - quiet.at) / (quiet.at - start.at);
    fromCall.push(joined.fromCall ?? Number.NaN);
    fromOpen.push(joined.fromOpen ?? Number.NaN);
    toPointers.push(joined.toPointers ?? Number.NaN);
    ups.push(joined.counts.up - joined.upkeepCounts.up + end.up - quiet.up - (quiet.up - start.up) * scale);
    downs.push(
      joined.counts.down - joined.upkeepCounts.down + end.down - quiet.down - (quiet.down - start.down) * scale,
    );
  }
  await newcomer.end();
  return {
    system: system.id,
    title: system.title,
    people,
    fromCall: median(fromCall),
    fromOpen: median(fromOpen),
    toPointers: median(toPointers),
    worst: Math.max(...fromCall),
    deliveries: median(downs),
    publishes: median(ups),
    times,
  };
}
