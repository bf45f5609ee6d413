/** Names and numbers that the durable queue reads and makes without a server. */
import { describe, expect, it } from 'vitest';
import type { BusMessage } from '../../../src/bus/bus.js';
import { ServerUnreachableError, SlateError } from '../../../src/errors.js';
import { readDelivery, streamName } from '../../../src/jetstream/jetstream.js';
import { exitCodeOf, UsageError } from '../../../src/service/command/exit.js';
import { cancelSubject } from '../../../src/service/work/cancel.js';

describe('the name of a stream', () => {
  it('is one that the server takes, and no other subject has it', () => {
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
});

describe('a delivery', () => {
  const read = (reply: string | undefined) => readDelivery({ reply } as BusMessage);

  it('is read from its reply subject, as servers of both generations write it', () => {
    const delivery = { stream: 's', count: 2, seq: 17, stored: '1700000000000000000' };
    expect(read('$JS.ACK.s.workers.2.17.4.1700000000000000000.0')).toEqual(delivery);
    expect(read('$JS.ACK._.hash.s.workers.2.17.4.1700000000000000000.0.token')).toEqual(delivery);
  });

  it('is nothing else: word that a request ran out, another request', () => {
    for (const reply of [undefined, '_INBOX.x', '$JS.API.STREAM.INFO.s']) expect(read(reply)).toBeUndefined();
  });
});

it('the subject on which jobs are called off stands beside that of the jobs', () => {
  expect(cancelSubject('slate.build.jobs')).toBe('slate.build.cancel');
});

it('a command ends with a number for its cause', () => {
  expect(exitCodeOf(new UsageError('what?'))).toBe(2);
  expect(exitCodeOf(new ServerUnreachableError(['ws://x']))).toBe(3);
  expect(exitCodeOf(new SlateError('else'))).toBe(1);
  expect(exitCodeOf('thrown text')).toBe(1);
});
