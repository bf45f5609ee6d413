/** Y3, Y4, Y8, Y19: members of one document, what they send each other, and what they do not. */
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { LiveLab } from '../../../support/live-lab.js';

describe('members of a document', () => {
  it('Y3, Y4: exchange edits, and one that comes later has the text when it is synced', async () => {
    const lab = new LiveLab();
    const [ada, bob] = await lab.joined(2);
    ada?.text.insert(0, 'hello');
    bob?.text.insert(0, 'oh, ');
    await lab.clock.advance(100);
    const eve = lab.member();
    expect(eve.lane.synced).toBe(false);
    expect(await lab.clock.while(eve.join())).toBe('answered');
    expect(eve.lane.synced).toBe(true);
    expect(eve.text.length).toBe(9);
    expect(lab.converged).toBe(true);
    expect(lab.members.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('Y4: find out that they are alone in one round trip', async () => {
    const lab = new LiveLab();
    const ada = lab.member();
    const start = lab.clock.now();
    const joined = ada.join();
    await lab.clock.advance(1);
    expect(await joined).toBe('alone');
    expect(lab.clock.now() - start).toBeLessThan(10);
    expect(ada.lane.synced).toBe(true);
  });

  it('Y4: ask three times when no answer comes, then go on, and are synced when one does', async () => {
    const lab = new LiveLab();
    const [ada] = await lab.joined(1);
    ada?.text.insert(0, 'hello');
    let changed = 0;
    const bob = lab.member({ changed: () => changed++ });
    lab.network = (delivery, send) => {
      if (!delivery.subject.includes('docanswer')) send();
    };
    const start = lab.clock.now();
    expect(await lab.clock.while(bob.join())).toBe('unanswered');
    expect(lab.clock.now() - start).toBeLessThan(1_600);
    expect(lab.count('docsync')).toBe(4);
    expect(bob.lane.synced).toBe(false);
    lab.network = undefined;
    await lab.clock.advance(6_000);
    expect([bob.lane.synced, changed, bob.text.toString()]).toEqual([true, 1, 'hello']);
  });

  it('Y4: send what the member lacks that answered', async () => {
    const lab = new LiveLab();
    await lab.joined(2);
    const eve = lab.member();
    eve.text.insert(0, 'kept at home');
    await lab.clock.while(eve.join());
    await lab.clock.advance(10);
    expect(lab.members.map(({ text }) => text.toString())).toEqual(Array(3).fill('kept at home'));
    expect(lab.count('doc')).toBe(1);
  });

  it('Y3: publish the first edit at once, and merge those within 50 ms of it', async () => {
    const lab = new LiveLab();
    const [ada, bob] = await lab.joined(2);
    for (let i = 0; i < 10; i++) {
      ada?.text.insert(i, `${i}`);
      await lab.clock.advance(4);
    }
    expect(lab.count('doc', 2)).toBe(1);
    expect(bob?.text.toString()).toBe('0');
    await lab.clock.advance(20);
    expect(lab.count('doc', 2)).toBe(2);
    expect(bob?.text.toString()).toBe('0123456789');
  });

  it('Y3: publish nothing that they have received, or that a store has put in', async () => {
    const lab = new LiveLab();
    const [ada, bob] = await lab.joined(3);
    ada?.text.insert(0, 'a');
    await lab.clock.advance(1_000);
    expect(lab.count('doc', 2)).toBe(1);
    const store = new Y.Doc();
    store.getText('t').insert(0, 'stored');
    if (bob) Y.applyUpdate(bob.doc, Y.encodeStateAsUpdate(store), 'store');
    await lab.clock.advance(500);
    expect(lab.count('doc', 2)).toBe(1);
    await lab.clock.advance(1_000); // a second later it asks, and sends what the other one lacks
    expect(lab.count('docsync')).toBe(4);
    expect(lab.converged).toBe(true);
    expect(lab.count('doc', 2)).toBe(2);
  });

  it('Y8: keep edits without a connection, and meet again with one question', async () => {
    const lab = new LiveLab();
    const [ada, bob] = await lab.joined(2);
    if (!ada || !bob) throw new Error('nobody');
    ada.text.insert(0, 'both');
    await lab.clock.advance(3_000);
    lab.lose(bob);
    for (let i = 0; i < 50; i++) {
      ada.text.insert(0, 'a');
      bob.text.insert(bob.text.length, 'b');
      bob.text.delete(0, 1);
      await lab.clock.advance(70_000);
    }
    const before = lab.count('docsync');
    expect(bob.lane.synced).toBe(false);
    expect(await lab.regain(bob)).toBe('answered');
    await lab.clock.advance(10);
    expect(lab.converged).toBe(true);
    expect(lab.count('docsync') - before).toBe(1);
  });

  it('Y4, Y8: meet when all of them were away, and each finds nobody', async () => {
    const lab = new LiveLab();
    const members = await lab.joined(3);
    for (const member of members) lab.lose(member);
    for (const [i, { text }] of members.entries()) text.insert(0, `${i}`);
    for (const { bus } of members) bus.reconnect();
    const outcomes = await Promise.all(members.map(({ lane }) => lane.sync()));
    expect(outcomes).toEqual(['alone', 'alone', 'alone']);
    for (const { lane } of members) lane.open();
    await lab.clock.advance(30_000);
    expect(lab.converged).toBe(true);
    expect(members[0]?.text.length).toBe(3);
  });

  it('Y8: join again although a question was under way when the connection was lost', async () => {
    const lab = new LiveLab();
    const [ada] = await lab.joined(1);
    ada?.text.insert(0, 'hello');
    const bob = lab.member();
    lab.network = () => undefined;
    const first = bob.join();
    await lab.clock.advance(100);
    bob.bus.disconnect();
    bob.lane.pause();
    bob.bus.reconnect();
    lab.network = undefined;
    expect(await lab.clock.while(bob.lane.sync())).toBe('answered');
    expect(await first).toBe('unanswered');
    expect([bob.lane.synced, bob.text.toString()]).toEqual([true, 'hello']);
  });

  it('Y19: publish nothing but questions when they may only read', async () => {
    const lab = new LiveLab();
    const [ada] = await lab.joined(1);
    ada?.text.insert(0, 'hello');
    const reader = lab.member({ readOnly: true });
    expect(await lab.clock.while(reader.join())).toBe('answered');
    reader.text.insert(0, 'mine');
    reader.lane.sayLook();
    await lab.clock.advance(60_000);
    expect(lab.sent.filter(({ by, kind }) => by === 2 && kind !== 'docsync')).toEqual([]);
    expect(ada?.text.toString()).toBe('hello');
  });

  it('Y18: report an edit that is one piece of more than 4 MiB, and send one of as much in pieces', async () => {
    const lab = new LiveLab();
    const [ada, bob] = await lab.joined(2);
    ada?.doc.transact(() => {
      for (let i = 0; i < 5; i++) ada.text.insertEmbed(0, { picture: 'x'.repeat(2 ** 20) });
    });
    for (let i = 0; i < 20; i++) await lab.clock.advance(5); // the server confirms every 16 parts
    expect(bob?.text.length).toBe(5);
    expect(ada?.errors).toEqual([]);
    ada?.text.insert(0, 'x'.repeat(5 * 2 ** 20));
    await lab.clock.advance(100);
    expect(ada?.errors).toMatchObject([{ name: 'DocumentTooLargeError', document: 'a.md', limit: 2 ** 22 }]);
    expect(bob?.text.length).toBe(5);
  });

  it('Y3: flush what waits', async () => {
    const lab = new LiveLab();
    const [ada] = await lab.joined(1);
    ada?.text.insert(0, 'a');
    ada?.text.insert(0, 'b');
    ada?.lane.stop();
    await lab.clock.advance(0);
    expect(lab.count('doc', 2)).toBe(2);
    ada?.text.insert(0, 'c');
    await lab.clock.advance(20_000);
    expect(lab.count('doc')).toBe(2);
  });

  it('Y16: of different lineages are not merged, and look at the head', async () => {
    const lab = new LiveLab();
    const ada = lab.member({ lineage: () => 'one' });
    await lab.clock.while(ada.join());
    ada.text.insert(0, 'hello');
    const bob = lab.member({ lineage: () => 'two' });
    bob.text.insert(0, 'other');
    expect(await lab.clock.while(bob.join())).toBe('unanswered');
    expect(bob.text.toString()).toBe('other');
    expect(bob.looks.count).toBe(1);
    await lab.clock.advance(100);
    expect(ada.text.toString()).toBe('hello');
  });

  it('Y15, Y17: pass on the hint that the head has moved, at most one in 5 s', async () => {
    const lab = new LiveLab();
    const [ada, bob] = await lab.joined(2);
    for (let i = 0; i < 10; i++) ada?.lane.sayLook();
    await lab.clock.advance(1_000);
    expect([ada?.looks.count, bob?.looks.count]).toEqual([0, 1]);
    await lab.clock.advance(5_000);
    expect(bob?.looks.count).toBe(2);
  });

  it('Y21: seal what leaves and open what arrives, in order, however long that takes', async () => {
    const lab = new LiveLab();
    const cipher = {
      seal: async (bytes: Uint8Array) => {
        for (let i = bytes.length % 7; i > 0; i--) await Promise.resolve();
        return bytes.map((byte) => byte ^ 0x55);
      },
      open: async (bytes: Uint8Array) => {
        for (let i = bytes.length % 5; i > 0; i--) await Promise.resolve();
        return bytes.map((byte) => byte ^ 0x55);
      },
    };
    const [ada, bob] = await lab.joined(2, { cipher });
    for (let i = 0; i < 20; i++) {
      ada?.text.insert(i, 'x'.repeat(i));
      await lab.clock.advance(60);
    }
    expect(bob?.text.toString()).toBe(ada?.text.toString());
    expect(lab.count('doc', 2)).toBe(0);
    const eve = lab.member({ cipher });
    expect(await lab.clock.while(eve.join())).toBe('answered');
    expect(lab.members.flatMap(({ errors }) => errors)).toEqual([]);
  });
});
