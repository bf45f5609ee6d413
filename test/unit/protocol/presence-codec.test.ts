/** The messages of the presence lane, compared with docs/PROTOCOL.md byte by byte, and with y-protocols. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import {
  decodePresence,
  encodeAsk,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
  type PresenceMessage,
  type Terms,
} from '../../../src/protocol/presence-codec.js';
import { cleanState } from '../../../src/protocol/state.js';
import * as any from '../../support/arbitraries.js';
import { bytes, hex } from '../../support/bytes.js';
import { expectRefused } from '../../support/refused.js';

const ADA = { user: { id: 'ada', name: 'Ada', color: '#a0b0c0', colorLight: '#a0b0c033' }, file: 'src/main.ts' };
const ADA_JSON = JSON.stringify(ADA);
const HERE: Terms = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 };

const STATE = bytes(
  `01 ff ff ff ff 0f ac 02 62 '${ADA_JSON}'`,
  '01 00 6e 00', // version, active, lease 11 s, age 0
  '00', // none further
);

/** Expects exactly these bytes, and that they decode to the message. */
function golden(encoded: Uint8Array, expected: Uint8Array, message: PresenceMessage): void {
  expect(hex(encoded)).toBe(hex(expected));
  expect(decodePresence(expected)).toEqual(message);
}

/** A stock Yjs client with its timers stopped. */
function stock(): Awareness {
  const awareness = new Awareness(new Y.Doc());
  clearInterval(awareness._checkInterval as ReturnType<typeof setInterval>);
  return awareness;
}

