/** D2, D3, D4: which parts of a state from the network a page may see. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorOf } from '../../../src/protocol/palette.js';
import { cleanFields, cleanState, cleanUser, type State } from '../../../src/protocol/state.js';
import { cleanText } from '../../../src/protocol/text.js';
import * as any from '../../support/arbitraries.js';
import { expectRefused } from '../../support/refused.js';

const clean = (value: unknown) => cleanState(value, 5);
const userOf = (value: unknown) => clean({ user: value }).user as State;

describe('a state', () => {
  it('D2: is not changed when it is harmless', () => {
    fc.assert(
      fc.property(any.state, (state) => {
        expect(clean(state)).toEqual(state);
      }),
    );
  });

  it.each([null, undefined, 7, 'text', true, [[]]])('D2: is refused when it is %j and not an object', (value) => {
    expectRefused(() => clean(value), 'shape');
  });

  it('property 18: D2: has at most 8 levels', () => {
    const deep = (levels: number, list: boolean): unknown => {
      let value: unknown = 1;
      for (let i = 1; i < levels; i++) value = list ? [value] : { value };
      return { value };
    };
    for (const list of [true, false]) {
      expect(clean(deep(8, list)).value).toEqual((deep(8, list) as State).value);
      expectRefused(() => clean(deep(9, list)), 'shape');
      expectRefused(() => clean(deep(4_000, list)), 'shape');
    }
  });

  it('property 19: D2: loses the keys that could change a prototype, at any depth', () => {
    const poisoned = JSON.parse(
      '{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{}},"b":[{"__proto__":2,"c":3}]},"prototype":4}',
    );
    const state = clean(poisoned);
    expect(state.a).toEqual({ b: [{ c: 3 }] });
    expect(Object.keys(state)).toEqual(['a', 'user']);
    expect(JSON.stringify(state)).not.toMatch(/__proto__|constructor|prototype/);
    expect((Object.assign({}, state) as { polluted?: unknown }).polluted).toBeUndefined();
    expect(JSON.stringify(cleanFields(JSON.parse('{"__proto__":{"x":1},"a":1}')))).toBe('{"a":1}');
  });

  it('D2: is a copy that shares nothing with the value that was received', () => {
    const value = { user: { id: 'ada' }, list: [{ a: 1 }] };
    const state = clean(value);
    (state.list as { a: number }[])[0] = { a: 2 };
    expect(value.list).toEqual([{ a: 1 }]);
  });

  it('D3: of a stock client, which has no user id, makes a user of its own', () => {
    expect(userOf({ name: 'Stock', color: '#ff0000' })).toEqual({
      id: 'yjs:5',
      name: 'Stock',
      color: '#ff0000',
      colorLight: '#ff000033',
    });
    for (const user of ['text', 7, null, [], { id: '' }, { id: {} }]) {
      expect(userOf(user)).toMatchObject({ id: 'yjs:5', name: 'Anonymous', color: colorOf('yjs:5') });
    }
    const beside = clean({ name: 'Lex', color: 'tomato', focusing: true });
    expect(beside.user).toMatchObject({ id: 'yjs:5', name: 'Lex', color: '#ff6347' });
    const { user, ...rest } = clean({ cursor: null }); // no user at all
    expect(user).toMatchObject({ id: 'yjs:5', name: 'Anonymous', color: colorOf('yjs:5') });
    expect(rest).toEqual({ cursor: null });
  });

  it('D3: has a location of at most 256 characters, and a file only if that is the id of one', () => {
    expect(clean({ location: 'a'.repeat(300) }).location).toBe('a'.repeat(256));
    expect(clean({ location: 'ch.\u202e 2\n' }).location).toBe('ch. 2');
    expect(Object.keys(clean({ location: { a: 1 }, file: 7 }))).toEqual(['user']);
    const long = 'ü'.repeat(128);
    expect(clean({ file: long }).file).toBe(long);
    for (const file of ['a'.repeat(300), `${long}x`, '.'.repeat(86), '', '\ud800', ['a'], null, {}]) {
      expect('file' in clean({ file })).toBe(false);
    }
  });
});

describe('a user', () => {
  it('D3: has a name of at most 64 whole characters', () => {
    expect(userOf({ id: 'a', name: 'x'.repeat(65) }).name).toBe('x'.repeat(64));
    expect(userOf({ id: 'a', name: '😀'.repeat(65) }).name).toBe('😀'.repeat(64));
    expect(userOf({ id: 'a', name: 'x'.repeat(2 ** 13) }).name).toBe('x'.repeat(64));
  });

  it.each([
    ['a right-to-left override', 'Ada\u202egnp.exe', 'Adagnp.exe'],
    ['an isolate', '\u2066Ada\u2069', 'Ada'],
    ['directional marks', '\u200eA\u200fd\u061ca', 'Ada'],
    ['invisible characters', 'A\u200bd\u2060a\ufeff\u00ad\u3164\u115f', 'Ada'],
    ['annotations', '\ufff9A\ufffad\ufffba', 'Ada'],
    ['tags', 'Ada\u{e0001}', 'Ada'],
    ['controls', 'A\0d\x1b[31ma\x7f\x85', 'Ad[31ma'],
    ['line ends', 'A\u2028d\u2029a\r\n', 'Ada'],
    ['half a surrogate pair', 'A\ud800da', 'Ada'],
    ['space around it', '  Ada  ', 'Ada'],
  ])('D3: has a name without %s', (_, name, expected) => {
    expect(userOf({ id: 'a', name }).name).toBe(expected);
  });

  it.each(['大橋 純', 'עדה לבלייס', 'عايدة', '👩‍🚀', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'ශ්‍රී', 'Zoë', 'é', 'می‌خواهم'])(
    'D3: keeps the name %s',
    (name) => {
      expect(userOf({ id: 'a', name }).name).toBe(name);
    },
  );

  it.each(['', '  ', '\u200b', 7, null, {}, ['x']])('D3: is called Anonymous when the name is %j', (name) => {
    expect(userOf({ id: 'a', name }).name).toBe('Anonymous');
  });

  it('D3: has its colour as #rrggbb, or one derived from the id, and a light one beside it', () => {
    const colors = (user: State) => userOf({ id: 'a', ...user });
    expect(colors({ color: 'tomato' })).toMatchObject({ color: '#ff6347', colorLight: '#ff634733' });
    expect(colors({ color: '#e19' })).toMatchObject({ color: '#ee1199', colorLight: '#ee119933' });
    expect(colors({ color: '#e19', colorLight: '#abc3' })).toMatchObject({ colorLight: '#aabbcc33' });
    const attack = 'red;position:fixed;inset:0;background-image:url(https://example.org)';
    expect(colors({ color: attack, colorLight: attack })).toEqual({
      id: 'a',
      name: 'Anonymous',
      color: colorOf('a'),
      colorLight: `${colorOf('a')}33`,
    });
  });

  it.each([
    '\u200d\u200d',
    '\u3164',
    '\u2800\u2800',
    '\u0301\u0308',
    '\ufe0f',
    '\u{e0067}\u{e007f}',
    '\ufffc',
    '\ue000',
    '\u{13441}',
    '\u00a0\u2003',
  ])('D3: is called Anonymous when the name shows nothing, as %j', (name) => {
    expect(userOf({ id: 'a', name }).name).toBe('Anonymous');
    expect(clean({ location: name }).location).toBeUndefined();
  });

  it.each(['.', '1', '🏳️', '👍🏽', '^', '·', '\u{1fae9}', '中'])(
    'D3: keeps the name %s, which shows something',
    (name) => {
      expect(userOf({ id: 'a', name }).name).toBe(name);
    },
  );

  it.each([
    'https://example.org/ada.png',
    'HTTPS://example.org',
    'blob:https://example.org/1234',
    'data:image/png;base64,iVBORw0KGgo=',
    'data:image/webp,x',
  ])('D3: has the avatar %s', (avatar) => {
    expect(userOf({ id: 'a', avatar }).avatar).toBe(avatar);
  });

  it.each([
    'http://example.org/ada.png',
    'javascript:alert(1)',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'data:text/html,x',
    'data:image/pngx',
    ' https://example.org',
    '//example.org',
    'ada.png',
    `data:image/png;base64,${'A'.repeat(12 * 1024)}`,
    7,
    ['https://example.org'],
  ])('D3: has no avatar %j', (avatar) => {
    expect(userOf({ id: 'a', avatar })).not.toHaveProperty('avatar');
  });

  it('D3: may have more fields, which are kept', () => {
    expect(userOf({ id: 7, name: 'Ada', team: { name: 'x' } })).toMatchObject({ id: '7', team: { name: 'x' } });
  });

  it('D3: can be shown, whatever was received', () => {
    const value = fc.oneof(any.json(), fc.string({ unit: 'binary' }), fc.constantFrom('#fff', 'url(x)', 'https:\\x'));
    const user = fc.record(
      { id: value, name: value, color: value, colorLight: value, avatar: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(user, (raw) => {
        const { id, name, color, avatar, colorLight } = userOf(raw) as Record<string, string | undefined>;
        expect(id).toBeTruthy();
        expect(name).toMatch(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029\u061c\u200e\u200f]+$/u);
        expect([...(name ?? '')].length).toBeLessThanOrEqual(64);
        expect(color).toMatch(/^#[\da-f]{6}$/);
        expect(colorLight).toMatch(/^#([\da-f]{2}){3,4}$/);
        if (avatar !== undefined) expect(avatar).toMatch(/^(https:\/\/|blob:|data:image\/)/i);
      }),
      { numRuns: 1_000 },
    );
  });

  it('D3: is undefined for a value that is not an object or has no id', () => {
    for (const value of [undefined, null, 7, 'ada', {}, { id: '' }, { id: null }])
      expect(cleanUser(value)).toBeUndefined();
    expect(cleanText(undefined, 5)).toBe('');
  });
});

describe('fast fields', () => {
  const POSITION = { type: null, tname: 'content', item: { client: 5, clock: 2 }, assoc: 0 };

  it.each<[string, unknown]>([
    ['{}', {}],
    ['two empty ends', { anchor: {}, head: {} }],
    ['ends that are null', { anchor: null, head: null }],
    ['a fraction', { anchor: { ...POSITION, item: { client: 5, clock: 2.5 } }, head: POSITION }],
    ['a negative clock', { anchor: POSITION, head: { ...POSITION, item: { client: 5, clock: -1 } } }],
    ['an empty item', { anchor: { item: {} }, head: POSITION }],
    ['a client that is text', { anchor: { item: { client: '5', clock: 2 } }, head: POSITION }],
    ['a foreign type', { anchor: { type: 'content' }, head: POSITION }],
    ['one end alone', { anchor: POSITION }],
    ['the other end alone', { head: POSITION }],
    ['a bad focus', { anchor: POSITION, focus: {} }],
    ['text', 'x'],
    ['a number', 7],
    ['a list', []],
  ])('D4: a cursor or selection of %s becomes null', (_, value) => {
    for (const name of ['cursor', 'selection']) {
      expect(clean({ [name]: value })[name]).toBeNull();
      expect(cleanFields({ [name]: value })[name]).toBeNull();
    }
  });

  it.each<[string, unknown]>([
    ['two positions', { anchor: POSITION, head: POSITION }],
    ['two positions, as slate-yjs has them', { anchor: POSITION, focus: POSITION }],
    ['a value that is not a selection', { line: 7 }],
    ['null', null],
  ])('D4: %s stays', (_, value) => {
    expect(cleanFields({ cursor: value, selection: value })).toEqual({ cursor: value, selection: value });
  });

  it.each(['anchorPos', 'focusPos'])('D4: %s becomes null if it is no position', (name) => {
    const odd = [{}, 'x', 7, [], true, { x: 1 }, { item: {} }, { anchor: POSITION, head: POSITION }];
    for (const value of odd) {
      expect(clean({ [name]: value })[name]).toBeNull();
      expect(cleanFields({ [name]: value })[name]).toBeNull();
    }
    for (const value of [POSITION, null]) expect(cleanFields({ [name]: value })).toEqual({ [name]: value });
  });

  it('M3: may not say who or where somebody is', () => {
    for (const name of ['user', 'file', 'location']) expectRefused(() => cleanFields({ [name]: null }), 'shape');
  });
});
