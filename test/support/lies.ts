/** What a stranger publishes in an open room in the names of its members, and in names that nobody has. */
import { encodeBatch } from '../../src/protocol/cursor-codec.js';
import { encodeAsk, encodeHeartbeat, encodeStates, encodeUnreachable } from '../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../src/protocol/roster-codec.js';
import type { LiveRoom } from '../../src/room/live-room.js';
import type { MemoryBus } from '../../src/testing.js';

export const PRESENCE = 'slate.collab.presence.p1';
const MOTION = 'slate.editor.cursors.batch.p1';

export interface Lie {
  readonly bus: MemoryBus;
  readonly victim: LiveRoom;
  readonly other: LiveRoom;
  /** Chooses clocks, leases and names. */
  readonly value: number;
}

/** Clocks near the true one, at the limits that D5 names, and beyond all of them. */
function clockFor({ victim, value }: Lie): number {
  const now = victim.awareness.meta.get(victim.client)?.clock ?? 0;
  const jumps = [0, 1, 2, -1, 40, 2 ** 23, 2 ** 24, 2 ** 24 + 1, 2 ** 32, 2 ** 48, 2 ** 53 - 1];
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, now + (jumps[(value >> 4) % jumps.length] as number)));
}

const termsFor = ({ value }: Lie) =>
  ({
    activity: (['active', 'idle', 'away'] as const)[value % 3] as 'active',
    kind: (['slate', 'slate', 'yjs'] as const)[(value >> 3) % 3] as 'slate',
    leaseMs: ([11_000, 100, 180_000] as const)[value % 3] as number,
    ageMs: 0,
  }) as const;

const forged = { user: { id: 'forged', name: 'Forged' } };
const ghost = (value: number) => 1_000 + (value % 3);

export const LIES: readonly ((lie: Lie) => void)[] = [
  // A state, a goodbye, a heartbeat and a batch in the name of the victim.
  (lie) => say(lie, encodeStates([{ ...entry(lie), state: forged }])),
  (lie) => say(lie, encodeStates([{ ...entry(lie), state: null }])),
  (lie) => say(lie, encodeHeartbeat(lie.victim.client, clockFor(lie), termsFor(lie), lie.value)),
  (lie) => {
    const [client, clock] = [lie.victim.client, clockFor(lie)];
    const ahead = Math.min(Number.MAX_SAFE_INTEGER, clock + 1);
    const fields = { view: { x: 0.5, y: 0.5, anchor: 'forged' } };
    lie.bus.publish(
      MOTION,
      encodeBatch({ client, clock: ahead, presence: clock, sentAt: 5, fields, samples: [], left: true }),
    );
  },
  // A report that the victim is dead, and its state with the "stock" in it.
  (lie) => say(lie, encodeUnreachable(lie.other.client, lie.victim.client, clockFor(lie))),
  (lie) => {
    const bytes = encodeStates([{ ...entry(lie), state: forged }]);
    say(lie, bytes.slice(0, bytes.length - 5));
  },
  // Somebody who is not there.
  (lie) => say(lie, encodeStates([{ ...entry(lie), client: ghost(lie.value), state: forged }])),
  (lie) => say(lie, encodeHeartbeat(ghost(lie.value), 1 + (lie.value % 9), termsFor(lie))),
  (lie) => say(lie, encodeStates([{ ...entry(lie), client: ghost(lie.value), clock: 5, state: null }])),
  (lie) => {
    const event = { projectId: 'p1', userId: 'zoe', timestamp: 1_700_000_000_000, data: {} };
    lie.bus.publish(PRESENCE, { ...event, type: lie.value % 2 ? 'presence' : 'left' });
  },
  // Questions, and a false answer to the next joiner.
  (lie) => say(lie, encodeAsk(lie.other.client), `slate.collab.alive.p1.${lie.victim.client}`),
  (lie) => {
    const entries = [
      { ...entry(lie), state: forged, terms: { ...termsFor(lie), ageMs: 1_000 } },
      { ...entry(lie), client: ghost(lie.value), clock: 9, state: forged, terms: { ...termsFor(lie), ageMs: 500 } },
    ];
    const roster = encodeRoster({ states: encodeStates(entries), batches: [] });
    for (const subject of ['slate.collab.sync.p1', 'slate.collab.sync.p1.%']) {
      const trap = lie.bus.subscribe(
        subject,
        (question) => {
          trap.unsubscribe();
          question.respond(roster);
        },
        { queue: 'members' },
      );
    }
  },
  // Somebody who came first, and has the look of the victim (P15).
  (lie) => {
    const shown = lie.victim.awareness.getLocalState()?.user as object | undefined;
    const user = { ...shown, id: `!${lie.value % 3}`, name: 'First', arrival: 1 };
    say(lie, encodeStates([{ ...entry(lie), client: ghost(lie.value), state: { user } }]));
  },
  // Not even a message.
  (lie) => say(lie, Uint8Array.of(lie.value & 255, lie.value >> 4, 3, 1, 4, 1, 5)),
];

const entry = (lie: Lie) => ({ client: lie.victim.client, clock: clockFor(lie), terms: termsFor(lie) });

function say({ bus }: Lie, bytes: Uint8Array, subject = PRESENCE): void {
  bus.publish(subject, bytes);
}
