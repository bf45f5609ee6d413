/** P8: two sessions with one client id, in different pages. */
import { describe, expect, it } from 'vitest';
import { Doc } from 'yjs';
import { encodeStates } from '../../../src/protocol/presence-codec.js';
import { type Actor, names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;

/** A document as a page has it that saved its client id. */
function docWith(clientID: number): Doc {
  const doc = new Doc();
  doc.clientID = clientID;
  return doc;
}

const distinct = (actors: Actor[]) => new Set(actors.map(({ room }) => room.client)).size;

async function world(options: { at?: 'once' } = {}) {
  const lab = new RoomLab();
  const watcher = await lab.join('watcher');
  const docs = [docWith(7), docWith(7)] as const;
  const ada = lab.prepare('ada', { doc: docs[0] });
  const bob = lab.prepare('bob', { doc: docs[1] });
  if (options.at === 'once') await lab.clock.while(Promise.all([ada.room.join(), bob.room.join()]));
  else {
    await lab.clock.while(ada.room.join());
    await lab.clock.advance(4_000);
    await lab.clock.while(bob.room.join());
  }
  return { lab, watcher, ada, bob, docs, all: [watcher, ada, bob] };
}

describe('two sessions with one client id', () => {
  for (const at of ['once', undefined] as const) {
    it(`P8: are told apart, after a few messages, when they join ${at ?? 'one after the other'}`, async () => {
      const { lab, all, ada, bob, docs } = await world(at ? { at } : {});
      lab.wire.length = 0;
      await lab.clock.advance(30_000);
      expect(distinct(all)).toBe(3);
      for (const { room } of all) expect(names(room).sort()).toEqual(['ada', 'bob', 'watcher']);
      for (const [i, { room }] of [ada, bob].entries()) {
        expect(room.awareness.clientID).toBe(room.client);
        expect(docs[i]?.clientID).toBe(room.client); // editor bindings tell their own caret by it
        expect(room.awareness.getLocalState()).toMatchObject({ user: { id: i === 0 ? 'ada' : 'bob' } });
      }
      const renewed = [...ada.errors, ...bob.errors];
      expect(renewed.length).toBeGreaterThanOrEqual(1);
      expect(renewed[0]).toMatchObject({ name: 'ProtocolError', reason: 'identity' });
      const states = lab.wire.filter(({ subject, data }) => subject === PRESENCE && data[0] !== 0);
      expect(states.length).toBeLessThan(3 * 12);
    });
  }

  it('P8: end their exchange: nothing more is sent than in a quiet room', async () => {
    const { lab } = await world();
    await lab.clock.advance(30_000);
    lab.wire.length = 0;
    await lab.clock.advance(60_000);
    expect(lab.wire.filter(({ subject, data }) => subject === PRESENCE && data[0] !== 0)).toEqual([]);
  });

  it('P8, P9: the one with the new id is seen, asked and probed under it', async () => {
    const { lab, all, watcher, ada, bob } = await world();
    await lab.clock.advance(30_000);
    for (const { room } of [ada, bob]) room.setLocation(`line of ${room.self.user.id}`);
    ada.room.pointer.move({ x: 0.5, y: 0.5, anchor: '#a' });
    await lab.clock.advance(1_000);
    for (const { room } of all) {
      expect(room.members.map(({ location }) => location)).toEqual(
        expect.arrayContaining(['line of ada', 'line of bob']),
      );
      expect(room.members.map(({ status }) => status)).toEqual(['active', 'active', 'active']);
    }
    expect(watcher.room.pointers.sample()).toMatchObject([{ client: ada.room.client, user: { id: 'ada' } }]);
    lab.hub.kill(bob.bus);
    await lab.clock.advance(9_000);
    expect(names(watcher.room).sort()).toEqual(['ada', 'watcher']);
    await lab.clock.while(ada.room.leave());
    await lab.clock.advance(1);
    expect(names(watcher.room)).toEqual(['watcher']);
  });

  it('P8: a stranger who goes on in the name of a session makes it take one new id a minute at most', async () => {
    const lab = new RoomLab();
    const watcher = await lab.join('watcher');
    const ada = await lab.join('ada');
    const stranger = lab.hub.connect();
    const ids = new Set([ada.room.client]);
    for (let second = 0; second < 120; second++) {
      for (let i = 0; i < 20; i++) {
        const state = { user: { id: 'x', name: 'x' } };
        const clock = 1_000_000 + second * 1_000 + i * 10;
        stranger.publish(PRESENCE, encodeStates([{ client: ada.room.client, clock, state, terms }]));
        await lab.clock.advance(50);
        ids.add(ada.room.client);
      }
    }
    expect(ids.size).toBeLessThanOrEqual(4);
    await lab.clock.advance(15_000);
    expect(names(watcher.room).sort()).toEqual(['ada', 'watcher']);
    expect(ada.room.status).toBe('connected');
  });
});
