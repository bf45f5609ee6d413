/** Y13: which documents are due, from the heads and entries that the service has seen. */
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../src/errors.js';
import { encodeHead, type Head } from '../../../src/protocol/document-head.js';
import { documentSubjects } from '../../../src/protocol/document-subjects.js';
import { Tails } from '../../../src/service/documents/tails.js';

const { head: HEAD, log: LOG } = documentSubjects('p1', 'notes');
const EMPTY: Head = { v: 1, lineage: 'one', id: '', n: 0, bytes: 0, sha256: '', seq: 0, at: 1, old: [] };
const snapshot = (seq: number, bytes: number): Head => ({
  ...EMPTY,
  id: 'a1',
  n: 1,
  bytes,
  sha256: 'a'.repeat(64),
  seq,
});

const headed = (tails: Tails, head: Head, subject = HEAD) =>
  tails.head({ subject, seq: 1, data: encodeHead(head).bytes });
function entries(tails: Tails, from: number, to: number, size = 10, subject = LOG) {
  for (let seq = from; seq <= to; seq++) tails.entry({ subject, seq, data: new Uint8Array(size) });
}
function withHead(head = EMPTY): Tails {
  const tails = new Tails();
  headed(tails, head);
  return tails;
}

describe('a document is due', () => {
  it('Y13: beyond 500 entries behind the snapshot, whoever wrote them', () => {
    const tails = withHead();
    entries(tails, 2, 301);
    entries(tails, 302, 501, 10, documentSubjects('p1', 'notes', 'ada').log);
    expect(tails.due()).toEqual([]);
    entries(tails, 502, 502);
    expect(tails.due()).toEqual([{ project: 'p1', name: 'notes', entries: 501, bytes: 5010 }]);
    expect(tails.isDue('p1', 'notes')).toBe(true);
    expect(tails.isDue('p1', 'other')).toBe(false);
  });

  it('Y13: beyond 64 KiB, and beyond the size of the snapshot if that is more', () => {
    const small = withHead(snapshot(1, 100));
    entries(small, 2, 2, 64 * 1024);
    expect(small.due()).toEqual([]);
    entries(small, 3, 3, 1);
    expect(small.due()).toHaveLength(1);
    const large = withHead(snapshot(1, 100_000));
    entries(large, 2, 2, 100_000);
    expect(large.due()).toEqual([]);
    entries(large, 3, 3, 1);
    expect(large.due()).toHaveLength(1);
  });

  it('Y13: no more when a head covers its entries, in whatever order they are seen', () => {
    const tails = withHead();
    entries(tails, 2, 600);
    headed(tails, snapshot(400, 10));
    expect(tails.due()).toEqual([]);
    entries(tails, 601, 901);
    expect(tails.due()).toEqual([{ project: 'p1', name: 'notes', entries: 501, bytes: 5010 }]);
    const late = withHead(snapshot(600, 10));
    entries(late, 2, 602);
    expect(late.due()).toEqual([]);
  });

  it.each([
    ['Y17: not when it is deleted', { ...EMPTY, deleted: true }],
    ['Y21: not when it is sealed, because who has no key would fold nothing', { ...EMPTY, sealed: true }],
    ['Y10: not when its head cannot be read', undefined],
  ])('%s', (_, head) => {
    const tails = withHead();
    entries(tails, 2, 600);
    if (head) headed(tails, head);
    else expect(() => tails.head({ subject: HEAD, seq: 9, data: Uint8Array.of(1) })).toThrow(ProtocolError);
    expect(tails.due()).toEqual([]);
    expect(tails.size).toBe(0);
    headed(tails, EMPTY);
    expect(tails.due()).toHaveLength(1);
  });

  it('Y10: not when it has no head, which every document gets before its first entry', () => {
    const tails = new Tails();
    entries(tails, 2, 600);
    expect(tails.due()).toEqual([]);
    expect(tails.size).toBe(0);
  });
});

it('Y1: subjects that are no document are left out', () => {
  const tails = new Tails();
  for (const subject of ['slate.collab.doclog', 'slate.collab.doclog.p.%zz.%', 'x', 'slate.collab.docsnap.p', '']) {
    entries(tails, 1, 600, 10, subject);
    headed(tails, EMPTY, subject);
  }
  expect(tails.due()).toEqual([]);
  expect(tails.size).toBe(0);
});

it('a subdocument is a document of its own', () => {
  const tails = withHead();
  const { head, log } = documentSubjects('p1', { guid: 'notes' });
  headed(tails, EMPTY, head);
  entries(tails, 2, 600, 10, log);
  expect(tails.due()).toMatchObject([{ project: 'p1', name: { guid: 'notes' } }]);
  expect(tails.size).toBe(2);
});
