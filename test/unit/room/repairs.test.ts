/** What the traces of convergence.test.ts found, each alone: how a room gets right again what went wrong unseen. */
import { describe, expect, it } from 'vitest';
import { decodePresence, encodeHeartbeat, encodeStates } from '../../../src/protocol/presence-codec.js';
import { PeersLab } from '../../support/peers-lab.js';
import { names, RoomLab, statuses } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;

describe('repairs', () => {
  it('P6: leaving ends on a dead line too, within 5 s', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    lab.hub.silence(alice.bus);
    await lab.clock.while(alice.room.leave(), 5_000);
    expect(alice.room.status).toBe('closed');
  });

  it('P7: who went into hiding while we were away is gone right after our return', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(6_000);
    alice.bus.disconnect();
    bob.room.awareness.setLocalState(null);
    await lab.clock.advance(500);
    alice.bus.reconnect();
    await lab.clock.advance(100);
    expect(names(alice.room)).toEqual(['alice']);
  });

  it('P3: fast fields whose batch was lost are there two heartbeats after they came to rest', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    lab.network = ({ subject }, send) => {
      if (!subject.startsWith('slate.editor')) send();
    };
    const view = { x: 0.5, y: 0.25, anchor: '#a' };
    bob.room.awareness.setLocalStateField('view', view);
    await lab.clock.advance(10_000);
    expect(alice.room.awareness.getStates().get(bob.room.client)).toMatchObject({ view });
  });

  it('P3: a full state stands in for a heartbeat once, however long the fast fields rest', async () => {
    const lab = new RoomLab();
    await lab.join('alice');
    const bob = await lab.join('bob');
    bob.room.awareness.setLocalStateField('view', { x: 0.5, y: 0.25, anchor: '#a' });
    lab.wire.length = 0;
    await lab.clock.advance(60_000);
    const states = lab.wire.filter(({ subject, data, from }) => {
      return from === bob.bus && subject === PRESENCE && decodePresence(data).type === 'states';
    });
    expect(states).toHaveLength(2); // for two receivers, one of them the sender
  });

  it('P9, P13: who dies while a newcomer joins at its left is noticed by those who knew it', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const lab = new RoomLab(seed);
      const alice = await lab.join('alice');
      const bob = await lab.join('bob');
      await lab.clock.advance(12_000);
      bob.room.setActivity('away'); // a lease of 180 s
      await lab.clock.advance(200);
      lab.hub.kill(bob.bus);
      await lab.join('charlie');
      await lab.clock.advance(3_000);
      expect(statuses(alice.room).bob, `seed ${seed}`).toBe('stale');
      await lab.clock.advance(6_000);
      expect(names(alice.room).sort(), `seed ${seed}`).toEqual(['alice', 'charlie']);
    }
  });

  it('D5: a client id that begins anew at a lower clock is asked, though it had answered at a higher one', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const page = (name: string, clock: number) => {
      const bus = lab.hub.connect();
      const entry = { client: 77, clock, state: { user: { id: name, name } }, terms };
      bus.subscribe('slate.collab.alive.p1.77', (message) => {
        if (message.data[1] === 3) message.respond(encodeStates([entry]));
      });
      return { bus, beat: () => bus.publish(PRESENCE, encodeHeartbeat(77, clock, terms)) };
    };
    const before = page('before', 500);
    before.beat(); // nobody knows it, so it is asked
    await lab.clock.advance(1_500);
    expect(names(alice.room)).toEqual(['alice', 'before']);
    lab.hub.kill(before.bus);
    const after = page('after', 300);
    after.beat();
    await lab.clock.advance(1_500);
    expect(names(alice.room)).toEqual(['alice', 'after']);
  });

  it('P13: a member whom a false roster calls a stock client, at its very clock, is asked when it is heard', () => {
    const lab = new PeersLab();
    lab.state(7, { user: { id: 'x', name: 'Forged' } }, { kind: 'yjs', ageMs: 500 });
    expect(lab.heartbeat(7)).toBe('behind');
  });
});
