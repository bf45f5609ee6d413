/**
 * Y18, D1: hostile bytes on the live lane. No exception reaches the page, nothing is applied in part without the
 * document being suspect, and what Yjs would take without a word is refused. Past 300 lines: the hostile bytes and the
 * checks that they meet belong together.
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { Authors } from '../../../../src/documents/authors.js';
import { Assembly } from '../../../../src/documents/live/assembly.js';
import { DocumentDoor } from '../../../../src/documents/live/document-door.js';
import { inspect } from '../../../../src/documents/live/inspect.js';
import { ProtocolError } from '../../../../src/errors.js';
import {
  decodeDocumentMessage,
  decodeQuestion,
  encodeUpdate,
  PART,
} from '../../../../src/protocol/document-messages.js';
import { encodeParts, type Part } from '../../../../src/protocol/document-parts.js';
import { documentSubjects } from '../../../../src/protocol/document-subjects.js';
import { LiveLab, NAMED, stateOf } from '../../../support/live-lab.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 2_000);

/** A document with something of everything, and an update with more. */
function samples(): { before: Uint8Array; update: Uint8Array } {
  const doc = new Y.Doc();
  doc.clientID = 11;
  const text = doc.getText('t');
  text.insert(0, 'hello world');
  text.format(2, 4, { bold: true });
  doc.getMap('map').set('k', new Y.Array<unknown>());
  doc.getArray('list').insert(0, [{ a: [1, null, 'x'] }, 2, new Uint8Array(4)]);
  const before = Y.encodeStateAsUpdate(doc);
  const vector = Y.encodeStateVector(doc);
  text.delete(1, 3);
  text.insert(4, 'more');
  text.insertEmbed(3, { image: 'x' });
  (doc.getMap('map').get('k') as Y.Array<unknown>).push([new Y.Map([['n', 5]]), new Y.XmlElement('p')]);
  doc.getArray('list').delete(0, 1);
  return { before, update: Y.encodeStateAsUpdate(doc, vector) };
}
const { before, update } = samples();

type Change = (data: number[], at: number, byte: number) => number[];
const CHANGES: readonly Change[] = [
  (data, at, byte) => data.with(at, byte),
  (data, at, byte) => data.with(at, (data[at] ?? 0) ^ (1 << (byte & 7))),
  (data, at) => data.slice(0, at),
  (data, at) => data.toSpliced(at, 1),
  (data, at, byte) => data.toSpliced(at, 0, byte),
  (data, at) => data.toSpliced(at, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f),
];
const mutated = fc
  .tuple(
    fc.constantFrom(before, update),
    fc.array(fc.tuple(fc.nat(CHANGES.length - 1), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
  )
  .map(([data, changes]) => {
    let bytes = [...data];
    for (const [kind, at, byte] of changes) {
      if (bytes.length > 0) bytes = (CHANGES[kind] as Change)(bytes, at % bytes.length, byte);
    }
    return Uint8Array.from(bytes);
  });

/** A document behind a door; `suspect` counts. */
function guardedDoc(content = before) {
  const doc = new Y.Doc();
  doc.clientID = 5;
  Y.applyUpdate(doc, content);
  const told = { suspect: 0, errors: [] as ProtocolError[] };
  const door = new DocumentDoor({
    doc,
    random: () => 0.5,
    origin: {},
    report: (error) => told.errors.push(error),
    authors: new Authors(),
    suspect: () => told.suspect++,
    dropped: () => undefined,
    renamed: () => undefined,
  });
  return { doc, door, told };
}

/** Everything of a document, what waits included. */
const wholeOf = (doc: Y.Doc) => `${stateOf(doc)} ${doc.store.pendingStructs?.update} ${doc.store.pendingDs}`;

function refusal(act: () => unknown): ProtocolError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return error as ProtocolError;
  }
}

