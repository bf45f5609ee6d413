/** Y20: who has which client id of Yjs, by what the history says and what was heard. */
import { describe, expect, it } from 'vitest';
import { Authors } from '../../../src/documents/authors.js';
import { decodeHead, encodeHead } from '../../../src/protocol/document-head.js';

const HEAD = { v: 1, lineage: 'a', id: '', n: 0, bytes: 0, sha256: '', seq: 0, old: [], at: 1 } as const;

describe('Y20: the client ids', () => {
  it('belong to the first user that is heard, and to whom the history names first, which counts more', () => {
    const authors = new Authors('ada');
    expect([authors.hear(1, 'bob'), authors.hear(1, 'eve'), authors.hear(1, 'bob')]).toEqual([true, false, true]);
    expect(() => authors.admit([1, 2], 'eve', 'heard')).toThrowError('"eve" edits under the client id 1');
    expect(authors.of(2)).toBe(undefined); // whole, or not at all
    authors.admit([1, 2], 'eve', 'kept');
    expect(() => authors.admit([2], 'bob', 'kept')).toThrowError('which is that of "eve"');
    expect(authors.hear(1, 'bob')).toBe(false);
    expect(authors.of(1)).toEqual({ user: 'eve', verified: true });
  });

  it('belong to nobody where a rescue alone shows them, which says whose they may be', () => {
    const authors = new Authors('ada');
    authors.rescue([1], 'bob');
    expect(authors.of(1)).toEqual({ user: 'bob', verified: false });
    expect([authors.rescuedAs([1]), authors.rescuedAs([1, 2]), authors.rescuedAs([])]).toEqual(['bob', '', undefined]);
    expect(authors.hear(1, 'eve')).toBe(true);
    authors.hear(3, 'ada');
    expect([authors.rescuedAs([3]), authors.rescuedAs([1, 3])]).toEqual([undefined, 'eve']);
  });

  it('are nobody in open rooms, where nothing is refused', () => {
    const authors = new Authors();
    authors.admit([1], '', 'kept');
    authors.admit([1], '', 'heard');
    expect([authors.of(1), authors.rescuedAs([1]), authors.forHead()]).toEqual([undefined, undefined, undefined]);
  });

  it('that were heard alone are remembered of each user up to a number, the newest', () => {
    const authors = new Authors('ada');
    authors.hear(1, 'bob');
    for (let id = 100; id < 300; id++) authors.hear(id, 'eve');
    expect(authors.of(1)).toEqual({ user: 'bob', verified: true });
    expect(authors.of(100)).toBe(undefined);
    expect(authors.of(299)).toEqual({ user: 'eve', verified: true });
  });

  it('fill at most 20 KiB of a head, the newest of each user in turn: who makes many takes nobody else their place', () => {
    const authors = new Authors();
    for (let id = 0; id < 10; id++) authors.keep(4_000_000_000 + id, 'bob "the builder"');
    for (let id = 0; id < 9_000; id++) authors.keep(3_000_000_000 + id, 'eve');
    const clients = authors.forHead();
    expect(JSON.stringify(clients).length).toBeLessThanOrEqual(20 * 1024);
    expect(JSON.stringify(clients).length).toBeGreaterThan(19 * 1024);
    expect(clients?.[0]).toMatchObject({ user: 'eve' });
    expect(clients?.[0]?.ids[0]).toBe(3_000_008_999);
    expect(clients?.[1]?.ids).toHaveLength(10);
    // As a reader of the head has them, and passes them on.
    const reader = new Authors();
    reader.load(decodeHead(encodeHead({ ...HEAD, clients }).bytes).clients ?? []);
    expect(reader.of(4_000_000_003)).toEqual({ user: 'bob "the builder"', verified: true });
    expect(
      reader
        .forHead()
        ?.find(({ user }) => user === 'eve')
        ?.ids.slice(0, 3),
    ).toEqual(clients?.[0]?.ids.slice(0, 3));
  });
});
