/** docs/PROTOCOL.md is complete: a codec written from it alone and ours read each other's messages. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorBatch, decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
import {
  decodePresence,
  encodeAsk,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
  type PresenceMessage,
  type StateEntry,
  type Terms,
} from '../../../src/protocol/presence-codec.js';
import { encodeToken } from '../../../src/protocol/token.js';
import * as any from '../../support/arbitraries.js';
import { hex } from '../../support/bytes.js';
import * as wire from '../../support/wire-bytes.js';

const ACTIVITIES = ['active', 'idle', 'away'] as const;
const KINDS = ['slate', 'yjs', 'json'] as const;

const termsOf = ({ activity, speaks, lease, age }: wire.Terms): Terms => ({
  activity: ACTIVITIES[activity],
  kind: KINDS[speaks],
  leaseMs: lease * 100,
  ageMs: age * 100,
});

function ours(message: wire.Presence): PresenceMessage {
  if (message.kind === 'states') {
    const entries = message.entries.map(({ terms, ...entry }) => ({
      ...entry,
      ...(terms && { terms: termsOf(terms) }),
    }));
    const more = message.further.map((it) => ({ type: 'heartbeat' as const, ...it, terms: termsOf(it.terms) }));
    return { type: 'states', entries, more };
  }
  const { kind, ...rest } = message;
  if (message.kind !== 'heartbeat') return { type: kind, ...rest } as PresenceMessage;
  const { digest, ...heartbeat } = message;
  const { client, clock } = heartbeat;
  return { type: 'heartbeat', client, clock, terms: termsOf(message.terms), ...(digest > 0 && { digest }) };
}

function encode(message: PresenceMessage): Uint8Array {
  if (message.type === 'states') return encodeStates(message.entries as Required<StateEntry>[], message.more);
  if (message.type === 'heartbeat')
    return encodeHeartbeat(message.client, message.clock, message.terms, message.digest);
  if (message.type === 'unreachable') return encodeUnreachable(message.by, message.client, message.clock);
  return encodeAsk(message.by, message.type);
}

const terms: fc.Arbitrary<wire.Terms> = fc.record({
  activity: fc.constantFrom(0, 1, 2),
  speaks: fc.constantFrom(0, 1, 2),
  lease: fc.nat(1800),
  age: fc.nat(10_000),
});
const heartbeat = fc.record({ client: any.client, clock: any.clock, terms });
const presence: fc.Arbitrary<wire.Presence> = fc.oneof(
  fc.record({
    kind: fc.constant('states' as const),
    entries: fc.array(fc.record({ client: any.client, clock: any.clock, state: fc.option(any.state), terms }), {
      minLength: 1,
      maxLength: 4,
    }),
    further: fc.array(heartbeat, { maxLength: 3 }),
  }),
  fc.tuple(heartbeat, fc.nat(2 ** 17 - 1)).map(([rest, digest]) => ({ kind: 'heartbeat' as const, ...rest, digest })),
  fc.record({ kind: fc.constant('unreachable' as const), by: any.client, client: any.client, clock: any.clock }),
  fc.record({ kind: fc.constantFrom('ask' as const, 'askRoster' as const), by: any.client }),
);

/** Of a large range, and of a small one, so that positions repeat each other. */
const id = fc.oneof(
  fc.record({ client: any.client, clock: any.client }),
  fc.record({ client: fc.constant(7), clock: fc.nat(1) }),
);
const position = fc
  .record({
    type: fc.option(id),
    tname: fc.option(fc.oneof(fc.constant('content'), fc.string({ maxLength: 20 }))),
    item: fc.option(id),
    assoc: fc.oneof(fc.constant(0), fc.integer()),
  })
  .filter(({ type, tname, item }) => type !== null || tname !== null || item !== null);
const compact = position.map((all) => {
  const entries = Object.entries(all).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as wire.Position;
});
const ends = (form: 2 | 3) =>
  fc.oneof(fc.tuple(position, position), fc.tuple(compact, compact)).map(([anchor, other]) => {
    return { form, value: { anchor, [form === 2 ? 'head' : 'focus']: other } };
  });
const field = fc.oneof(
  fc.constant({ form: 0 as const, value: null }),
  any
    .json()
    .filter((value) => value !== null)
    .map((value) => ({ form: 1 as const, value })),
  ends(2),
  ends(3),
  fc.oneof(position, compact).map((value) => ({ form: 4 as const, value })),
);
/** A coordinate near `value`, inside the box, on the grid with a step of 4 through `newest`. */
const onGrid = (value: number, newest: number) =>
  value - (value % 4) + (newest % 4) > 65535 ? newest % 4 : value - (value % 4) + (newest % 4);
const batch: fc.Arbitrary<wire.Batch> = fc
  .record({
    client: any.client,
    clock: any.clock,
    behind: fc.nat(),
    time: fc.nat(65535),
    left: fc.boolean(),
    tapped: fc.boolean(),
    fields: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'note', 'tool', 'тема'), field), {
      selector: ([name]) => name,
    }),
    points: fc.array(
      fc.record({ anchor: fc.constantFrom('', '#a', 'ü'), later: fc.nat(300), x: fc.nat(65535), y: fc.nat(65535) }),
    ),
  })
  .map(({ fields, points, behind, ...rest }) => {
    let ago = points.reduce((sum, { later }) => sum + later, 0);
    return {
      ...rest,
      behind: fields.length > 0 ? Math.min(behind, rest.clock) : 0,
      fields: fields.map(([name, { form, value }]) => ({ name, form, value })),
      points: points.map(({ later, anchor, x, y }, i) => {
        ago -= later;
        const newest = points.slice(i).findLast((_, j, run) => run.slice(0, j + 1).every((p) => p.anchor === anchor));
        return { anchor, ago, x: onGrid(x, newest?.x ?? x), y: onGrid(y, newest?.y ?? y) };
      }),
    };
  });

function oursOf({ client, clock, behind, time, left, tapped, fields, points }: wire.Batch): CursorBatch {
  const named = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  return {
    client,
    clock,
    presence: clock - behind,
    sentAt: time,
    ...(fields.length > 0 && { fields: named }),
    samples: points.map(({ x, y, ...point }) => ({ ...point, x: x / 65535, y: y / 65535 })),
    left,
    ...(tapped && { tapped }),
  };
}

describe('the document', () => {
  it('P1, P3, P5, P9, P12, M4: leads to the same bytes for every presence message, and back', () => {
    fc.assert(
      fc.property(presence, (message) => {
        const bytes = wire.writePresence(message);
        expect(hex(encode(ours(message)))).toBe(hex(bytes));
        expect(decodePresence(bytes)).toEqual(ours(message));
        expect(wire.readPresence(bytes)).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('M2: leads to the same bytes for every cursor batch, and back', () => {
    fc.assert(
      fc.property(batch, (message) => {
        const bytes = wire.writeBatch(message);
        expect(hex(encodeBatch(oursOf(message)))).toBe(hex(bytes));
        expect(decodeBatch(bytes)).toEqual(oursOf(message));
        expect(wire.readBatch(bytes)).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('S4: leads to the same token for every id', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: fc.integer({ min: 0, max: 0x3001 }).map((code) => String.fromCharCode(code)), maxLength: 20 }),
      fc.constantFrom('', '\ufeff', '\u180e', '\u200b', '\u2060', '\u00ad', '\u0085', '\u202f'),
    );
    fc.assert(
      fc.property(id, (value) => {
        expect(encodeToken('project', value)).toBe(wire.token(value));
      }),
      { numRuns: 3_000 },
    );
  });
});
