/** What a document does when a line, a session or an answer is lost: each on its own, on a virtual clock. */
import { describe, expect, it } from 'vitest';
import { moveHead, readHead } from '../../../src/documents/history/place.js';
import { documentSubjects } from '../../../src/protocol/document-subjects.js';
import { DocumentsLab, type Person } from '../../support/documents-lab.js';

const textOf = ({ doc }: Person) => doc.getText('text').toJSON();
const type = ({ doc }: Person, words: string) => doc.getText('text').insert(0, words);

describe('a session', () => {
  it('Y8, Y11: that only reads gets from the history what it missed, when nobody else is there any more', async () => {
    const lab = new DocumentsLab(1);
    const [author, reader] = [await lab.open(), await lab.open({ readOnly: true })];
    lab.hub.silence(reader.bus);
    type(author, 'missed');
    await lab.clock.advance(2_000);
    await lab.leave(author);
    expect(textOf(reader)).toBe('');
    void reader.bus.suspect();
    await lab.clock.advance(10_000);
    expect(textOf(reader)).toBe('missed');
  });

  it('P7: whose line died without a word notices after its next edit, and saves it', async () => {
    const lab = new DocumentsLab(1);
    const person = await lab.open();
    lab.hub.silence(person.bus);
    type(person, 'into the void');
    await lab.clock.advance(6_000);
    expect(person.bus.status.type).toBe('connected');
    expect(person.document.status).toMatchObject({ state: 'saved', synced: true });
    await lab.leave(person);
    expect(textOf(await lab.open())).toBe('into the void');
  });

  it('Y9: that dies before it has saved is saved by another one within a minute, without a room', async () => {
    const lab = new DocumentsLab(1);
    const [author, other] = [await lab.open(), await lab.open()];
    await lab.clock.advance(5_000);
    const toLog = ({ subject }: { subject: string }) => subject.startsWith('slate.collab.doclog.');
    lab.deliver = (delivery, send) => {
      if (!(delivery.from === author.bus && toLog(delivery))) send();
    };
    const resaved: number[] = [];
    other.document.on('resaved', (bytes) => resaved.push(bytes));
    type(author, 'last words');
    await lab.clock.advance(100);
    lab.kill(author);
    await lab.clock.advance(60_000);
    expect(resaved).toHaveLength(1);
    await lab.leave(other);
    expect(textOf(await lab.open())).toBe('last words');
  });

  it('Y9: that dies after it has saved what nobody heard of is read by the others within ten minutes', async () => {
    const lab = new DocumentsLab(1);
    const [author, other, reader] = [await lab.open(), await lab.open(), await lab.open({ readOnly: true })];
    type(author, 'first words');
    await lab.clock.advance(60_000);
    lab.deliver = ({ from, subject }, send) => {
      if (from !== author.bus || !subject.startsWith('slate.collab.doc.')) send();
    };
    author.doc.getText('text').delete(0, 6); // no number tells the others that something is missing
    await lab.clock.advance(2_000);
    expect(author.document.status.state).toBe('saved');
    lab.kill(author);
    lab.deliver = undefined;
    await lab.clock.advance(10 * 60_000);
    expect([other, reader].map(textOf)).toEqual(['words', 'words']);
  });

  it('Y9: that is closed right after an edit has saved it', async () => {
    const lab = new DocumentsLab(1);
    const person = await lab.open();
    await lab.clock.advance(5_000);
    type(person, 'one');
    type(person, 'two');
    await lab.leave(person);
    expect(textOf(await lab.open())).toBe('twoone');
  });
});

it('Y10: a head that was taken is the own one, also where only a repetition is answered', async () => {
  const lab = new DocumentsLab(1);
  await lab.leave(await lab.open());
  const { clock, random } = lab;
  const bus = lab.hub.connect();
  const subjects = documentSubjects('p1', 'notes');
  const place = { bus, clock, random, subjects, document: 'notes', report: () => undefined };
  const before = await lab.clock.while(readHead(place));
  let answers = 0;
  lab.deliver = (delivery, send) => {
    const isAnswer = delivery.to === bus && answers++ === 0;
    if (!isAnswer) send();
    if (delivery.subject === subjects.head) send();
  };
  const head = { ...before?.head, by: 'ada' } as NonNullable<typeof before>['head'];
  const moved = await lab.clock.while(moveHead(place, head, before?.seq ?? 0));
  expect(moved?.head.by).toBe('ada');
  expect(moved?.seq).toBeGreaterThan(before?.seq ?? 0);
});
