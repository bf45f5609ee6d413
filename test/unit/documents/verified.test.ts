/** V1, V6, Y16, Y19, Y20: one thing at a time of verified documents, on a virtual clock. */
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Identity } from '../../../src/bus/bus.js';
import { openDocument } from '../../../src/documents/open.js';
import { ProtocolError, type SlateError } from '../../../src/errors.js';
import { encodeClaim, encodeUpdate } from '../../../src/protocol/document-history.js';
import { encodeKept } from '../../../src/protocol/document-messages.js';
import { documentSubjects } from '../../../src/protocol/document-subjects.js';
import { DocumentsLab, type Person } from '../../support/documents-lab.js';
import { FORGED, Mallory } from '../../support/mallory.js';

const textOf = ({ doc }: Person) => doc.getText('text').toString();
const type = ({ doc }: Person, words: string) => doc.getText('text').insert(0, words);
const open = (lab: DocumentsLab, user: string, more = {}) => lab.open({ verified: true, user, ...more });
const refusals = (errors: readonly SlateError[]) => errors.filter((error) => error instanceof ProtocolError);
const MALLORYS = documentSubjects('p1', 'notes', 'mallory');

describe('a verified document', () => {
  it('V1, V6, V9: takes user and role from the connection, and refuses what contradicts it', async () => {
    const lab = new DocumentsLab(1);
    const busOf = (identity: Identity) => Object.assign(lab.hub.connect(), { identity });
    const { clock, random } = lab;
    const place = { project: 'p1', name: 'notes', clock, random };
    const ada = busOf({ user: 'ada', role: 'writer', projects: ['p1'] });
    const document = await clock.while(openDocument(ada, place), 60_000);
    document.doc.getText('text').insert(0, 'x');
    await clock.while(document.save(), 60_000);
    expect(lab.stream.kept.map(({ subject }) => subject)).toContain('slate.collab.doclog.p1.notes.ada');
    for (const role of ['commenter', 'viewer', 'ghost'] as const) {
      const reader = await clock.while(openDocument(busOf({ user: role, role, projects: ['p1'] }), place), 60_000);
      expect(reader.readOnly, role).toBe(true);
      expect(reader.doc.getText('text').toString()).toBe('x');
    }
    await expect(openDocument(ada, { ...place, user: 'bob' })).rejects.toThrowError('"bob", and the connection is for');
    await expect(openDocument(ada, { ...place, project: '' })).rejects.toThrowError('a verified room needs one');
    const nobody = openDocument(lab.hub.connect(), { ...place, verified: true });
    await expect(nobody).rejects.toThrowError('user');
  });

  it('Y20: claims its client id in the history before it asks anybody, and on the live lane before that', async () => {
    const lab = new DocumentsLab(1);
    const seen: string[] = [];
    lab.deliver = ({ subject }, send) => {
      const kind = subject.split('.')[2] ?? '';
      if (kind.startsWith('doc') && seen.at(-1) !== kind) seen.push(kind);
      send();
    };
    const watcher = lab.hub.connect();
    watcher.subscribe('slate.collab.>', () => undefined);
    await open(lab, 'ada');
    expect(seen.slice(0, 3)).toEqual(['doc', 'doclog', 'docsync']);
  });

  it('Y20: whose client id somebody else has in the history draws another one, and loses nothing', async () => {
    const lab = new DocumentsLab(1);
    await open(lab, 'bob'); // makes the stream
    const doc = new Y.Doc();
    doc.clientID = 77;
    lab.hub.connect().publish(MALLORYS.log, encodeClaim(77));
    const ada = { ...(await open(lab, 'ada', { doc })), doc };
    expect(doc.clientID).not.toBe(77);
    type(ada, 'mine');
    await lab.clock.advance(2_000);
    const reader = await open(lab, 'bob');
    expect(textOf(reader)).toBe('mine');
    expect(reader.document.authorOf(doc.clientID)).toEqual({ user: 'ada', verified: true });
  });

  it('Y20: without a history an own id under another user makes it go on under a new one, and lose nothing', async () => {
    const lab = new DocumentsLab(1);
    const [ada, bob] = [await open(lab, 'ada', { history: false }), await open(lab, 'bob', { history: false })];
    const before = ada.doc.clientID;
    type(ada, 'mine');
    await lab.clock.advance(1_000);
    new Mallory(lab.hub.connect(), 'mallory', lab.random).live(ada.doc);
    await lab.clock.advance(10);
    expect(ada.doc.clientID).not.toBe(before);
    type(ada, 'all ');
    await lab.clock.advance(1_000);
    expect([textOf(ada), textOf(bob)]).toEqual(['all mine', 'all mine']);
    expect(bob.document.authorOf(ada.doc.clientID)).toEqual({ user: 'ada', verified: true });
    expect(refusals(bob.errors)).toMatchObject([{ reason: 'identity', subject: MALLORYS.live }]);
  });

  it('Y9, Y20: what a session saves of others is a rescue, which gives nobody an id', async () => {
    const lab = new DocumentsLab(1);
    const [ada, bob] = [await open(lab, 'ada'), await open(lab, 'bob')];
    lab.deliver = ({ from, subject }, send) => {
      if (from !== ada.bus || !subject.startsWith('slate.collab.doclog.')) send();
    };
    type(ada, 'last words');
    await lab.clock.advance(100);
    lab.kill(ada);
    await lab.clock.advance(60_000);
    const reader = await open(lab, 'carol');
    expect(textOf(reader)).toBe('last words');
    expect(textOf(bob)).toBe('last words');
    expect(reader.document.authorOf(ada.doc.clientID)).toEqual({ user: 'ada', verified: true }); // she had claimed it
    expect(refusals([...bob.errors, ...reader.errors])).toEqual([]);
  });

  it('Y16, Y20: two that seed at once have the content once, as nobody’s', async () => {
    const lab = new DocumentsLab(1);
    await lab.leave(await open(lab, 'zoe'));
    const seed = (doc: Y.Doc) => doc.getText('text').insert(0, 'seed');
    const [ada, bob] = await Promise.all([open(lab, 'ada', { seed }), open(lab, 'bob', { seed })]);
    await lab.clock.advance(60_000);
    const reader = await open(lab, 'carol');
    expect([ada, bob, reader].map(textOf)).toEqual(['seed', 'seed', 'seed']);
    const [client = 0] = reader.doc.store.clients.keys();
    expect(reader.document.authorOf(client)).toBe(undefined);
    expect(refusals([...ada.errors, ...bob.errors, ...reader.errors])).toEqual([]);
  });

  it('Y20: a rescue under the own id, of what was never made, makes it go on under a new one', async () => {
    const lab = new DocumentsLab(1);
    const ada = await open(lab, 'ada');
    type(ada, 'mine');
    await lab.clock.advance(2_000);
    const before = ada.doc.clientID;
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(ada.doc));
    copy.clientID = before;
    copy.getText('text').insert(0, FORGED);
    const update = Y.encodeStateAsUpdateV2(copy, Y.encodeStateVector(ada.doc));
    lab.hub.connect().publish(MALLORYS.log, encodeUpdate(update, 'ada'));
    await lab.clock.advance(10);
    lab.hub.drop();
    lab.hub.restore();
    await lab.clock.advance(5_000);
    expect(ada.doc.clientID).not.toBe(before);
    type(ada, 'still ');
    await lab.clock.advance(2_000);
    const reader = await open(lab, 'bob');
    expect(textOf(reader)).toBe(textOf(ada));
    expect(textOf(reader)).toContain('still ');
  });

  it('Y20: what is said to be saved counts about ids of its speaker alone', async () => {
    const lab = new DocumentsLab(1);
    const [ada, bob] = [await open(lab, 'ada'), await open(lab, 'bob')];
    lab.deliver = ({ from, subject }, send) => {
      if (from !== ada.bus || !subject.startsWith('slate.collab.doclog.')) send();
    };
    type(ada, 'unsaved');
    await lab.clock.advance(100);
    lab.hub.connect().publish(MALLORYS.live, encodeKept(ada.doc.clientID, 7));
    bob.doc.getText('text').insert(3, '-'); // stands between letters that only she and he have
    await lab.clock.advance(1_000);
    lab.kill(ada);
    lab.kill(bob);
    expect(textOf(await open(lab, 'carol'))).toBe('uns-aved');
    expect(refusals(bob.errors)).toMatchObject([{ reason: 'identity', subject: MALLORYS.live }]);
  });

  it('Y20, Y24: has its head from a service, and its store learns the lineage then', async () => {
    const lab = new DocumentsLab(1);
    const kept = new Map<string, string>();
    const store = {
      whenSynced: Promise.resolve(),
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: string) => void kept.set(key, value),
      clearData: async () => kept.clear(),
    };
    const ada = await open(lab, 'ada', { store });
    type(ada, 'x');
    await lab.clock.advance(2_000);
    expect(ada.document.status).toMatchObject({ state: 'saved', error: { name: 'HistoryError' } });
    expect(kept.size).toBe(0);
    await lab.compact();
    lab.hub.drop();
    lab.hub.restore();
    await lab.clock.advance(5_000);
    expect(ada.document.status).toMatchObject({ state: 'saved', error: undefined });
    expect([...kept.values()]).toEqual([ada.document.lineage]);
  });
});

it('Y11: who reads a snapshot has its deletions, also of what was there already', async () => {
  const lab = new DocumentsLab(1);
  const [author, other] = [await lab.open(), await lab.open()];
  type(author, 'first words');
  await lab.clock.advance(2_000);
  lab.deliver = ({ from, subject }, send) => {
    if (from !== author.bus || !subject.startsWith('slate.collab.doc.')) send();
  };
  author.doc.getText('text').delete(0, 6);
  await lab.clock.advance(2_000);
  lab.kill(author);
  lab.deliver = undefined;
  await lab.compact();
  lab.hub.drop();
  lab.hub.restore();
  await lab.clock.advance(5_000);
  expect(textOf(other)).toBe('words');
});
