/**
 * Y20 with Y3 to Y14: in verified rooms, where one of the people means harm. Whatever that one writes under its own
 * subjects, the honest end equal, no edit of theirs is missing that the history had acknowledged, and nothing is in
 * the document as theirs that they have not made.
 */
import { expect, it } from 'vitest';
import { ContentString, type Doc, Item } from 'yjs';
import { DocumentsLab, type Person } from '../../support/documents-lab.js';
import { FORGED, Mallory } from '../../support/mallory.js';

/** How many traces; a long run sets DOCUMENT_TRACES, and DOCUMENT_SEED for the first seed. */
const TRACES = Number(process.env.DOCUMENT_TRACES ?? 400);
const FIRST = Number(process.env.DOCUMENT_SEED ?? 1);

/** Under which client ids there is text that only the hostile one has made. */
function forgers(doc: Doc): number[] {
  const items = [...doc.store.clients.values()].flat().filter((struct) => struct instanceof Item);
  const forged = items.filter(({ content }) => content instanceof ContentString && content.str.includes(FORGED));
  return forged.map(({ id }) => id.client);
}

async function trace(seed: number, isHostile: boolean): Promise<void> {
  const lab = new DocumentsLab(seed);
  const { random, clock, hub } = lab;
  const pick = (count: number) => Math.floor(random() * count);
  const any = () => lab.people[pick(lab.people.length)] as Person;
  let names = 0;
  const open = () => lab.open({ verified: true, user: `user ${names++ % 4}` });
  const mallory = isHostile ? new Mallory(hub.connect(), 'mallory', random) : undefined;
  for (let i = 2 + pick(3); i > 0; i--) await open();
  // Who means harm has a network that keeps the order of what one client sends, as NATS does: claims rely on that.
  lab.network = isHostile
    ? { lost: 0, doubled: random() * 0.1, late: 0 }
    : { lost: random() * 0.1, doubled: random() * 0.1, late: random() * 0.2 };
  for (let step = 0; step < 20 + pick(20); step++) {
    const kind = pick(24);
    if (kind < 11) lab.edit(any());
    else if (kind < 13) await clock.advance(pick(2_000));
    else if (kind === 13) {
      hub.drop();
      await clock.advance(pick(3_000));
      for (let i = 0; i < pick(4); i++) lab.edit(any());
      hub.restore();
    } else if (kind === 14) await lab.compact();
    else if (kind === 15 && lab.people.length > 2) lab.kill(any());
    else if (kind === 16 && lab.people.length < 5) await open();
    else if (kind === 17) hub.silence(any().bus);
    else if (mallory) mallory.attack(any().doc);
    else lab.edit(any());
  }
  lab.network = { lost: 0, doubled: 0, late: 0 };
  for (const { bus } of lab.people) void bus.suspect();
  await clock.advance(100_000); // edits of the dead come with the history, when somebody has saved them
  lab.loadPages();
  await clock.advance(10 * 60_000); // until each has looked into the history (Y9)
  const [first, ...others] = lab.people;
  const expected = first && lab.content(first);
  for (const each of others) expect(lab.content(each), `seed ${seed}: the same for everyone`).toEqual(expected);
  for (const each of [...lab.people]) await lab.leave(each);
  await lab.compact();
  const reader = await open();
  lab.loadPages();
  await clock.advance(10_000);
  expect(lab.content(reader), `seed ${seed}: the same for who comes later`).toEqual(expected);
  for (const client of forgers(reader.doc)) {
    expect(reader.document.authorOf(client), `seed ${seed}: whose the forged edits are`).toEqual({
      user: 'mallory',
      verified: true,
    });
  }
  for (const [client, acknowledged] of lab.acknowledged) {
    const last = reader.doc.store.clients.get(client)?.at(-1);
    const kept = last ? last.id.clock + last.length : 0;
    expect(kept, `seed ${seed}: what was acknowledged of client ${client}`).toBeGreaterThanOrEqual(acknowledged);
  }
  await lab.leave(reader);
}

it.each([0, 1, 2, 3])(
  'Y20: with a hostile writer the honest end equal, with every acknowledged edit and nothing forged (part %i)',
  async (part) => {
    const size = Math.ceil(TRACES / 4);
    for (let i = 0; i < size; i++) await trace(FIRST + part * size + i, true);
  },
  60_000 + TRACES * 300,
);

it.each([0, 1, 2, 3])(
  'Y20: on a bad network all end equal, with every acknowledged edit (part %i)',
  async (part) => {
    const size = Math.ceil(TRACES / 4);
    for (let i = 0; i < size; i++) await trace(FIRST + part * size + i, false);
  },
  60_000 + TRACES * 300,
);
