/** Messages that a stranger could send, made with the formats of the protocol: for the tests of the door. */
import fc from 'fast-check';
import { encodeBatch } from '../../src/protocol/cursor-codec.js';
import { encodeHeartbeat, encodeStates, encodeUnreachable } from '../../src/protocol/presence-codec.js';
import * as any from './arbitraries.js';

const KEYS = [
  ...['user', 'file', 'location', 'cursor', 'selection', 'view', 'chat', 'reaction', 'caret', 'slate', 'id', 'name'],
  ...['color', 'colorLight', 'avatar', 'follow', 'gather', 'text', 'emoji', 'number', 'x', 'y', 'anchor', 'head'],
  ...['position', '__proto__', 'constructor', 'toString', 'then', '0', ''],
];

/** JSON of any shape, with the names that the code looks for. */
export const HOSTILE_VALUE = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, 0, 0.5, -1, 2 ** 60, '', 'red', '\u202e', '\ud800', 'x'.repeat(300), 'a.ts'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), { maxLength: 5 }).map((entries) => {
      const members = entries.map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`);
      return JSON.parse(`{${members.join()}}`) as unknown;
    }),
  ),
})).value;

/** States that were, or could be, taken for one of a person. */
export const SHAPES: readonly unknown[] = [
  {},
  { user: null },
  { user: [] },
  { user: 'Ada' },
  { user: { id: {} } },
  { user: { id: 7, name: ['x'], color: {} } },
  { cursor: null, selection: 1, view: 'here', chat: 7, reaction: [], slate: 'follow' },
  { user: { name: 'Zoë' }, file: 7, location: {} },
  { user: { id: 'ada' }, file: 'x'.repeat(300), slate: { follow: 'me', gather: {} } },
  { user: { id: 'ada', avatar: 5, colorLight: [] }, chat: { text: {} }, reaction: { emoji: 1, number: '' } },
];

/** Up to eight messages, most of them of one client, with values from `value` where JSON stands. */
export function hostileMessages(
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<(readonly ['presence' | 'cursors', Uint8Array])[]> {
  const client = fc.oneof({ weight: 3, arbitrary: fc.constant(5) }, any.client);
  const clock = fc.oneof({ weight: 3, arbitrary: fc.nat(20) }, any.clock);
  const json = (one: unknown) => new TextEncoder().encode(JSON.stringify(one));
  const state = fc.tuple(client, clock, value, any.terms, fc.boolean()).map(([client, clock, state, terms, bare]) => {
    const bytes = encodeStates([{ client, clock, state: {}, terms, json: JSON.stringify(state) }]);
    return ['presence', bare ? bytes.slice(0, bytes.length - trailer(bytes)) : bytes] as const;
  });
  const batch = fc
    .tuple(client, clock, fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 4 }), any.samples, fc.boolean())
    .map(([client, clock, fields, samples, left]) => {
      const ahead = clock + (clock < 2 ** 48 ? 1 : 0);
      return [
        'cursors',
        encodeBatch({ client, clock: ahead, presence: clock, sentAt: 5, fields, samples, left }),
      ] as const;
    });
  const short = fc.oneof(
    fc.tuple(client, clock, any.terms).map((heartbeat) => encodeHeartbeat(...heartbeat)),
    fc.tuple(client, client, clock).map((report) => encodeUnreachable(...report)),
  );
  const event = fc
    .record({
      type: fc.constantFrom('presence', 'joined', 'left', 'cursor', 'edit'),
      userId: fc.oneof(fc.constantFrom('carol', 'bob'), value),
      projectId: fc.constantFrom('p1', undefined),
      fileId: fc.constantFrom('a.ts', undefined),
      timestamp: fc.oneof(fc.constantFrom(1, 5, 2 ** 50), value),
      data: fc.oneof(fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 5 }), value),
    })
    .chain((one) => fc.constantFrom(['presence', json(one)] as const, ['cursors', json([one, one])] as const));
  return fc.array(
    fc.oneof(
      state,
      batch,
      event,
      short.map((bytes) => ['presence', bytes] as const),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
}

/** The length of the trailer of a state message of one client, which a stock client does not write. */
function trailer(bytes: Uint8Array): number {
  let at = 1;
  const skip = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  skip();
  skip();
  const length = skip();
  return bytes.length - at - length;
}
