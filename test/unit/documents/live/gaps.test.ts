/** Y5, Y6, Y7: what is lost on the way is found and asked for, at a price that is counted. */
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { encodeUpdate } from '../../../../src/protocol/document-messages.js';
import type { Delivery } from '../../../../src/testing.js';
import { LiveLab, type Member, NAMED } from '../../../support/live-lab.js';

/** Loses the next live message on its way to each of these members. */
function loseNext(lab: LiveLab, members: readonly Member[]): void {
  const left = new Set(members.map(({ bus }) => bus));
  lab.network = (delivery: Delivery, send) => {
    if (!delivery.subject.startsWith('slate.collab.doc.') || !left.delete(delivery.to)) send();
  };
}

const first = (members: readonly Member[]) => members[0] as Member;
const last = (members: readonly Member[]) => members.at(-1) as Member;

describe('what is lost on the live lane', () => {
  it('Y7: an edit whose predecessor is missing brings it within half a second', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(3);
    loseNext(lab, [last(members)]);
    first(members).text.insert(0, 'a');
    await lab.clock.advance(100);
    first(members).text.insert(1, 'b');
    await lab.clock.advance(200);
    expect(last(members).text.toString()).toBe('');
    await lab.clock.advance(350);
    expect(last(members).text.toString()).toBe('ab');
    expect(lab.count('docsync')).toBe(4);
  });

  it('Y7: an entry of the history whose predecessor is missing brings it, too', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(3);
    loseNext(lab, [last(members)]);
    first(members).text.insert(0, 'a');
    await lab.clock.advance(100);
    const known = Y.encodeStateVector(first(members).doc);
    loseNext(lab, [last(members)]);
    first(members).text.insert(1, 'b');
    await lab.clock.advance(100);
    Y.applyUpdate(last(members).doc, Y.encodeStateAsUpdate(first(members).doc, known), last(members).origin);
    await lab.clock.advance(500);
    expect(last(members).text.toString()).toBe('ab');
  });

  it('Y6: a lost deletion, which no state vector shows, is found when the document is quiet', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(3);
    first(members).text.insert(0, 'hello');
    await lab.clock.advance(15_000);
    loseNext(lab, [last(members)]);
    first(members).text.delete(0, 2);
    await lab.clock.advance(500);
    expect(last(members).text.toString()).toBe('hello');
    await lab.clock.advance(20_000);
    expect(last(members).text.toString()).toBe('llo');
    expect(lab.converged).toBe(true);
  });

  it('Y6: a deletion that reached nobody is sent again', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(4);
    first(members).text.insert(0, 'hello');
    await lab.clock.advance(15_000);
    loseNext(lab, members);
    first(members).text.delete(0, 2);
    await lab.clock.advance(25_000);
    expect(members.map(({ text }) => text.toString())).toEqual(Array(4).fill('llo'));
  });

  it('Y6: five who come back at once, each with edits of its own, find each other, whatever was said before', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(5);
    first(members).text.insert(0, 'hello');
    await lab.clock.advance(3_000); // the digest of this has just been said
    for (const member of members) lab.lose(member);
    for (const [i, { text }] of members.entries()) text.insert(0, String(i));
    await Promise.all(members.map((member) => lab.regain(member))); // nobody is there yet to answer a question
    await lab.clock.advance(15_000);
    expect(lab.converged).toBe(true);
    expect(first(members).text.length).toBe(10);
  });

  it('Y6: a room of 20 at rest says one digest, and then is silent', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(20);
    first(members).text.insert(0, 'hello');
    await lab.clock.advance(20_000);
    const before = lab.sent.length;
    expect(lab.count('doc', 17)).toBe(1);
    await lab.clock.advance(600_000);
    expect(lab.sent.length).toBe(before);
  });

  it('Y6: a room of 20 with a digest each while its members write in turns says one in 10 s at most', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(20);
    for (let i = 0; i < 30; i++) {
      members[i % 20]?.text.insert(0, 'x');
      await lab.clock.advance(4_000);
    }
    expect(lab.count('doc', 17)).toBeLessThanOrEqual(13);
    expect(lab.count('docsync')).toBe(20);
  });

  it('Y6: one of 20 that lacks something is found with few messages', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(20);
    first(members).text.insert(0, 'hello');
    await lab.clock.advance(20_000);
    const before = lab.sent.length;
    loseNext(lab, [last(members)]);
    first(members).text.delete(0, 2);
    await lab.clock.advance(30_000);
    expect(lab.converged).toBe(true);
    expect(lab.sent.length - before).toBeLessThan(20);
  });

  it('Y7: all of 20 that lack one edit get it, with a question each', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(20);
    const before = lab.count('docsync');
    loseNext(lab, members);
    first(members).text.insert(0, 'a');
    await lab.clock.advance(100);
    first(members).text.insert(1, 'b');
    await lab.clock.advance(5_000);
    expect(lab.converged).toBe(true);
    expect(lab.count('docsync') - before).toBeLessThan(60);
  });

  it('Y6: two halves of 20 that were apart become one, without a storm', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(20);
    const half = new Map(members.map(({ bus }, i) => [bus, i % 2]));
    lab.network = ({ from, to }, send) => {
      if (half.get(from) === half.get(to)) send();
    };
    first(members).text.insert(0, 'even');
    last(members).text.insert(0, 'odd');
    await lab.clock.advance(60_000);
    lab.network = undefined;
    const before = lab.sent.length;
    await lab.clock.advance(300_000);
    expect(lab.sent.length - before).toBe(0); // nobody knows yet
    first(members).text.insert(0, '!');
    await lab.clock.advance(180_000);
    expect(lab.converged).toBe(true);
    expect(lab.sent.length - before).toBeLessThan(300);
    const settled = lab.sent.length;
    await lab.clock.advance(600_000);
    expect(lab.sent.length - settled).toBeLessThan(5);
  });

  /** An edit of a stranger, as a live message, whose predecessor nobody gets. */
  function orphan(): Uint8Array {
    const stranger = new Y.Doc();
    stranger.clientID = 99;
    stranger.getText('t').insert(0, 'lost');
    const vector = Y.encodeStateVector(stranger);
    stranger.getText('t').insert(4, 'orphan');
    return encodeUpdate(Y.encodeStateAsUpdate(stranger, vector));
  }

  it.each([
    ['one member', 1, 1],
    ['all', 3, 0],
  ])('Y7, Y18: an edit whose predecessor nobody has is dropped by %s that has it', async (_, hit, errors) => {
    const lab = new LiveLab();
    const members = await lab.joined(3);
    first(members).text.insert(0, 'hello');
    await lab.clock.advance(20_000);
    const before = lab.count('docsync');
    const reached = new Set(members.slice(0, hit).map(({ bus }) => bus));
    lab.network = ({ to, subject }, send) => {
      if (subject !== NAMED.live || reached.has(to)) send();
    };
    lab.hub.connect().publish(NAMED.live, orphan());
    await lab.clock.advance(200);
    lab.network = undefined;
    expect(members.filter(({ doc }) => doc.store.pendingStructs).length).toBe(hit);
    await lab.clock.advance(30_000);
    expect(members.filter(({ doc }) => doc.store.pendingStructs)).toEqual([]);
    expect(first(members).errors.map(({ name }) => name)).toEqual(Array(errors).fill('ProtocolError'));
    expect(lab.count('docsync') - before).toBeLessThan(10);
    const eve = lab.member();
    expect(await lab.clock.while(eve.join())).toBe('answered');
    expect(eve.text.toString()).toBe('hello');
  });

  it('Y7: two that each lack an edit of the other get it, although none of them can answer', async () => {
    const lab = new LiveLab();
    const [ada, bob] = await lab.joined(2);
    if (!ada || !bob) throw new Error('nobody');
    loseNext(lab, [ada, bob]);
    ada.text.insert(0, 'a');
    bob.text.insert(0, 'b');
    await lab.clock.advance(60);
    ada.text.insert(0, 'a');
    bob.text.insert(0, 'b');
    await lab.clock.advance(3_000);
    expect([...ada.text.toString()].sort().join('')).toBe('aabb');
    expect(lab.converged).toBe(true);
  });

  it('Y5: a large edit arrives in parts, whole; a lost part is asked for', async () => {
    const lab = new LiveLab({ maxPayload: 20_000 });
    const members = await lab.joined(2);
    const text = 'x'.repeat(150_000);
    first(members).text.insert(0, text);
    await lab.clock.advance(10);
    expect(last(members).text.length).toBe(150_000);
    expect(lab.count('doc', 16)).toBe(Math.ceil(150_020 / 18_976));
    loseNext(lab, [last(members)]);
    first(members).text.insert(0, text);
    await lab.clock.advance(1_900);
    expect(last(members).text.length).toBe(150_000);
    await lab.clock.advance(1_000);
    expect(last(members).text.length).toBe(300_000);
  });

  it('Y5: an answer that stops half-way is asked for again, and how far it got is told', async () => {
    const lab = new LiveLab({ maxPayload: 20_000 });
    const [ada] = await lab.joined(1);
    ada?.text.insert(0, 'x'.repeat(150_000));
    let parts = 0;
    lab.network = ({ subject }, send) => {
      if (!subject.includes('docanswer') || ++parts !== 4) send();
    };
    const told: [number, number][] = [];
    const bob = lab.member({ progress: (received, total) => told.push([received, total]) });
    expect(await lab.clock.while(bob.join())).toBe('answered');
    expect(bob.text.length).toBe(150_000);
    expect(told.every(([received, total]) => received <= total)).toBe(true);
    expect(told.at(-1)?.[0]).toBe(told.at(-1)?.[1]);
    expect(lab.count('docsync')).toBe(3);
  });
});
