import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPattern, checkQueue, checkSubject, matches } from '../../../src/bus/subject.js';
import { InvalidSubjectError } from '../../../src/errors.js';

describe('the check of subjects', () => {
  it.each([
    ['', 'is empty'],
    ['a..b', 'token 2 of 3'],
    ['.a', 'token 1 of 2'],
    ['a.', 'token 2 of 2'],
    ['a b', '" "'],
    ['a\tb', '"\\t") at index 1'],
    ['a.b\n', 'index 3'],
    ['a\u0000', '\\u0000'],
    ['a.*.b', '"*", token 2 of 3'],
    ['a.>', '">", token 2 of 2'],
    ['a.b*', '"b*", token 2 of 2'],
    ['x'.repeat(1025), '1025 bytes'],
    ['東'.repeat(342), '1026 bytes'],
    [undefined as unknown as string, 'not a string'],
    [7 as unknown as string, 'not a string'],
  ])('cannot publish on %j and says why: %s', (subject, part) => {
    expect(() => checkSubject(subject)).toThrow(InvalidSubjectError);
    expect(() => checkSubject(subject)).toThrow(part);
  });

  it.each([['a'], ['a.b.c'], ['東京.🙂'], ['a\u00a0b'], ['$SYS.x'], ['x'.repeat(1024)], ['東'.repeat(341)]])(
    'takes %j',
    (subject) => {
      checkSubject(subject);
      checkPattern(subject);
      checkQueue(subject);
    },
  );

  it('takes the filter of a new consumer, which its subject names, and wildcards in no other call', () => {
    checkSubject('$JS.API.CONSUMER.CREATE.S.c.slate.collab.doclog.p.f.*');
    for (const subject of ['$JS.API.CONSUMER.CREATE.S.c.a*', '$JS.API.STREAM.INFO.*', '$JS.API.CONSUMER.>']) {
      expect(() => checkSubject(subject)).toThrow(InvalidSubjectError);
    }
  });

  it.each([
    ['a.>.b', 'before its end (token 2 of 3)'],
    ['a*.b', 'inside a token ("a*", token 1 of 2)'],
    ['>>', 'inside a token'],
    ['a.**', 'inside a token'],
    ['a..>', 'empty token'],
    ['a .>', 'white space'],
  ])('cannot listen on %j and says why: %s', (pattern, part) => {
    expect(() => checkPattern(pattern)).toThrow(InvalidSubjectError);
    expect(() => checkPattern(pattern)).toThrow(part);
  });

  it.each([['*'], ['>'], ['*.*'], ['a.*.>'], ['*.b.>']])('allows to subscribe to %j', (pattern) =>
    checkPattern(pattern),
  );
});

describe('matching', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'a.b', false],
    ['a.b', 'a', false],
    ['*', 'a', true],
    ['*', 'a.b', false],
    ['a.*', 'a', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.*.c', 'a.b.c', true],
    ['a.>', 'a', false],
    ['a.>', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['>', 'a', true],
    ['>', 'a.b', true],
    ['*.>', 'a', false],
    ['*.>', 'a.b', true],
    ['slate.project.*', 'slate.project.created.u1', false],
  ])('%s on %s: %s', (pattern, subject, expected) => {
    expect(matches(pattern, subject)).toBe(expected);
  });

  it('agrees with a regular expression written from the rule', () => {
    const token = fc.constantFrom('a', 'b', 'ab');
    const subject = fc.array(token, { minLength: 1, maxLength: 5 });
    const pattern = fc
      .tuple(fc.array(fc.oneof(token, fc.constant('*')), { minLength: 0, maxLength: 4 }), fc.boolean())
      .map(([tokens, tail]) => (tail || tokens.length === 0 ? [...tokens, '>'] : tokens));
    fc.assert(
      fc.property(pattern, subject, (want, have) => {
        const rule = want.map((part) => (part === '*' ? '[^.]+' : part === '>' ? '.+' : part)).join('\\.');
        expect(matches(want.join('.'), have.join('.'))).toBe(new RegExp(`^${rule}$`).test(have.join('.')));
      }),
      { numRuns: 2000 },
    );
  });
});
