/**
 * Slate through its public API. It makes batches itself: the page only calls `room.pointer.move` 60 times a second.
 *
 * To time a batch without changing it, the bus that the room gets records when the room publishes on the motion lane,
 * and when the room's handler returns from a batch: then the batch is validated and its samples are in the playout. A
 * hash of its first bytes (client, clock and send time) identifies a batch. No system draws anything in this benchmark,
 * so the pointers are read only to count them; a playout keeps at most a second and a half.
 *
 * Verified, it is the same, but that each person has a JWT of their own, which says that the room is verified.
 */
import { type Bus, connect, joinRoom, type Room } from '../../../src/index.js';
import { mintToken } from '../../../src/service/tokens/mint.js';
import {
  type Address,
  type BenchClient,
  indexOf,
  type JoinOptions,
  type Sight,
  type System,
  type Ticket,
} from '../adapter.js';
import { installGlobalSocket } from '../socket.js';

const MOTION_LANE = 'slate.editor.cursors.batch';
const PRESENCE_LANE = 'slate.collab.presence';
const ALIVE_LANE = 'slate.collab.alive';
const KEY_BYTES = 16;

/** FNV-1a over the head of a batch. */
function keyOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  const end = Math.min(bytes.length, KEY_BYTES);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}

/** A beat (rule P3), or a probe (rule P9), which is empty. */
function isUpkeep(subject: string, payload: unknown): boolean {
  if (subject.startsWith(PRESENCE_LANE)) return payload instanceof Uint8Array && payload[0] === 0 && payload[1] === 1;
  return subject.startsWith(ALIVE_LANE) && payload instanceof Uint8Array && payload.length === 0;
}

interface Observer {
  sent(subject: string, payload: unknown): void;
  received(subject: string, payload: Uint8Array): void;
}

/** The same bus, observed. */
function observed(bus: Bus, observer: Observer): Bus {
  return {
    clock: bus.clock,
    identity: bus.identity,
    get status() {
      return bus.status;
    },
    get stats() {
      return bus.stats;
    },
    get maxPayload() {
      return bus.maxPayload;
    },
    publish(subject, payload, options) {
      observer.sent(subject, payload);
      bus.publish(subject, payload, options);
    },
    subscribe(subject, handler, options) {
      const noting: typeof handler = (message) => {
        handler(message);
        // Without wildcards `subject` is the subject of the message, and reading that from the message takes time.
        observer.received(subject, message.data);
      };
      return bus.subscribe(subject, noting, options);
    },
    request: (subject, payload, timeoutMs) => bus.request(subject, payload, timeoutMs),
    inbox: () => bus.inbox(),
    flush: () => bus.flush(),
    suspect: () => bus.suspect(),
    crowd: (others) => bus.crowd(others),
    roundTrip: () => bus.roundTrip(),
    on: (type, fn) => bus.on(type, fn),
    drain: () => bus.drain(),
    close: () => bus.close(),
    report: (error) => bus.report(error),
  };
}

async function join(options: JoinOptions): Promise<BenchClient> {
  const { url, ticket, room: project, person, log, onPeople, onClient } = options;
  installGlobalSocket();
  const bus = await connect({ servers: url, ...ticket });
  let moves = 0;
  let sent = 0;
  const lane = { up: 0, down: 0 };
  const upkeep = { up: 0, down: 0 };
  const seen = observed(bus, {
    sent(subject, payload) {
      if (subject.startsWith(MOTION_LANE)) {
        lane.up += 1;
        if (payload instanceof Uint8Array) log.sent(keyOf(payload), person.index, sent + 1, moves);
        sent = moves;
      } else if (isUpkeep(subject, payload)) upkeep.up += 1;
    },
    received(subject, payload) {
      if (subject.startsWith(MOTION_LANE)) {
        lane.down += 1;
        log.held(keyOf(payload), person.index);
      } else if (isUpkeep(subject, payload)) upkeep.down += 1;
    },
  });
  const { id, name, color } = person;
  const room: Room = await joinRoom(seen, { project, user: { id, name, color } });
  if (onPeople !== undefined) room.on('members', onPeople);

  const client: BenchClient = {
    move(x, y) {
      moves += 1;
      room.pointer.move({ x, y, anchor: 'board' });
    },
    people: () => room.members.length,
    pointers: () => room.pointers.sample().length,
    sights() {
      const others = room.members.filter((member) => !member.self);
      return new Map(
        others.map((member): [number, Sight] => [
          indexOf(member.user.id),
          member.status === 'stale' ? 'stale' : 'here',
        ]),
      );
    },
    counts: () => ({ up: bus.stats.messagesOut, down: bus.stats.messagesIn }),
    pointerCounts: () => ({ ...lane }),
    upkeepCounts: () => ({ ...upkeep }),
    async leave() {
      await room.leave();
      await bus.close();
    },
  };
  onClient?.(client);
  return client;
}

/** A JWT as a deployment has it, for one writer of one room. */
export async function ticketOf({ account }: Address, project: string, user: string): Promise<Ticket> {
  if (account === undefined) throw new Error('This server has no account that signs for its people.');
  const { jwt, seed } = await mintToken({ account, project, user, role: 'writer', ttl: 3600 });
  return { jwt, seed };
}

export const slate: System = { id: 'slate', title: 'Slate', server: 'nats', presence: true, join };

export const slateVerified: System = {
  id: 'slate-verified',
  title: 'Slate, verified',
  server: 'nats-verified',
  presence: true,
  ticket: (address, project, { id }) => ticketOf(address, project, id),
  join,
};