describe('state messages', () => {
  it('P1: are an awareness update followed by the terms', () => {
    const entry = { client: 2 ** 32 - 1, clock: 300, state: ADA, terms: HERE };
    expect(ADA_JSON).toHaveLength(0x62);
    golden(encodeStates([entry]), STATE, { type: 'states', entries: [entry], more: [] });
  });

  it('P6: are the goodbye with the state null', () => {
    const entry = { client: 5, clock: 3, state: null, terms: HERE };
    golden(encodeStates([entry]), bytes("01 05 03 04 'null' 01 00 6e 00 00"), {
      type: 'states',
      entries: [entry],
      more: [],
    });
  });

  it('P5: hold the states of a roster, and name the clients whose states did not fit', () => {
    const entries = [
      { client: 5, clock: 3, state: {}, terms: { ...HERE, activity: 'idle' } },
      { client: 6, clock: 4, state: { location: 'x' }, terms: { ...HERE, kind: 'yjs', leaseMs: 30_000, ageMs: 1_200 } },
    ] as const;
    const more = [
      {
        type: 'heartbeat',
        client: 300,
        clock: 70_000,
        terms: { ...HERE, activity: 'away', leaseMs: 180_000, ageMs: 50_000 },
      },
      { type: 'heartbeat', client: 2 ** 32, clock: 1, terms: { ...HERE, kind: 'json' } },
    ] as const;
    golden(
      encodeStates([...entries], [...more]),
      bytes(
        '02  05 03 02 \'{}\'  06 04 10 \'{"location":"x"}\'',
        '01  01 6e 00  04 ac 02 0c',
        '02  ac 02 f0 a2 04 02 88 0e f4 03  80 80 80 80 10 01 08 6e 00',
      ),
      {
        type: 'states',
        entries: entries.map((entry) => ({ ...entry, state: cleanState(entry.state, entry.client) })), // with a user
        more,
      },
    );
  });

  it('P1: can be read by a stock client, which stops before the terms', () => {
    const awareness = stock();
    applyAwarenessUpdate(awareness, STATE, 'test');
    expect(awareness.getStates().get(2 ** 32 - 1)).toEqual(ADA);
    expect(awareness.meta.get(2 ** 32 - 1)?.clock).toBe(300);
  });

  it('P1: from a stock client are decoded, without terms', () => {
    const awareness = stock();
    awareness.setLocalState({ user: { name: 'Stock', color: '#ff0000' } });
    const client = awareness.clientID;
    const state = { user: { id: `yjs:${client}`, name: 'Stock', color: '#ff0000', colorLight: '#ff000033' } };
    expect(decodePresence(encodeAwarenessUpdate(awareness, [client]))).toEqual({
      type: 'states',
      entries: [{ client, clock: 1, state }],
      more: [],
    });
  });

  it('P1: of a later version may have more fields at the end', () => {
    const known = decodePresence(STATE);
    const later = Uint8Array.from([...STATE, 1, 2, 3]);
    later[STATE.length - 5] = 2;
    expect(decodePresence(later)).toEqual(known);
  });

  it('P1: decode to what was encoded', () => {
    const entry = fc.record(
      { client: any.client, clock: any.clock, state: fc.option(any.state), terms: any.terms },
      { noNullPrototype: true },
    );
    const heartbeat = fc.record(
      { type: fc.constant('heartbeat' as const), client: any.client, clock: any.clock, terms: any.terms },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 5 }),
        fc.array(heartbeat, { maxLength: 3 }),
        (entries, more) => {
          expect(decodePresence(encodeStates(entries, more))).toEqual({ type: 'states', entries, more });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('short messages', () => {
  it('P3: a heartbeat is eight bytes in a small room', () => {
    const heartbeat = encodeHeartbeat(5, 300, { ...HERE, activity: 'idle' });
    golden(heartbeat, bytes('00 01 05 ac 02 01 6e 00'), {
      type: 'heartbeat',
      client: 5,
      clock: 300,
      terms: { ...HERE, activity: 'idle' },
    });
  });

  it('P12: the digest of a heartbeat takes two more bytes, which an older reader takes for flags that it ignores', () => {
    golden(encodeHeartbeat(5, 300, HERE, 2 ** 17 - 1), bytes('00 01 05 ac 02 f0 ff 7f 6e 00'), {
      type: 'heartbeat',
      client: 5,
      clock: 300,
      terms: HERE,
      digest: 2 ** 17 - 1,
    });
    expect([0x1ffff0 & 3, (0x1ffff0 >> 2) & 3]).toEqual([0, 0]);
  });

  it('P3: a heartbeat has 13 bytes with a client id of 32 bits and a digest', () => {
    expect(encodeHeartbeat(2 ** 32 - 1, 100, HERE, 70_000)).toHaveLength(13);
  });

  it('P12: a question for the roster of one member names the client that asks', () => {
    golden(encodeAsk(300, 'askRoster'), bytes('00 04 ac 02'), { type: 'askRoster', by: 300 });
  });

  it('P9: a report names its sender, the unreachable client, and that client’s clock', () => {
    golden(encodeUnreachable(5, 6, 300), bytes('00 02 05 06 ac 02'), {
      type: 'unreachable',
      by: 5,
      client: 6,
      clock: 300,
    });
  });

  it('M4, P5: a question names the client that asks', () => {
    golden(encodeAsk(300), bytes('00 03 ac 02'), { type: 'ask', by: 300 });
  });

  it('P1: change nothing in a stock client', () => {
    const awareness = stock();
    const before = structuredClone([...awareness.meta.keys()]);
    let events = 0;
    awareness.on('update', () => events++);
    for (const message of [
      encodeHeartbeat(5, 300, HERE),
      encodeUnreachable(5, awareness.clientID, 300),
      encodeAsk(5),
    ]) {
      applyAwarenessUpdate(awareness, message, 'test');
    }
    expect(events).toBe(0);
    expect([...awareness.meta.keys()]).toEqual(before);
  });

  it('P1, P2: JSON makes a stock client throw, as the document warns', () => {
    const heartbeat = new TextEncoder().encode('{"type":"presence","projectId":"p1","userId":"carol","timestamp":1}');
    expect(() => applyAwarenessUpdate(stock(), heartbeat, 'test')).toThrow();
  });

  it('P3: decode to what was encoded', () => {
    fc.assert(
      fc.property(any.client, any.client, any.clock, any.terms, (by, client, clock, terms) => {
        expect(decodePresence(encodeHeartbeat(client, clock, terms))).toEqual({
          type: 'heartbeat',
          client,
          clock,
          terms,
        });
        expect(decodePresence(encodeUnreachable(by, client, clock))).toEqual({
          type: 'unreachable',
          by,
          client,
          clock,
        });
        expect(decodePresence(encodeAsk(by))).toEqual({ type: 'ask', by });
      }),
    );
  });
});

describe('terms', () => {
  const read = (flags: string, lease = '6e', age = '00') => decodePresence(bytes('00 01 05 01', flags, lease, age));

  it.each([
    ['00', { activity: 'active', kind: 'slate' }],
    ['01', { activity: 'idle', kind: 'slate' }],
    ['02', { activity: 'away', kind: 'slate' }],
    ['04', { activity: 'active', kind: 'yjs' }],
    ['08', { activity: 'active', kind: 'json' }],
    ['0a', { activity: 'away', kind: 'json' }],
    ['f0 7f', { activity: 'active', kind: 'slate' }], // bits that a later version may use
  ])('P3: flags %s', (flags, expected) => {
    expect(read(flags)).toMatchObject({ terms: { ...expected, leaseMs: 11_000, ageMs: 0 } });
  });

  it('P3: a lease longer than 180 s counts as 180 s', () => {
    expect(read('00', '88 0e')).toMatchObject({ terms: { leaseMs: 180_000 } });
    expect(read('00', 'ff ff ff 7f')).toMatchObject({ terms: { leaseMs: 180_000 } });
  });

  it('D1: with an unknown activity or kind are refused', () => {
    expectRefused(() => read('03'), 'bytes');
    expectRefused(() => read('0c'), 'bytes');
  });
});

describe('the door', () => {
  const states = (...json: string[]) =>
    bytes(json.length.toString(16).padStart(2, '0'), ...json.flatMap((text) => ['05 01', length(text), `'${text}'`]));
  const length = (text: string) => hex(Uint8Array.of(...varint(text.length)));
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);

  it.each([
    ['nothing at all', ''],
    ['a count and no client', '01'],
    ['a client cut short', '01 85'],
    ['a state cut short', "01 05 01 04 '{}'"],
    ['a state that is not JSON', "01 05 01 02 '{x'"],
    ['a state that is not UTF-8', `01 05 01 09 '{"a":"' ff '"}'`],
    ['version 0', "01 05 01 02 '{}' 00 00 6e 00 00"],
    ['terms cut short', "01 05 01 02 '{}' 01 00 6e"],
    ['bytes after the end', "01 05 01 02 '{}' 01 00 6e 00 00 00"],
    ['a heartbeat with bytes after its end', '00 01 05 01 00 6e 00 00'],
    ['a short message without a kind', '00'],
    ['an unknown kind', '00 05 05'],
    ['an integer over 2^53 - 1', '00 03 ff ff ff ff ff ff ff 1f'],
    ['an integer that never ends', `00 03${' 80'.repeat(30)}`],
    ['an integer so long that it overflows a number', `00 03${' 80'.repeat(200)} 00`],
  ])('D1: refuses %s', (_, message) => {
    expectRefused(() => decodePresence(bytes(message)), 'bytes');
  });

  it('D1: refuses the whole message when its second state is invalid', () => {
    expectRefused(() => decodePresence(states('{"user":{"id":"a"}}', '7')), 'shape');
  });

  it.each(['7', '"text"', 'true', '[]'])('D2: refuses the state %s', (text) => {
    expectRefused(() => decodePresence(states(text)), 'shape');
  });

  it('D2: refuses a state over 16 KiB, and a message of more than 1000 clients', () => {
    const fits = `{"a":"${'x'.repeat(16 * 1024 - 8)}"}`;
    expect(decodePresence(states(fits))).toMatchObject({ type: 'states' });
    expectRefused(() => decodePresence(states(`${fits} `)), 'size');
    expectRefused(() => decodePresence(bytes('e9 07')), 'limit');
  });

  it('D5: refuses a clock over 2^48', () => {
    const over = 'ff ff ff ff ff ff ff 01';
    expectRefused(() => decodePresence(bytes(`01 05 ${over} 02 '{}'`)), 'clock');
    expectRefused(() => decodePresence(bytes(`00 01 05 ${over} 00 6e 00`)), 'clock');
    expect(decodePresence(bytes('00 02 05 06 80 80 80 80 80 80 40'))).toMatchObject({ clock: 2 ** 48 });
  });
});
