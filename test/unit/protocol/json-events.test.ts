/** P2, M2, M9: events of JSON programs. */
import { describe, expect, it } from 'vitest';
import {
  type CursorScope,
  decodeJsonCursors,
  decodeJsonPresence,
  jsonClient,
  looksLikeJson,
} from '../../../src/protocol/json-events.js';
import { colorOf } from '../../../src/protocol/palette.js';
import { expectRefused } from '../../support/refused.js';

const utf8 = new TextEncoder();
const json = (value: unknown) => utf8.encode(JSON.stringify(value));
const AT = 1_700_000_000_000;
const heartbeat = {
  type: 'presence',
  projectId: 'p1',
  userId: 'ada',
  timestamp: AT,
  data: { location: 'src/main.ts' },
};
const cursor = { type: 'cursor', userId: 'ada', fileId: 'src/main.ts', timestamp: AT, data: { position: { line: 3 } } };

describe('a JSON heartbeat', () => {
  it('P2: makes a member', () => {
    expect(decodeJsonPresence(json(heartbeat))).toEqual({
      client: jsonClient('ada'),
      state: {
        user: { id: 'ada', name: 'ada', color: colorOf('ada'), colorLight: `${colorOf('ada')}33` },
        location: 'src/main.ts',
      },
    });
  });

  it('P2: may give a name, a colour and an avatar, which are checked (D3)', () => {
    const data = { name: 'Ada\u202e L.', color: 'red', avatar: 'javascript:x', __proto__: 1 };
    expect(decodeJsonPresence(json({ ...heartbeat, data }))?.state).toEqual({
      user: { id: 'ada', name: 'Ada L.', color: '#ff0000', colorLight: '#ff000033' },
    });
    expect(decodeJsonPresence(json({ ...heartbeat, data: { name: 7 } }))?.state?.user).toMatchObject({ name: 'ada' });
  });

  it('P2: of the type "left" is the goodbye, and "joined" makes a member', () => {
    expect(decodeJsonPresence(json({ ...heartbeat, type: 'left' }))).toEqual({
      client: jsonClient('ada'),
      state: null,
    });
    expect(decodeJsonPresence(json({ ...heartbeat, type: 'joined', data: undefined }))?.state).toBeTruthy();
  });

  it('P2: for another project is left out, even if something else is wrong with it', () => {
    const scope = { project: 'p2' };
    expect(decodeJsonPresence(json({ ...heartbeat, userId: 7 }), scope)).toBeUndefined();
    expect(decodeJsonPresence(json(heartbeat), { project: undefined })).toBeUndefined();
    expect(decodeJsonPresence(json({ ...heartbeat, projectId: undefined }), scope)).toBeDefined();
    expect(decodeJsonPresence(json({ ...heartbeat, projectId: 'p2' }), scope)).toBeDefined();
  });

  it('P2: of another type does not concern presence', () => {
    expect(decodeJsonPresence(json({ ...heartbeat, type: 'comment' }))).toBeUndefined();
  });

  it('P2: has a client id beyond those of Yjs, the same in every client', () => {
    expect(jsonClient('ada')).toBe(8_416_257_875);
    expect(jsonClient('ada')).toBeGreaterThanOrEqual(2 ** 32);
    expect(jsonClient('ada')).toBeLessThan(2 ** 33);
    expect(jsonClient('adb')).not.toBe(jsonClient('ada'));
  });

  it.each<[string, unknown, 'shape']>([
    ['a list', [heartbeat], 'shape'],
    ['no user', { ...heartbeat, userId: undefined }, 'shape'],
    ['an empty user', { ...heartbeat, userId: '' }, 'shape'],
    ['a user that is not text', { ...heartbeat, userId: 7 }, 'shape'],
    ['a user over 256 characters', { ...heartbeat, userId: 'x'.repeat(257) }, 'shape'],
    ['no time', { ...heartbeat, timestamp: undefined }, 'shape'],
    ['a time that is text', { ...heartbeat, timestamp: '2024-01-01' }, 'shape'],
    ['a time before the epoch', { ...heartbeat, timestamp: -1 }, 'shape'],
    ['a time beyond 2^48', { ...heartbeat, timestamp: 2 ** 48 }, 'shape'],
  ])('D1: with %s is refused', (_, value, reason) => {
    expectRefused(() => decodeJsonPresence(json(value)), reason);
  });

  it('D1: is refused when it is not JSON, not UTF-8, or over 64 KiB', () => {
    expectRefused(() => decodeJsonPresence(utf8.encode('{"type":')), 'bytes');
    expectRefused(() => decodeJsonPresence(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'bytes');
    expectRefused(() => decodeJsonPresence(json({ ...heartbeat, data: { name: 'x'.repeat(64 * 1024) } })), 'size');
  });
});

describe('JSON cursors', () => {
  it('M2: come alone or in an array; events of other types are left out', () => {
    const expected = { client: jsonClient('ada'), at: AT, userId: 'ada', position: { line: 3 } };
    expect(decodeJsonCursors(json(cursor))).toEqual([expected]);
    expect(decodeJsonCursors(json([cursor, { type: 'edit' }, cursor]))).toEqual([expected, expected]);
    expect(decodeJsonCursors(json([]))).toEqual([]);
  });

  it('M2: with fractions x and y are pointers', () => {
    const at = (position: unknown) => decodeJsonCursors(json({ ...cursor, data: { position } }))[0]?.point;
    expect(at({ x: 0.25, y: 1, anchor: '#board' })).toEqual({ x: 0.25, y: 1, anchor: '#board' });
    expect(at({ x: 0, y: 0 })).toEqual({ x: 0, y: 0, anchor: '' });
    for (const position of [{ x: 1.5, y: 0 }, { x: 120, y: 40 }, { x: '0', y: 0 }, { x: 0 }, null, 'x', [0, 0]]) {
      expect(at(position), JSON.stringify(position)).toBeUndefined();
    }
    expect(at({ x: 0, y: 0, anchor: 'é'.repeat(129) })).toBeUndefined();
  });

  it('D2: are checked like any field: forbidden keys, depth and size', () => {
    const raw = '{"line":1,"__proto__":{"a":1},"b":{"constructor":2}}';
    const [event] = decodeJsonCursors(utf8.encode(JSON.stringify(cursor).replace('{"line":3}', raw)));
    expect(JSON.stringify(event?.position)).toBe('{"line":1,"b":{}}');
    expectRefused(() => decodeJsonCursors(json({ ...cursor, data: { position: [[[[[[[[1]]]]]]]] } })), 'shape');
    expectRefused(() => decodeJsonCursors(json({ ...cursor, data: { position: 'x'.repeat(17_000) } })), 'size');
  });

  it('M2: that name another project or file are left out, even if something else is wrong with them', () => {
    const count = (scope: CursorScope, ...events: unknown[]) => decodeJsonCursors(json(events), scope).length;
    const file = { project: 'p1', file: 'src/main.ts' };
    const other = { ...cursor, fileId: 'src/other.ts', userId: 7 };
    expect(count(file, cursor, { ...cursor, projectId: 'p1' })).toBe(2);
    expect(count(file, { ...cursor, fileId: undefined }, { ...cursor, fileId: null, projectId: null })).toBe(2);
    expect(count(file, other, { ...cursor, projectId: 'p2' }, { ...cursor, projectId: 7 })).toBe(0);
    const elsewhere = { ...cursor, fileId: 'src/other.ts' };
    // A room without a file accepts all files.
    expect(count({ project: 'p1', file: undefined }, cursor, elsewhere)).toBe(2);
    expect(count({ project: 'p1', file: undefined }, { ...cursor, projectId: 'p2' })).toBe(0);
    expect(count({ project: undefined, file: 'src/main.ts' }, cursor, { ...cursor, projectId: 'p1' })).toBe(1);
  });

  it('M9: on the shared subject must name the file of the room, and in the lobby neither file nor project', () => {
    const count = (scope: Omit<CursorScope, 'shared'>, ...events: unknown[]) =>
      decodeJsonCursors(json(events), { ...scope, shared: true }).length;
    const nowhere = { ...cursor, fileId: undefined };
    const file = { project: 'p1', file: 'src/main.ts' };
    expect(count(file, cursor, nowhere, { ...cursor, fileId: 'src/main' }, { ...cursor, projectId: 'p2' })).toBe(1);
    const lobby = { project: undefined, file: undefined };
    expect(count(lobby, cursor, nowhere, { ...nowhere, projectId: 'p1' })).toBe(1);
  });

  it('M9: on the subject of a user must be of that user', () => {
    const scope = { project: 'p1', file: 'src/main.ts' };
    const odd = { ...cursor, userId: 'ada@example.com' };
    expect(decodeJsonCursors(json(cursor), { ...scope, user: 'ada' })).toHaveLength(1);
    expect(decodeJsonCursors(json(odd), { ...scope, user: 'ada@example%2Ecom' })).toHaveLength(1);
    for (const user of ['bob', 'ad', '%', '%61da']) {
      expectRefused(() => decodeJsonCursors(json(cursor), { ...scope, user }), 'identity');
    }
  });

  it('D1: are refused as a whole when one of them is invalid, or there are more than 256', () => {
    expectRefused(() => decodeJsonCursors(json([cursor, 7])), 'shape');
    expectRefused(() => decodeJsonCursors(json([cursor, { ...cursor, userId: '' }])), 'shape');
    expectRefused(() => decodeJsonCursors(json(Array.from({ length: 257 }, () => ({ type: 'x' })))), 'limit');
    expectRefused(() => decodeJsonCursors(utf8.encode('[')), 'bytes');
  });
});

it('P2, M2: JSON is recognised by its first byte', () => {
  expect(['{', '['].map((text) => looksLikeJson(utf8.encode(text)))).toEqual([true, true]);
  expect([[], [0], [1], [0x20]].map((data) => looksLikeJson(Uint8Array.from(data)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

describe('nesting', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const at = (levels: number) => utf8.encode(JSON.stringify(heartbeat).replace('"src/main.ts"', nested(levels)));

  it('P2: beyond 32 levels is refused, before the JSON is parsed', () => {
    expect(decodeJsonPresence(at(30))).toBeDefined();
    expectRefused(() => decodeJsonPresence(at(31)), 'limit');
    expectRefused(() => decodeJsonPresence(utf8.encode('['.repeat(64_000))), 'limit');
  });

  it.each(['[[['.repeat(20), `\\"${'{'.repeat(40)}`, `${'\\'.repeat(41)}${'['.repeat(40)}`])(
    'P2: in a text is none: %s',
    (name) => {
      expect(decodeJsonPresence(json({ ...heartbeat, data: { name } }))).toBeDefined();
    },
  );
});
