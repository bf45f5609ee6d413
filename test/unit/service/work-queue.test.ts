/** The names that durable jobs and requests to cancel have at the server. */
import { expect, it } from 'vitest';
import { cancelSubject } from '../../../src/service/work/cancel.js';
import { streamName } from '../../../src/service/work/work-queue.js';

it('the name of a stream is one that the server accepts, and no other subject has it', () => {
  const subjects = [
    'slate.build.jobs',
    'slate.build-jobs',
    'slate.build_jobs',
    'slate-build.jobs',
    'slate.bä',
    'a/b.c',
    'a._b',
    'a_.b',
  ];
  const names = subjects.map(streamName);
  expect(names[0]).toBe('slate-build-jobs');
  for (const name of names) expect(name).toMatch(/^[-\w]+$/);
  expect(new Set(names).size).toBe(subjects.length);
});

it('jobs are cancelled on the subject beside their own', () => {
  expect(cancelSubject('slate.build.jobs')).toBe('slate.build.cancel');
});
