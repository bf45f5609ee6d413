/** P7, P8: what a room does when its line may have died without a word. */
import { describe, expect, it } from 'vitest';
import { names, RoomLab } from '../../support/room-lab.js';

async function lab() {
  const town = new RoomLab();
  const [ada, bob] = [await town.join('ada'), await town.join('bob')];
  await town.clock.advance(100);
  const statuses: [number, string][] = [];
  ada.room.on('status', (status) => statuses.push([town.clock.now(), status]));
  return { ...town, clock: town.clock, hub: town.hub, ada, bob, statuses };
}

describe('P7: a line that died without a word', () => {
  it('P8: is given up within 10 s, since the own heartbeat does not come back; nobody is removed', async () => {
    for (let delay = 0; delay < 5000; delay += 700) {
      const { clock, hub, ada, statuses } = await lab();
      await clock.advance(delay);
      const start = clock.now();
      hub.silence(ada.bus);
      await clock.advance(10_500);
      expect(statuses.map(([, status]) => status)).toEqual(['reconnecting', 'connected']);
      expect((statuses[0]?.[0] ?? 0) - start).toBeLessThanOrEqual(10_000);
      expect(names(ada.room)).toEqual(['ada', 'bob']);
      for (const line of ada.seen.slice(1)) expect(line).toContain('bob');
    }
  });

  it('is given up within 5 s of the timer that comes late, and the time asleep is no one else’s silence', async () => {
    const { clock, hub, ada, statuses } = await lab();
    hub.silence(ada.bus);
    await clock.sleep(3_600_000);
    const woken = clock.now();
    await clock.advance(5_000);
    expect(statuses.map(([, status]) => status)).toEqual(['reconnecting', 'connected']);
    expect((statuses[0]?.[0] ?? 0) - woken).toBeLessThanOrEqual(5_000);
    expect(names(ada.room)).toEqual(['ada', 'bob']);
  });

  it('is not suspected while it lives: a quiet room of two keeps its connection', async () => {
    const { clock, statuses } = await lab();
    await clock.advance(600_000);
    expect(statuses).toEqual([]);
  });

  it('is not given up for a late timer when the server answers', async () => {
    const { clock, ada, statuses } = await lab();
    await clock.sleep(30_000);
    await clock.advance(5_000);
    expect(statuses).toEqual([]);
    expect(names(ada.room)).toEqual(['ada', 'bob']);
  });
});

it('P8: nobody is removed for a lease that ran out on a dead line', async () => {
  const { clock, hub, ada } = await lab();
  // A program's lease of 11 s ends 8.5 s after the line died, and a heartbeat has just come back.
  const cleo = hub.connect();
  const beat = { type: 'presence', projectId: 'p1', userId: 'cleo', timestamp: 1_000_000, data: {} };
  cleo.publish('slate.collab.presence.p1', beat);
  await clock.advance(2_500);
  expect(names(ada.room)).toContain('cleo');
  ada.room.setLocation('here'); // the next heartbeat is 5 s away
  await clock.advance(50);
  const seen = ada.seen.length;
  hub.silence(ada.bus);
  await clock.advance(9_900);
  for (const line of ada.seen.slice(seen)) expect(line).toContain('cleo');
});