describe('hostile updates', () => {
  it('Y18: never throw anything else, and are refused as a whole unless the document is suspect', () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue(undefined);
    let refused = 0;
    let suspect = 0;
    let events = 0;
    fc.assert(
      fc.property(mutated, (bytes) => {
        const { doc, door, told } = guardedDoc();
        const was = wholeOf(doc);
        doc.on('update', () => events++);
        const error = refusal(() => door.apply(bytes, false));
        if (error) refused++;
        suspect += told.suspect;
        if (error && told.suspect === 0) expect(wholeOf(doc)).toBe(was);
        Y.encodeStateAsUpdate(doc); // it is still whole enough to be passed on
        doc.getText('t').insert(0, 'x'); // and to be edited
        expect(doc.getText('t').toString().startsWith('x')).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(refused).toBeGreaterThan(RUNS / 4);
    expect(events).toBeGreaterThan(RUNS);
    expect(suspect).toBeLessThan(RUNS / 4);
    expect(reported.mock.calls).toEqual([]);
    reported.mockRestore();
  }, 120_000);

  it('Y2, Y18: in the V2 encoding are refused, whatever is in them', () => {
    const edit = fc.record({ at: fc.nat(5), text: fc.string({ minLength: 1, maxLength: 9 }), client: fc.nat(2 ** 32) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 9 }), (edits) => {
        const doc = new Y.Doc();
        for (const { at, text, client } of edits) {
          doc.clientID = client;
          const type = doc.getText('t');
          type.insert(Math.min(at, type.length), text);
          if (at === 3) type.delete(0, 1);
        }
        expect(refusal(() => inspect(Y.encodeStateAsUpdateV2(doc)))?.reason).toBe('bytes');
        expect(inspect(Y.encodeStateAsUpdate(doc)).isEmpty).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, string, (doc: Y.Doc) => void]>([
    ['values nested deep', 'limit', (doc) => doc.getArray('a').push([nested(80)])],
    ['a map entry nested deep', 'limit', (doc) => doc.getMap('m').set('k', nested(80))],
    ['an embed nested deep', 'limit', (doc) => doc.getText('t').insertEmbed(0, { a: nested(80) })],
    ['a long name of a root type', 'size', (doc) => doc.getText('n'.repeat(300)).insert(0, 'x')],
  ])('Y18: with %s are refused (%s)', (_, reason, make) => {
    const doc = new Y.Doc();
    make(doc);
    expect(refusal(() => guardedDoc().door.apply(Y.encodeStateAsUpdate(doc), false))?.reason).toBe(reason);
  });

  it('Y18: with a clock that nobody reaches are refused', () => {
    const far = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x08];
    const collected = Uint8Array.from([1, 1, 9, ...far, 0, 1, 0]); // one collected struct of client 9
    expect(refusal(() => inspect(collected))?.reason).toBe('clock');
    expect(refusal(() => inspect(Uint8Array.from([0, 1, 9, 1, ...far, 1])))?.reason).toBe('clock');
    expect(inspect(Uint8Array.from([1, 1, 9, 0, 0, 1, 0])).structs).toHaveLength(1);
  });

  it('Y18: of more than 4 MiB are refused as an edit, and taken as an answer', () => {
    const doc = new Y.Doc();
    doc.getText('t').insert(0, 'x'.repeat(5 * 2 ** 20));
    const large = Y.encodeStateAsUpdate(doc);
    const { doc: receiver, door } = guardedDoc();
    expect(refusal(() => door.apply(large, false))?.reason).toBe('size');
    door.apply(large, true);
    expect(receiver.getText('t').length).toBeGreaterThan(5 * 2 ** 20);
  });

  it('Y18: under the client id of the receiver make it go on under another one, and lose nothing', () => {
    const { doc, door, told } = guardedDoc();
    doc.getText('own').insert(0, 'mine');
    const twin = new Y.Doc();
    Y.applyUpdate(twin, Y.encodeStateAsUpdate(doc));
    twin.clientID = 5;
    twin.getText('own').insert(4, '!');
    const print = vi.spyOn(console, 'log').mockReturnValue(undefined);
    door.apply(Y.encodeStateAsUpdate(twin), false);
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
    expect(told.errors).toMatchObject([{ reason: 'identity' }]);
    expect(doc.clientID).toBe(2 ** 31);
    expect(doc.getText('own').toString()).toBe('mine!');
  });

  it('Y18: an observer that throws is reported as the error of the page, and the update is applied', () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const { doc, door, told } = guardedDoc();
    doc.getText('t').observe(() => {
      throw new Error('mine');
    });
    door.apply(update, false);
    expect(told.suspect).toBe(0);
    expect(reported.mock.calls).toMatchObject([[{ message: 'mine' }]]);
    expect(doc.getText('t').toString()).toContain('more');
    reported.mockRestore();
  });
});

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

describe('hostile messages', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    mutated.map(encodeUpdate),
    fc
      .tuple(fc.constantFrom(0, 1, 2, 16, 17, 18, 19), fc.uint8Array({ maxLength: 40 }))
      .map(([kind, rest]) => Uint8Array.from([kind, ...rest])),
    fc.tuple(mutated, fc.nat(3), fc.nat(200)).map(([whole, id, at]) => {
      const [part = new Uint8Array(1)] = encodeParts(PART, encodeUpdate(whole), id, 64);
      return part.with(at % part.length, at);
    }),
  );

  it('D1: decode, or are refused with one kind of error', () => {
    for (const read of [decodeDocumentMessage, decodeQuestion]) {
      fc.assert(
        fc.property(anything, (bytes) => void refusal(() => read(bytes))),
        { numRuns: RUNS },
      );
    }
  });

  it.each(['open', 'verified'])(
    'D1, Y4: harm no member of a room that is %s, on whatever subject',
    async (kind) => {
      const reported = vi.spyOn(console, 'error').mockReturnValue(undefined);
      const own = kind === 'open' ? NAMED : documentSubjects('p', 'a.md', 'mallory');
      const subjects = [own.live, own.question, own.answer(1, 'ada')];
      const all = fc.array(fc.tuple(fc.constantFrom(...subjects), anything), { minLength: 5, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(all, async (messages) => {
          const lab = new LiveLab();
          const [ada, bob] = ['ada', 'bob'].map((user) => lab.member(kind === 'open' ? {} : { user }));
          for (const member of [ada, bob]) if (member) await lab.clock.while(member.join());
          const stranger = lab.hub.connect();
          for (const [subject, bytes] of messages) stranger.publish(subject, bytes, { reply: stranger.inbox() });
          await lab.clock.advance(200_000);
          ada?.text.insert(0, 'x');
          await lab.clock.advance(200_000);
          expect(bob?.text.toString().startsWith('x')).toBe(true);
          expect(lab.converged).toBe(true);
          expect(lab.sent.length).toBeLessThan(200);
          for (const { lane } of lab.members) lane.stop();
        }),
        { numRuns: Math.ceil(RUNS / 80) },
      );
      expect(reported.mock.calls).toEqual([]);
      reported.mockRestore();
    },
    120_000,
  );

  it('Y18: of a sender beyond 200 a second are dropped, reported with their number, and found later', async () => {
    const lab = new LiveLab();
    const [bob] = await lab.joined(1, { user: 'bob' });
    const ada = lab.member({ user: 'ada' });
    await lab.clock.while(ada.join());
    for (let i = 0; i < 2_000; i++) {
      ada.text.insert(0, 'x');
      ada.lane.flush();
    }
    await lab.clock.advance(10);
    expect(bob?.text.length).toBeLessThan(500);
    expect(bob?.errors).toMatchObject([{ reason: 'limit', subject: 'slate.collab.doc.p.a%2Emd.ada' }]);
    await lab.clock.advance(20_000);
    expect(lab.converged).toBe(true);
    expect(bob?.errors.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(1_000);
  });
});

describe('parts of strangers', () => {
  const assembly = () => {
    const clock = new VirtualClock();
    const stalled = { count: 0 };
    return { clock, stalled, parts: new Assembly({ clock, stalled: () => stalled.count++ }) };
  };
  const partsOf = (whole: Uint8Array, id: number): Part[] =>
    encodeParts(PART, whole, id, 100).map((bytes) => {
      const message = decodeDocumentMessage(bytes);
      if (message.type !== 'part') throw new Error(message.type);
      return message.part;
    });
  const whole = Uint8Array.from({ length: 950 }, (_, i) => i % 251);

  it('Y5: make the whole in any order, with duplicates', () => {
    const order = fc.shuffledSubarray([...Array(10).keys(), 3, 4], { minLength: 12 });
    fc.assert(
      fc.property(order, (indices) => {
        const { parts } = assembly();
        const all = partsOf(whole, 1);
        const made = indices.map((index) => parts.add('s', all[index % 10] as Part, false)).filter(Boolean);
        expect(made[0]).toEqual(whole);
      }),
    );
  });

  it('Y5: that do not belong together are refused, and forgotten', () => {
    const { parts } = assembly();
    const [first, second] = partsOf(whole, 1);
    const [other] = partsOf(
      whole.map((byte) => byte ^ 1),
      1,
    );
    if (!first || !second || !other) throw new Error('no parts');
    parts.add('s', first, false);
    expect(refusal(() => parts.add('s', { ...other, index: 1 }, false))?.reason).toBe('bytes');
    parts.add('s', first, false);
    const rest = partsOf(whole, 1).slice(1);
    const bad = { ...second, bytes: second.bytes.map((byte) => byte ^ 1) };
    const last = rest.map((part) => () => parts.add('s', part.index === 1 ? bad : part, false));
    expect(refusal(() => last.map((add) => add()))?.reason).toBe('bytes');
  });

  it('Y5: are kept for 8 messages of a sender, and for 30 s', async () => {
    const { clock, parts, stalled } = assembly();
    for (let id = 0; id < 9; id++) parts.add('s', partsOf(whole, id)[0] as Part, false);
    expect(stalled.count).toBe(1);
    for (const part of partsOf(whole, 0).slice(1)) expect(parts.add('s', part, false)).toBe(undefined);
    for (const part of partsOf(whole, 5).slice(1, -1)) parts.add('s', part, false);
    await clock.advance(40_000);
    expect(parts.add('s', partsOf(whole, 5).at(-1) as Part, false)).toBe(undefined);
    expect(stalled.count).toBeLessThan(6);
  });
});
