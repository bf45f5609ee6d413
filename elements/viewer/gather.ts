/** "Bring everyone to me", which asks (F3): one's own question, and those of others that wait for an answer. */
import type { Room } from '../../src/index.js';
import { signal, signalsOf, userOf } from './signals.js';
import type { Stage } from './stage.js';

/** A question stands so long, in milliseconds. */
export const GATHER_MS = 30_000;
/** Who said no to someone is not asked by them again for so long, in milliseconds. */
const SPARE_MS = 60_000;

export interface Ask {
  readonly stage: Stage;
  readonly client: number;
  readonly number: number;
}

let asks: readonly Ask[] = [];
/** By user id: until when they are not to be heard, by the room's clock. */
const spared = new Map<string, number>();

/** Asks everyone in the room to come along. */
export function ask(room: Room): void {
  const number = (signalsOf(room, room.client).gather ?? Math.floor(room.now())) + 1;
  signal(room, { gather: number });
  setTimeout(() => {
    if (signalsOf(room, room.client).gather === number) signal(room, { gather: undefined });
  }, GATHER_MS);
}

/** The questions in a room as they stand; `leader`, whom one follows already, has none. */
export function hearAsks(stage: Stage, leader: string | undefined): void {
  const room = stage.room as Room;
  asks = asks.filter((one) => one.stage.room !== room || signalsOf(room, one.client).gather === one.number);
  for (const client of room.awareness.getStates().keys()) {
    const number = signalsOf(room, client).gather;
    const id = userOf(room, client)?.id;
    if (number === undefined || !id || client === room.client || id === leader || id === room.self.user.id) continue;
    const known = asks.some((one) => one.stage === stage && userOf(room, one.client)?.id === id);
    if (!known && room.now() >= (spared.get(id) ?? 0)) asks = [...asks, { stage, client, number }];
  }
}

/** The question that is to be answered now. */
export function firstAsk(): Ask | undefined {
  return asks[0];
}

/** It is answered, one way or the other. */
export function settle(asked: Ask, user: string): void {
  asks = asks.filter((one) => one !== asked);
  spared.set(user, (asked.stage.room?.now() ?? 0) + SPARE_MS);
}
