/**
 * Y3 to Y14 together: whatever the network and the people do, everyone ends with the same document, so does a reader
 * who comes when they are gone, and no edit is missing that the history had acknowledged.
 */
import { describe, expect, it } from 'vitest';
import { DocumentsLab, type Person } from '../../support/documents-lab.js';

/** How many traces; a long run sets DOCUMENT_TRACES, and DOCUMENT_SEED for the first seed. */
const TRACES = Number(process.env.DOCUMENT_TRACES ?? 1_000);
const FIRST = Number(process.env.DOCUMENT_SEED ?? 1);
const BLOCKS = 10;

/** One trace: two to five people, some dozens of steps, a calm end. */
async function trace(seed: number): Promise<void> {
  const lab = new DocumentsLab(seed);
  const { random, clock, hub } = lab;
  const pick = (count: number) => Math.floor(random() * count);
  const any = () => lab.people[pick(lab.people.length)] as Person;
  const crowd = 2 + pick(4);
  for (let i = 0; i < crowd; i++) await lab.open();
  lab.network = { lost: random() * 0.15, doubled: random() * 0.1, late: random() * 0.3 };
  for (let step = 0; step < 20 + pick(20); step++) {
    const kind = pick(20);
    if (kind < 12) lab.edit(any());
    else if (kind < 15) await clock.advance(pick(2_000));
    else if (kind === 15) {
      hub.drop();
      await clock.advance(pick(3_000));
      for (let i = 0; i < pick(4); i++) lab.edit(any());
      hub.restore();
    } else if (kind === 16) hub.silence(any().bus);
    else if (kind === 17) await lab.compact();
    else if (kind === 18 && lab.people.length > 2) lab.kill(any());
    else if (kind === 19 && lab.people.length < 5) await lab.open();
  }
  lab.network = { lost: 0, doubled: 0, late: 0 };
  // One in four ends in the middle: what was acknowledged until then is all that can be expected.
  const expected = pick(4) === 0 ? undefined : await calmEnd(lab, seed);
  if (!expected) for (const each of [...lab.people]) lab.kill(each);
  await clock.advance(1_000);
  await lab.compact();
  const reader = await lab.open();
  lab.loadPages();
  await clock.advance(10_000);
  if (expected) expect(lab.content(reader), `seed ${seed}: the same for who comes later`).toEqual(expected);
  for (const [client, acknowledged] of lab.acknowledged) {
    const last = reader.doc.store.clients.get(client)?.at(-1);
    const kept = last ? last.id.clock + last.length : 0;
    expect(kept, `seed ${seed}: what was acknowledged of client ${client}`).toBeGreaterThanOrEqual(acknowledged);
  }
  await lab.leave(reader);
}

/** The network is well again, everyone has the same, and leaves. Returns what they have. */
async function calmEnd(lab: DocumentsLab, seed: number): Promise<unknown> {
  for (const { bus } of lab.people) void bus.suspect(); // as the pings of a connection do
  await lab.clock.advance(30_000);
  lab.loadPages();
  await lab.clock.advance(10 * 60_000); // until each has looked into the history (Y9)
  const [first, ...others] = lab.people;
  const expected = first && lab.content(first);
  for (const each of others) expect(lab.content(each), `seed ${seed}: the same for everyone`).toEqual(expected);
  for (const { document } of lab.people)
    expect(document.status, `seed ${seed}`).toMatchObject({ state: 'saved', unsaved: 0 });
  for (const each of [...lab.people]) await lab.leave(each);
  return expected;
}

describe('documents', () => {
  it.each(Array.from({ length: BLOCKS }, (_, block) => block))(
    'Y4, Y6, Y8, Y9, Y13: end equal for everyone, with every acknowledged edit (part %i)',
    async (block) => {
      const size = Math.ceil(TRACES / BLOCKS);
      for (let i = 0; i < size; i++) await trace(FIRST + block * size + i);
    },
    60_000 + TRACES * 100,
  );
});
