/**
 * What a document of an open room believes, because it knows nobody: each cell of docs/security.md that says "possible"
 * of open rooms is a test here or in the tests of the history. Documents of verified rooms refuse it (Y20).
 */
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { Authors } from '../../../../src/documents/authors.js';
import type { ProtocolError } from '../../../../src/errors.js';
import { encodeKept, encodeUpdate } from '../../../../src/protocol/document-messages.js';
import { LiveLab, type Member, NAMED } from '../../../support/live-lab.js';

const FORGED = 'forged';

/** What `member` would have sent if it had typed something behind all that it has. */
function forge({ doc }: Member): Uint8Array {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  copy.clientID = doc.clientID;
  const before = Y.encodeStateVector(copy);
  copy.getText('t').insert(0, FORGED);
  return encodeUpdate(Y.encodeStateAsUpdate(copy, before));
}

async function pair(more: Parameters<LiveLab['member']>[0] = {}) {
  const lab = new LiveLab();
  const [ada, bob] = (await lab.joined(2, more)) as [Member, Member];
  ada.text.insert(0, 'mine');
  await lab.clock.advance(1_000);
  return { lab, ada, bob, stranger: lab.hub.connect() };
}

it('Open: an edit under the client id of another is taken, and nobody can tell whose it is', async () => {
  const { lab, ada, bob, stranger } = await pair();
  stranger.publish(NAMED.live, forge(ada));
  await lab.clock.advance(10);
  expect(bob.text.toString()).toContain(FORGED);
  expect(new Authors('').of(ada.doc.clientID)).toBe(undefined);
  await lab.clock.advance(10_000); // she goes on under another id, and nobody loses anything
  ada.text.insert(0, 'more ');
  await lab.clock.advance(10_000);
  expect(lab.converged).toBe(true);
  expect(bob.text.toString()).toContain('more ');
});

it('Open: whoever says that edits are saved is believed', async () => {
  const saved: [number, number][] = [];
  const { lab, ada, stranger } = await pair({ kept: (client, clock) => saved.push([client, clock]) });
  stranger.publish(NAMED.live, encodeKept(ada.doc.clientID, 4));
  await lab.clock.advance(10);
  expect(saved).toContainEqual([ada.doc.clientID, 4]);
});

it('Open: a flood of edits is bounded for all senders together, who share a subject', async () => {
  const { lab, bob, stranger } = await pair();
  const update = encodeUpdate(Y.encodeStateAsUpdate(bob.doc));
  for (let i = 0; i < 10_000; i++) stranger.publish(NAMED.live, update);
  await lab.clock.advance(2_000);
  expect(new Set(bob.errors.map((error) => (error as ProtocolError).reason))).toEqual(new Set(['limit']));
  expect(bob.errors.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(5_000);
  await lab.clock.advance(20_000);
  expect(lab.converged).toBe(true);
});
