/** The subjects of events, the tokens in them, and the advice about a subscription that can never match. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPattern, matches } from '../../../src/bus/subject.js';
import { InvalidIdError } from '../../../src/errors.js';
import { slateNaming } from '../../../src/events/naming.js';
import { NatsSubjects } from '../../../src/protocol/subjects.js';
import { untyped } from '../../support/untyped.js';

const { project, file, asset, runtime, build, editor, collaboration } = NatsSubjects;

it('subjects are spelled as in the bus document', () => {
  expect([
    project.created('user123'),
    project.updated('p'),
    project.deleted('p'),
    file.created('p'),
    file.updated('f'),
    file.deleted('f'),
    asset.created('p'),
    asset.updated('a'),
    asset.component.added('a'),
    runtime.started('s'),
    runtime.log('s'),
    runtime.error('s'),
    runtime.status('session123'),
    build.started('p'),
    build.progress('p'),
    build.completed('p'),
    build.jobs(),
    editor.opened('u', 'f'),
    editor.cursor('u', 'f'),
    editor.cursors.batch(),
    collaboration.joined('p'),
    collaboration.presence('p'),
  ]).toEqual([
    'slate.project.created.user123',
    'slate.project.updated.p',
    'slate.project.deleted.p',
    'slate.file.created.p',
    'slate.file.updated.f',
    'slate.file.deleted.f',
    'slate.asset.created.p',
    'slate.asset.updated.a',
    'slate.asset.component.added.a',
    'slate.runtime.started.s',
    'slate.runtime.log.s',
    'slate.runtime.error.s',
    'slate.runtime.status.session123',
    'slate.build.started.p',
    'slate.build.progress.p',
    'slate.build.completed.p',
    'slate.build.jobs',
    'slate.editor.opened.u.f',
    'slate.editor.cursor.u.f',
    'slate.editor.cursors.batch',
    'slate.collab.joined.p',
    'slate.collab.presence.p',
  ]);
});

it('an id is one token, whatever it contains', () => {
  expect(file.updated('src/main.ts')).toBe('slate.file.updated.src/main%2Ets');
  expect(editor.cursor('ada lovelace', 'a.b')).toBe('slate.editor.cursor.ada%20lovelace.a%2Eb');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (id) => {
      const subject = project.updated(id);
      checkPattern(subject);
      expect(subject.split('.')).toHaveLength(4);
      expect(matches('slate.project.*.*', subject)).toBe(true);
    }),
  );
});

it.each([[''], ['x'.repeat(257)], ['\ud800'], [untyped<string>(undefined)], [untyped<string>(5)]])(
  '%j is not an id',
  (id) => {
    expect(() => project.updated(id)).toThrow(InvalidIdError);
    expect(() => editor.cursor('u', id)).toThrow(InvalidIdError);
  },
);

describe('advice', () => {
  it.each([
    ['slate.project.*', 'slate.project.>'],
    ['slate.*', 'slate.>'],
    ['slate.*.*', 'slate.>'],
    ['slate.*.created', 'slate.>'],
    ['slate.build.*', 'slate.build.>'],
    ['slate.collab.*', 'slate.collab.>'],
    ['slate.project.created', 'slate.project.created.>'],
    ['slate.project.created.u1.p1', 'slate.project.created.>'],
    ['slate.editor.opened.*', 'slate.editor.opened.>'],
    ['slate.editor.opened.ada', 'slate.editor.opened.>'],
    ['slate.asset.component.*', 'slate.asset.component.>'],
    ['slate.asset.component.added', 'slate.asset.component.>'],
    ['slate.runtime.log.a.>', 'slate.runtime.log.>'],
  ])('for %s', (pattern, better) => {
    expect(slateNaming.advise(pattern)).toContain(`"${pattern}"`);
    expect(slateNaming.advise(pattern)).toContain(`"${better}"`);
    expect(slateNaming.advise(better)).toBeUndefined();
  });

  it.each([
    'slate.>',
    'slate.project.>',
    'slate.project.*.*',
    'slate.*.*.*',
    'slate.*.*.*.*',
    'slate.project.created.*',
    'slate.project.created.>',
    'slate.project.created.u1',
    'slate.asset.component.added.*',
    'slate.asset.*.*',
    'slate.asset.*.*.*',
    'slate.editor.*.ada.*',
    'slate.editor.cursors.batch',
    'slate.editor.cursors.batch.p1.>',
    'slate.collab.presence',
    'slate.collab.presence.p1.*',
    'slate.collab.sync.p1',
    'slate.build.jobs',
    'slate.build.jobs.>',
    'slate.custom.subject',
    'slate.custom.*',
    'slate.project.archived.*',
    'slate',
    'slate.test',
    'custom.*',
    '*',
    '>',
  ])('none for %s', (pattern) => {
    expect(slateNaming.advise(pattern)).toBeUndefined();
  });

  it('is given only for patterns that match no subject of an event', () => {
    const subjects = Object.values(NatsSubjects)
      .flatMap((resource) => Object.values(resource))
      .filter((each) => typeof each === 'function' && each.length > 0)
      .map((each) => (each as (...ids: string[]) => string)('a', 'b'));
    expect(subjects.push(NatsSubjects.asset.component.added('a'))).toBe(26);
    const token = fc.constantFrom('slate', 'project', 'editor', 'asset', 'created', 'opened', 'a', 'b', '*');
    const pattern = fc
      .tuple(fc.array(token, { minLength: 1, maxLength: 5 }), fc.boolean())
      .map(([tokens, more]) => ['slate', ...tokens, ...(more ? ['>'] : [])].join('.'));
    fc.assert(
      fc.property(pattern, (each) => {
        if (slateNaming.advise(each) !== undefined)
          expect(subjects.filter((subject) => matches(each, subject))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
