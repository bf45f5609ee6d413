/**
 * What y-websocket and Hocuspocus have in common: a y-protocols Awareness with a user and a pointer field. The page
 * sets the field on every move, or through a 100 ms throttle. Sender and awareness clock identify an update.
 */
import { Awareness } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import { type BenchClient, type Counts, indexOf, type JoinOptions, type Sight } from '../adapter.js';
import { throttle } from '../throttle.js';

export interface Wire {
  counts(): Counts;
  close(): Promise<void>;
}

export interface AwarenessJoin {
  readonly doc: Doc;
  readonly awareness: Awareness;
  /** Makes the client once the provider exists. */
  client(wire: Wire): BenchClient;
  /** For a provider that gathers by itself: it sends the newest position now. */
  gathered(): void;
}

const THROTTLE_MS = 100;

interface Changes {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

export type Sending = 'throttled' | 'every move' | 'gathered';

export function awarenessJoin(options: JoinOptions, sending: Sending): AwarenessJoin {
  const { person, log } = options;
  const doc = new Doc();
  const awareness = new Awareness(doc);
  const { id, name, color } = person;
  awareness.setLocalState({ user: { id, name, color } });

  const indexes = new Map<number, number>();
  const indexOfClient = (client: number): number => {
    const known = indexes.get(client);
    if (known !== undefined) return known;
    const index = indexOf(awareness.getStates().get(client)?.user?.id);
    if (index >= 0) indexes.set(client, index);
    return index;
  };
  const keyOf = (index: number, client: number) => index * 65536 + ((awareness.meta.get(client)?.clock ?? 0) & 65535);

  awareness.on('change', ({ added, updated, removed }: Changes) => {
    for (const client of updated) {
      if (client === doc.clientID) continue;
      const index = indexOfClient(client);
      if (index >= 0) log.held(keyOf(index, client), person.index);
    }
    if (added.length > 0 || removed.length > 0) options.onPeople?.();
  });

  let position = { x: 0, y: 0, anchor: 'board' };
  let moves = 0;
  let sent = 0;
  const logSent = (clock: number) => {
    // Only the newest position goes out; none, if it went before.
    log.sent(person.index * 65536 + (clock & 65535), person.index, Math.max(moves, sent + 1), moves);
    sent = moves;
  };
  const ownClock = () => awareness.meta.get(doc.clientID)?.clock ?? 0;
  const set = () => {
    // The clock the set below will give, so that the time is taken before the work.
    if (sending !== 'gathered') logSent(ownClock() + 1);
    awareness.setLocalStateField('pointer', position);
  };
  const throttled = sending === 'throttled' ? throttle(THROTTLE_MS, set) : undefined;
  const send = throttled ?? set;

  const others = (): [number, Record<string, unknown>][] =>
    [...awareness.getStates()].filter(([client]) => client !== doc.clientID);

  return {
    doc,
    awareness,
    gathered: () => logSent(ownClock()),
    client: (wire) => {
      const client: BenchClient = {
        move(x, y) {
          moves += 1;
          position = { x, y, anchor: 'board' };
          send();
        },
        people: () => awareness.getStates().size,
        pointers: () => others().filter(([, state]) => state.pointer !== undefined).length,
        sights: () => new Map(others().map(([other]): [number, Sight] => [indexOfClient(other), 'here'])),
        counts: wire.counts,
        pointerCounts: wire.counts,
        upkeepCounts: () => ({ up: 0, down: 0 }),
        async leave() {
          throttled?.stop();
          await wire.close();
          awareness.destroy();
          doc.destroy();
        },
      };
      options.onClient?.(client);
      return client;
    },
  };
}
