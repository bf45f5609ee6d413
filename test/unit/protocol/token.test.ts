/** S4: ids as subject tokens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidIdError } from '../../../src/errors.js';
import { NatsSubjects, roomSubjects } from '../../../src/protocol/subjects.js';
import { decodeToken, encodeToken, MAX_TOKEN_BYTES } from '../../../src/protocol/token.js';

const token = (id: string) => encodeToken('project', id);

/** Well-formed Unicode, mostly characters that have a meaning in NATS or in the encoding. */
const id = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('.', '*', '>', '%', ' ', '\t', '\0', '\u00a0', '\u2028', '2', 'E', 'é', '😀'),
    maxLength: 12,
  }),
  fc.constantFrom('', '%', '%%', '%2E', '.', '..', '*', '>', 'src/main.ts', '\ufeff', '\ufeffa', '$SYS', '_INBOX'),
);

describe('tokens', () => {
  it.each([
    ['src/main.ts', 'src/main%2Ets'],
    ['', '%'],
    ['%', '%25'],
    ['a b', 'a%20b'],
    ['*', '%2A'],
    ['>', '%3E'],
    ['a\r\nPUB x', 'a%0D%0APUB%20x'],
    ['\u00a0', '%C2%A0'],
    ['\u3000', '%E3%80%80'],
    ['\ufeff', '%EF%BB%BF'],
    ['Übung/😀', 'Übung/😀'],
  ])('S4: %j becomes %s', (value, expected) => {
    expect(token(value)).toBe(expected);
    expect(decodeToken(expected)).toBe(value);
  });

  it.each(['я', '字', '😀', 'é', '\u0301', 'ع'])('S4: %s costs what its UTF-8 does, up to 256 bytes', (letter) => {
    const bytes = Buffer.byteLength(letter);
    const longest = letter.repeat(Math.floor(MAX_TOKEN_BYTES / bytes));
    expect(token(longest)).toBe(longest);
    expect(NatsSubjects.file.updated(longest)).toBe(`slate.file.updated.${longest}`);
    expect(roomSubjects(longest, longest).presence).toBe(`slate.collab.presence.${longest}`);
    for (const make of [token, NatsSubjects.file.updated]) {
      expect(() => make(longest + letter)).toThrow(expect.objectContaining({ name: 'InvalidIdError' }));
    }
  });

  it('S4: can be decoded, for any well-formed id', () => {
    fc.assert(
      fc.property(id, (value) => {
        expect(decodeToken(token(value))).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('S4: are different for different ids', () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(token(one) === token(other)).toBe(one === other);
      }),
      { numRuns: 2_000 },
    );
  });

  it('S4: contain nothing that has a meaning in NATS', () => {
    fc.assert(
      fc.property(id, (value) => {
        const encoded = token(value);
        expect(encoded).not.toBe('');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in a token
        expect(encoded).not.toMatch(/[\s.*>\u0000-\u001f\u007f-\u009f]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('S4: a token that is decoded is always the one that its id is encoded as', () => {
    const foreign = fc.string({
      unit: fc.constantFrom('%', '2', 'E', 'e', 'a', 'C', '3', 'A', '9', '.', ' '),
      maxLength: 8,
    });
    fc.assert(
      fc.property(foreign, (text) => {
        const value = decodeToken(text);
        if (value !== undefined) expect(token(value)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
    for (const text of ['', '%%', '%2', '%2e', '%41', '%FF', '%ED%A0%80', 'a.b', 'a b']) {
      expect(decodeToken(text), text).toBeUndefined();
    }
  });

  it('S4: have at most 256 bytes', () => {
    expect(token('x'.repeat(MAX_TOKEN_BYTES))).toHaveLength(MAX_TOKEN_BYTES);
    expect(token('é'.repeat(128))).toHaveLength(128);
    for (const long of ['x'.repeat(257), 'é'.repeat(129), '.'.repeat(86)]) {
      expect(() => token(long)).toThrow(InvalidIdError);
    }
  });

  it.each(['\ud800', 'a\udc00', '\udc00\ud800'])('S4: half a surrogate pair is refused: %j', (value) => {
    expect(() => token(value)).toThrow(InvalidIdError);
  });

  it('S4: a value that is not a string is refused', () => {
    // @ts-expect-error JavaScript may pass anything
    expect(() => encodeToken('user', 7)).toThrow('The user id 7 is not a string.');
  });
});

describe('subjects', () => {
  it('S1, S2, S3, P9, M9: of a file in a project', () => {
    const { alive, aliveOwn, answerTo, ...rest } = roomSubjects('p1', 'src/main.ts');
    expect(rest).toEqual({
      presence: 'slate.collab.presence.p1',
      presenceAll: 'slate.collab.presence.p1',
      cursors: 'slate.editor.cursors.batch.p1.src/main%2Ets',
      cursorsAll: 'slate.editor.cursors.batch.p1.src/main%2Ets',
      syncFile: 'slate.collab.sync.p1.src/main%2Ets',
      syncFileAll: 'slate.collab.sync.p1.src/main%2Ets',
      sync: 'slate.collab.sync.p1',
      syncAll: 'slate.collab.sync.p1',
      gone: 'slate.collab.gone.p1',
      answers: undefined,
      joined: 'slate.collab.joined.p1',
      left: 'slate.collab.left.p1',
      fileCursors: 'slate.editor.cursor.*.src/main%2Ets',
      allCursors: 'slate.editor.cursors.batch',
    });
    for (const each of [alive, aliveOwn]) expect(each(4_294_967_295)).toBe('slate.collab.alive.p1.4294967295');
    expect(answerTo('slate.inbox.x', 'ada')).toBe('slate.inbox.x');
  });

  it('S1, S2, S3, P9, M9: of the lobby, without and with a file', () => {
    const { alive, ...rest } = roomSubjects();
    expect(rest).toMatchObject({
      presence: 'slate.collab.presence',
      cursors: 'slate.editor.cursors.batch',
      syncFile: 'slate.collab.sync.%.%',
      sync: 'slate.collab.sync',
      joined: undefined,
      left: undefined,
      fileCursors: undefined,
      allCursors: undefined, // its own
    });
    expect(alive(7)).toBe('slate.collab.alive.%.7');
    expect(roomSubjects(undefined, 'a').cursors).toBe('slate.editor.cursors.batch.%.a');
    expect(roomSubjects('p1').syncFile).toBe('slate.collab.sync.p1.%');
    expect(roomSubjects('p1').cursors).toBe('slate.editor.cursors.batch.p1');
    // M9: for rooms with a file.
    expect(roomSubjects('p1')).toMatchObject({ fileCursors: undefined, allCursors: undefined });
    expect(roomSubjects(undefined, 'a').allCursors).toBe('slate.editor.cursors.batch');
  });

  it('V1, V4: of a user in a verified room, each token made by S4', () => {
    const { alive, aliveOwn, answerTo, ...rest } = roomSubjects('p.1', 'a.ts', 'ada@x.y');
    expect(rest).toEqual({
      presence: 'slate.collab.presence.p%2E1.ada@x%2Ey',
      presenceAll: 'slate.collab.presence.p%2E1.*',
      cursors: 'slate.editor.cursors.batch.p%2E1.a%2Ets.ada@x%2Ey',
      cursorsAll: 'slate.editor.cursors.batch.p%2E1.a%2Ets.*',
      syncFile: 'slate.collab.sync.p%2E1.a%2Ets.ada@x%2Ey',
      syncFileAll: 'slate.collab.sync.p%2E1.a%2Ets.*',
      sync: 'slate.collab.sync.p%2E1.%.ada@x%2Ey',
      syncAll: 'slate.collab.sync.p%2E1.%.*',
      joined: 'slate.collab.joined.p%2E1.ada@x%2Ey',
      left: 'slate.collab.left.p%2E1.ada@x%2Ey',
      fileCursors: undefined,
      allCursors: undefined,
      gone: 'slate.collab.gone.p%2E1',
      answers: 'slate.collab.answer.p%2E1.ada@x%2Ey',
    });
    expect(alive(7, 'b.b')).toBe('slate.collab.alive.p%2E1.b%2Eb.7.ada@x%2Ey');
    expect(aliveOwn(7)).toBe('slate.collab.alive.p%2E1.ada@x%2Ey.7.*');
    const reply = 'slate.collab.answer.p%2E1.b%2Eb.q1';
    expect(answerTo(reply, 'b.b')).toBe(`${reply}.ada@x%2Ey`);
  });

  it('V4: an answer goes where the asker receives answers, and nowhere else', () => {
    const { answerTo } = roomSubjects('p1', 'a', 'ada');
    const others = [
      'slate.inbox.bob.q',
      'slate.collab.answer.p1.cleo.q',
      'slate.collab.answer.p2.bob.q',
      'x',
      '$JS.API',
    ];
    const shapes = ['slate.collab.answer.p1.bob', 'slate.collab.answer.p1.bob.q.r', 'slate.collab.answer.p1.bobby.q'];
    for (const reply of [...others, ...shapes]) expect(answerTo(reply, 'bob')).toBeUndefined();
  });

  it('V1: a verified room needs a project and a user', () => {
    expect(() => roomSubjects(undefined, 'a', 'ada')).toThrow(InvalidIdError);
    expect(() => roomSubjects('p1', 'a', '')).toThrow(InvalidIdError);
  });

  it('S4: no two rooms share a subject', () => {
    const scope = fc.record({ project: fc.option(id, { nil: undefined }), file: fc.option(id, { nil: undefined }) });
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        fc.pre(one.project !== '' && other.project !== ''); // joinRoom takes no empty project
        const same = one.project === other.project && one.file === other.file;
        const [a, b] = [roomSubjects(one.project, one.file), roomSubjects(other.project, other.file)];
        expect(a.cursors === b.cursors).toBe(same);
        expect(a.presence === b.presence).toBe(one.project === other.project);
      }),
      { numRuns: 1_000 },
    );
  });
});
