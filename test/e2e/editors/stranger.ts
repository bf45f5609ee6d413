/**
 * A peer that means harm, and one that means none: both publish what they like as their state, straight to the server,
 * in the room of the people at their editors.
 */
import fc from 'fast-check';
import { type Bus, connect } from '../../../src/index.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeStates } from '../../../src/protocol/presence-codec.js';
import { roomSubjects } from '../../../src/protocol/subjects.js';
import { HOSTILE_VALUE } from '../../support/hostile-messages.js';

/** Of the room in docs/editors.md. */
const PROJECT = 'p1';
const TERMS = { kind: 'slate', activity: 'active', leaseMs: 60_000, ageMs: 0 } as const;

const end = (fields: object) => ({ anchor: fields, head: fields, focus: fields });
const at = (fields: object) => end({ type: null, tname: null, item: null, assoc: 0, ...fields });

/** `client`: one that has really written into the document; positions that name it pass for good ones. */
function positions(client: number): unknown[] {
  const names = ['content', 'root', 'page', 'quill', 'monaco', 'blocks', 'default', 'notes', ''];
  const clocks = [0, 1, 2, 3, 5, 8, 2 ** 31, 2 ** 48];
  return [
    ...[{}, [], 'x', 7, end({}), end({ item: { client: -1, clock: 0.5 } }), end({ tname: 5, type: 'x', item: 'y' })],
    ...[{ anchor: { tname: 'content', item: null } }, { x: 0.5, y: 0.5 }, { index: 2 ** 40, length: -1 }],
    ...names.flatMap((tname) => [at({ tname }), at({ tname, assoc: -1 })]),
    ...clocks.flatMap((clock) => [
      at({ item: { client, clock } }),
      at({ item: { client, clock }, assoc: -1 }),
      at({ tname: 'content', item: { client, clock } }),
      at({ type: { client, clock } }),
      at({ type: { client, clock }, item: { client, clock: clock + 1 } }),
      { anchor: at({ item: { client, clock } }).anchor, head: at({ type: { client, clock } }).head },
    ]),
  ];
}

const OVERLAY = 'red;position:fixed;inset:0;background-image:url(https://127.0.0.1:1/)';
const USERS: readonly unknown[] = [
  null,
  'Mallory',
  { id: 'mallory', name: '<img src=x onerror=alert(1)>', color: OVERLAY, colorLight: OVERLAY },
  { id: 'mallory', name: '"}*{display:none}/*\\', color: '#12345', colorLight: 'url(x)' },
  { id: 'mallory', name: { toString: 1 }, color: ['#ffffff'], colorLight: 5 },
  { id: 'mallory', name: '\u202e\u0000\n\\a', color: 'var(--x)' },
];

export interface Stranger extends AsyncDisposable {
  /** Publishes this state, of a client with this id, in both lanes. */
  say(client: number, state: Record<string, unknown>): void;
  /**
   * Publishes every state that could do harm, each from a client of its own, and at last one that does none, whose
   * client it returns. `writer`: a client that has written into the document.
   */
  attack(writer: number): Promise<number>;
}

export async function stranger(server: string, file: string): Promise<Stranger> {
  const bus: Bus = await connect({ servers: server });
  const subjects = roomSubjects(PROJECT, file);
  let clients = 7;
  let clock = 0;
  const say = (client: number, state: Record<string, unknown>) => {
    const json = JSON.stringify({ file, ...state });
    const { user: _, file: __, ...fields } = JSON.parse(json) as Record<string, unknown>;
    clock += 2;
    bus.publish(subjects.presence, encodeStates([{ client, clock, state: {}, terms: TERMS, json }]));
    const batch = { client, presence: clock, clock: clock + 1, sentAt: 0, samples: [], left: false };
    bus.publish(subjects.cursors, encodeBatch({ ...batch, fields }));
  };
  return {
    say,
    async attack(writer) {
      const random = fc.sample(HOSTILE_VALUE, { numRuns: 60, seed: 20_26 });
      for (const [index, place] of [...positions(writer), ...random].entries()) {
        const user = USERS[index % USERS.length];
        // What the bindings of all editors read: the last five are those of Lexical.
        const ends = (place ?? {}) as Record<string, unknown>;
        const lexical = { anchorPos: ends.anchor, focusPos: ends.head, focusing: true, name: OVERLAY, color: OVERLAY };
        say(++clients, { user, cursor: place, selection: place, ...lexical, awarenessData: place, data: place });
      }
      for (const state of random) say(++clients, { user: state, cursor: state, selection: state });
      say(++clients, { user: { id: 'mallory', name: 'Mallory' } });
      await bus.flush();
      return clients;
    },
    [Symbol.asyncDispose]: () => bus.close(),
  };
}
