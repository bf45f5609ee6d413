/** P6: a room on a page that is put away and brought back. The page is two event targets, as a browser's is. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { names, RoomLab, statuses } from '../../support/room-lab.js';

/** Makes a page until the test is over; every room that starts meanwhile is on it. */
function page() {
  const target = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', document);
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return {
    hide: () => target.dispatchEvent(new Event('pagehide')),
    show: (persisted: boolean) => target.dispatchEvent(Object.assign(new Event('pageshow'), { persisted })),
    turn(visibilityState: 'hidden' | 'visible') {
      Object.assign(document, { visibilityState });
      document.dispatchEvent(new Event('visibilitychange'));
    },
  };
}

describe('a page', () => {
  it('property 10: P6: says goodbye when it is put away, and comes back out of the cache with the same client id', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { hide, show } = page();
    const bob = await lab.join('bob');
    const { client } = bob.room;
    hide();
    await lab.clock.advance(1);
    expect(names(alice.room)).toEqual(['alice']);
    show(false); // a page that was never away
    await lab.clock.advance(100);
    expect(names(alice.room)).toEqual(['alice']);
    show(true);
    await lab.clock.advance(100);
    expect(names(alice.room)).toEqual(['alice', 'bob']);
    expect(bob.room.client).toBe(client);
    expect(statuses(bob.room)).toEqual({ alice: 'active', bob: 'active' });
  });

  it('S3, P2: that comes back out of the cache tells programs without states, too', async () => {
    const lab = new RoomLab();
    const told: string[] = [];
    lab.hub.connect().subscribe('slate.collab.>', ({ data, subject }) => {
      if (data[0] === 0x7b) told.push(subject.split('.')[2] ?? '');
    });
    const { hide, show } = page();
    await lab.join('bob', { jsonPresence: true });
    hide();
    await lab.clock.advance(10_000);
    show(true);
    await lab.clock.advance(4_000);
    expect(told).toEqual(['joined', 'presence', 'left', 'joined', 'presence']);
  });

  it('P6: that is put away while it asks for the roster stays away and answers nobody', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { hide } = page();
    const held: (() => void)[] = [];
    lab.network = ({ subject }, send) => {
      if (subject.startsWith('slate.inbox')) held.push(send);
      else send();
    };
    const bob = lab.prepare('bob');
    const joining = bob.room.join();
    await lab.clock.advance(100);
    hide();
    lab.network = (_, send) => send();
    for (const send of held) send();
    await lab.clock.while(joining);
    await lab.join('charlie');
    expect(bob.room.status).toBe('connecting');
    expect(names(alice.room)).toEqual(['alice', 'charlie']);
  });

  it('P3: shows its session as away while it is hidden', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { turn } = page();
    await lab.join('bob');
    turn('hidden');
    await lab.clock.advance(1);
    expect(statuses(alice.room)).toEqual({ alice: 'active', bob: 'away' });
    turn('visible');
    await lab.clock.advance(100); // M10
    expect(statuses(alice.room)).toEqual({ alice: 'active', bob: 'active' });
  });
});
