/** How `slate tail` describes a message: every kind on the bus, and what cannot be decoded. */
import { expect, describe as group, it } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateAsUpdateV2, encodeStateVector } from 'yjs';
import { SentAnchors } from '../../../src/protocol/anchor-numbers.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import {
  encodeUpdate as encodeEntry,
  encodeParts as encodeEntryParts,
  encodeSealed,
} from '../../../src/protocol/document-history.js';
import {
  encodeDigest,
  encodeKept,
  encodeLook,
  encodeQuestion,
  encodeStep1,
  encodeStep2,
  encodeUpdate,
  PART,
} from '../../../src/protocol/document-messages.js';
import { encodeParts } from '../../../src/protocol/document-parts.js';
import { documentSubjects } from '../../../src/protocol/document-subjects.js';
import {
  encodeAsk,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
  type Terms,
} from '../../../src/protocol/presence-codec.js';
import { describe, SeenAnchors } from '../../../src/service/command/describe.js';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const terms = { activity: 'away', kind: 'slate', leaseMs: 11_000, ageMs: 0 } as Terms;
const said = (subject: string, data: Uint8Array) => {
  const { kind, words } = describe({ subject, data });
  return `${kind}: ${words}`;
};

group('JSON', () => {
  it('of an event is described in words, without what the subject shows', () => {
    const event = {
      id: 'x',
      type: 'progress',
      projectId: 'p.1',
      timestamp: 5,
      data: { percent: 30, message: 'step 3' },
    };
    expect(said('slate.build.progress.p%2E1', bytes(event))).toBe('event: percent=30 message="step 3"');
    expect(describe({ subject: 'slate.build.progress.p%2E1', data: bytes(event) }).data).toEqual(event);
    const opened = { type: 'opened', userId: 'ada', fileId: 'src/main.ts', timestamp: 5 };
    expect(said('slate.custom', bytes(opened))).toBe('event: opened userId=ada fileId=src/main.ts');
    expect(said('slate.custom', bytes({ type: 'note', timestamp: 5, data: [1] }))).toBe('event: note data=[1]');
  });

  it('that is nested too deep to be written again is text', () => {
    const deep = `{"type":"note","timestamp":5,"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(describe({ subject: 'slate.test', data: bytes(deep) })).toEqual({ kind: 'text', data: deep, words: deep });
    const fine = `${'['.repeat(500)}${']'.repeat(500)}`;
    expect(describe({ subject: 'slate.test', data: bytes(fine) }).kind).toBe('json');
  });

  it('of any other kind stays as it is', () => {
    for (const json of [{ hello: 'world' }, [1, 2], 'text', 17, null, true]) {
      expect(describe({ subject: 'slate.test', data: bytes(JSON.stringify(json)) })).toEqual({
        kind: 'json',
        data: json,
      });
    }
  });
});

group('what rooms send as bytes', () => {
  const PRESENCE = 'slate.collab.presence.p1';

  it('is decoded: states, heartbeats, goodbyes, questions', () => {
    const user = { id: 'ada', name: 'Ada', color: '#ff0000' };
    const state = { user, location: 'line 12', file: 'src/main.ts', cursor: null };
    expect(said(PRESENCE, encodeStates([{ client: 7, clock: 3, state, terms }]))).toBe(
      'state: client 7 is "Ada" (ada) at line 12 in src/main.ts with cursor, away, for 11 s',
    );
    expect(said(PRESENCE, encodeStates([{ client: 7, clock: 4, state: null, terms }]))).toBe(
      'state: client 7 has left',
    );
    expect(said(PRESENCE, encodeHeartbeat(7, 3, terms))).toBe('heartbeat: client 7 is here, away, for 11 s');
    expect(said(PRESENCE, encodeUnreachable(8, 7, 3))).toBe('unreachable: client 7 does not answer, says 8');
    expect(said('slate.collab.sync.p1', encodeAsk(9))).toBe('ask: client 9 asks who is here');
    expect(said('slate.collab.alive.p1.7', new Uint8Array())).toBe('probe: undefined');
  });

  it('is decoded: cursors', () => {
    const samples = [
      { ago: 16, x: 0.1, y: 0.1, anchor: '#canvas' },
      { ago: 0, x: 0.5, y: 0.25, anchor: '#canvas' },
    ];
    const batch = { client: 7, clock: 5, presence: 3, sentAt: 100, samples, left: false };
    expect(said('slate.editor.cursors.batch.p1', encodeBatch(batch))).toBe(
      'cursors: client 7 2 points to 50.0 %, 25.0 % of #canvas',
    );
    const gone = { ...batch, samples: [], fields: { selection: null }, left: true };
    expect(said('slate.editor.cursors.batch.p1.f1', encodeBatch(gone))).toBe('cursors: client 7 sets selection, left');
  });

  it('M7, M1: a pointer that moves never “rests”, whether its anchor is spelled out, known, or not named yet', () => {
    const [sent, seen] = [new SentAnchors(), new SeenAnchors()];
    const SUBJECT = 'slate.editor.cursors.batch.p1.f1';
    const batch = (sentAt: number, anchors: readonly string[]) => ({
      client: 7,
      clock: 5,
      presence: 3,
      sentAt,
      samples: anchors.map((anchor, i) => ({ ago: (anchors.length - 1 - i) * 16, x: 0.5, y: 0.25, anchor })),
      left: false,
    });
    const words = (sentAt: number, anchors: readonly string[], known = seen) =>
      describe({ subject: SUBJECT, data: encodeBatch(batch(sentAt, anchors), sent) }, known).words;
    expect(words(0, ['#a', '#a'])).toBe('client 7 2 points to 50.0 %, 25.0 % of #a');
    expect(words(100, ['#a'])).toBe('client 7 1 point to 50.0 %, 25.0 % of #a');
    expect(words(200, ['#a', ''])).toBe('client 7 2 points to 50.0 %, 25.0 % of the page');
    const late = new SeenAnchors(); // it began to watch just now
    expect(words(300, ['#a', '#a'], late)).toBe('client 7 2 points to 50.0 %, 25.0 % of box 1, not named yet');
    expect(words(2_100, ['#a'], late)).toBe('client 7 1 point to 50.0 %, 25.0 % of #a'); // spelled out every 2 s
    expect(words(2_200, ['#a'], late)).toBe('client 7 1 point to 50.0 %, 25.0 % of #a');
    expect(words(2_300, [], late)).toBe('client 7 rests');
  });

  it('is bad where it cannot be decoded, and its bytes are shown', () => {
    expect(said(PRESENCE, Uint8Array.of(0, 99))).toBe(
      'bad: A message was refused (bytes): message kind 99 is not known. 0063',
    );
    expect(said('slate.editor.cursors.batch', Uint8Array.of(9))).toMatch(
      /^bad: .*that starts with 9 is not known.* 09$/,
    );
  });
});

group('anything else', () => {
  it('is text, bytes or nothing', () => {
    expect(describe({ subject: 'slate.test', data: bytes('hello, world') })).toMatchObject({
      kind: 'text',
      data: 'hello, world',
    });
    expect(said('slate.test', Uint8Array.of(255, 0, 1))).toBe('bytes: 3 bytes ff0001');
    expect(said('slate.test', new Uint8Array(100).fill(255))).toBe(`bytes: 100 bytes ${'ff'.repeat(32)}…`);
    expect(describe({ subject: 'slate.test', data: new Uint8Array() })).toEqual({ kind: 'empty', data: null });
    expect(said('slate.test', bytes('{"half":'))).toBe('text: {"half":');
  });
});

group('documents', () => {
  const subjects = documentSubjects('p1', 'notes.md');
  const doc = new Doc();
  doc.clientID = 7;
  doc.getText('text').insert(0, 'hello');
  const [v1, v2] = [encodeStateAsUpdate(doc), encodeStateAsUpdateV2(doc)];
  const vector = encodeStateVector(doc);
  const large = new Uint8Array(2_500).fill(1);
  const [, second = large] = encodeParts(PART, large, 5, 1_000);
  const [, , third = large] = encodeEntryParts(large, 5, 1_000);

  it.each([
    ['an edit', subjects.live, encodeUpdate(v1), `edit: ${v1.length}B, by 7`],
    ['deletions', subjects.live, encodeUpdate(Uint8Array.of(0, 0)), 'edit: 2B, deletions alone'],
    ['an answer', subjects.answer(9), encodeStep2(v1), `answer: ${v1.length}B, by 7`],
    ['a state vector', subjects.answer(9), encodeStep1(vector), 'vector: holds edits of 1 client'],
    [
      'a question',
      subjects.question,
      encodeQuestion(vector, 9),
      'question: client 9 asks, and holds edits of 1 client',
    ],
    [
      'a stock question',
      subjects.question,
      encodeStep1(vector),
      'question: a stock client asks, and holds edits of 1 client',
    ],
    ['a part', subjects.live, second, 'part: 2 of 3, 1.00kB of 2.50kB'],
    [
      'a digest',
      subjects.live,
      encodeDigest({ digest: '0123456789abcdef', saved: true, lineage: 'abc' }),
      'digest: 0123456789abcdef, all saved, lineage abc',
    ],
    ['what is saved', subjects.live, encodeKept(7, 5), 'saved: all of client 7 below 5'],
    ['a hint', subjects.live, encodeLook(), 'look: the head has moved'],
    ['an entry', subjects.log, encodeEntry(v2), `entry: ${v2.length}B, by 7`],
    ['a rescue', subjects.log, encodeEntry(v2, 'ada'), `rescue: ${v2.length}B, by 7, for ada`],
    ['a part of an entry', subjects.log, third, 'part: 3 of 3, 500B of 2.50kB'],
    ['what is sealed', subjects.log, encodeSealed(large), 'sealed: 2.50kB'],
    ['a chunk', subjects.chunk('x', 0), large, 'chunk: 2.50kB'],
    ['a copy of a bad entry', subjects.bad, encodeEntry(v2), `entry: ${v2.length}B, by 7`],
  ])('%s', (_, subject, data, words) => {
    expect(said(subject, data)).toBe(words);
  });

  it('many clients are counted, and the head stays JSON', () => {
    const many = new Doc();
    for (let client = 1; client <= 10; client++) {
      const one = new Doc();
      one.clientID = client;
      one.getText('text').insert(0, 'x');
      applyUpdate(many, encodeStateAsUpdate(one));
    }
    expect(said(subjects.live, encodeUpdate(encodeStateAsUpdate(many)))).toMatch(/by (?:\d+, ){7}\d+ and 2 more$/);
    expect(describe({ subject: subjects.head, data: bytes({ v: 1 }) })).toEqual({ kind: 'json', data: { v: 1 } });
  });

  it('what cannot be read is bad, and throws nothing', () => {
    for (const subject of [subjects.live, subjects.question, subjects.log]) {
      for (const data of [
        Uint8Array.of(99),
        encodeUpdate(Uint8Array.of(5, 5, 5)),
        Uint8Array.of(1, 200),
        bytes('{}'),
      ]) {
        expect(describe({ subject, data }).kind).toBe('bad');
      }
    }
  });
});
