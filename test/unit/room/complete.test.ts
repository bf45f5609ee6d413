/** P12: everyone comes to hold everyone, whatever was late when they joined. */
import { describe, expect, it } from 'vitest';
import { decodePresence, encodeHeartbeat, encodeStates } from '../../../src/protocol/presence-codec.js';
import type { MemoryBus } from '../../../src/testing.js';
import { seeded } from '../../support/random.js';
import { type Actor, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const terms = { kind: 'slate', activity: 'away', leaseMs: 180_000, ageMs: 0 } as const;
const quiet = { client: 77, clock: 1, state: { user: { id: 'quiet', name: 'quiet' } }, terms };

/** It is alive, and says what it is when it is asked, but nothing by itself. */
function answerFor77(bus: MemoryBus): void {
  bus.subscribe('slate.collab.alive.p1.77', (message) => {
    if (message.data[1] === 3) message.respond(encodeStates([quiet]));
  });
}

/** Busy machines: each takes in its messages in order, and each message up to `lateMs` late. */
function busy(lab: RoomLab, lateMs: number): void {
  const random = seeded(9);
  const free = new Map<unknown, number>();
  lab.network = ({ to, subject, data }, send) => {
    if (data.length === 0 && subject.startsWith('slate.inbox')) {
      send(); // the server's "no responders" overtakes no ping
      return;
    }
    const at = Math.max(free.get(to) ?? 0, lab.clock.now() + random() * lateMs);
    free.set(to, at);
    lab.clock.after(at - lab.clock.now(), send);
  };
}

/** How many members each one lacks, of those who lack any. */
const lacking = (actors: readonly Actor[], people = actors.length) =>
  actors.map(({ room }) => people - room.members.length).filter((count) => count > 0);

/** How many questions for a roster went from one member to another. */
const questions = (lab: RoomLab) =>
  lab.wire.filter(({ subject, data }) => subject.includes('.alive.') && data[1] === 4).length;

async function crowd(people: number) {
  const lab = new RoomLab();
  const actors: Actor[] = [];
  for (let i = 0; i < people; i++) actors.push(await lab.join(`m${i}`));
  await lab.clock.advance(6_000);
  return { lab, actors };
}

describe('a crowd that joins at once', () => {
  for (const [people, seed] of [
    [10, 1],
    [30, 2],
    [100, 3],
  ] as const) {
    it(`P12: of ${people}, on busy machines, is complete within two heartbeats`, async () => {
      const lab = new RoomLab(seed);
      busy(lab, 1_000);
      const actors = Array.from({ length: people }, (_, i) => lab.prepare(`m${i}`));
      await lab.clock.while(Promise.all(actors.map(({ room }) => room.join())));
      expect(lacking(actors).length).toBeGreaterThan(0); // or this test shows nothing
      await lab.clock.advance(2 * 5_000);
      expect(lacking(actors)).toEqual([]);
    }, 60_000);
  }
});

describe('a member whose heartbeat is far away', () => {
  for (const [people, without, heartbeats] of [
    [2, 1, 2],
    [10, 1, 2],
    [10, 5, 2],
    [10, 9, 2],
    [40, 1, 2],
    [40, 20, 2],
    [40, 39, 3],
  ] as const) {
    it(`P12: reaches ${people}, of whom ${without} lack it, within ${heartbeats} heartbeats of others`, async () => {
      const { lab, actors } = await crowd(people);
      const deaf = new Set(actors.slice(0, without).map(({ bus }) => bus));
      lab.network = ({ to }, send) => {
        if (!deaf.has(to)) send();
      };
      const bus = lab.hub.connect();
      answerFor77(bus);
      bus.publish(PRESENCE, encodeStates([quiet]));
      await lab.clock.advance(1);
      lab.network = (_, send) => send();
      expect(lacking(actors, people + 1)).toHaveLength(without);
      await lab.clock.advance(heartbeats * 5_000);
      expect(lacking(actors, people + 1)).toEqual([]);
      lab.wire.length = 0;
      await lab.clock.advance(60_000);
      expect(questions(lab)).toBe(0); // all hold the same
    });
  }
});

describe('a heartbeat whose digest is wrong', () => {
  it('P12: costs fewer and fewer questions, when it stays so', async () => {
    const { lab, actors } = await crowd(20);
    const bus = lab.hub.connect();
    answerFor77(bus);
    bus.publish(PRESENCE, encodeStates([quiet]));
    const minutes: number[] = [];
    for (let minute = 0; minute < 10; minute++) {
      lab.wire.length = 0;
      for (let i = 0; i < 12; i++) {
        bus.publish(PRESENCE, encodeHeartbeat(77, 1, terms, 4_711));
        await lab.clock.advance(5_000);
      }
      minutes.push(questions(lab));
    }
    expect(Math.max(...minutes)).toBeLessThan(12 * 12);
    expect(minutes.at(-1)).toBeLessThan(20);
    expect(lacking(actors, 21)).toEqual([]);
  });

  it('P12: and one without a digest, as an older client sends it, cost no question', async () => {
    const { lab } = await crowd(3);
    const bus = lab.hub.connect();
    answerFor77(bus);
    bus.publish(PRESENCE, encodeStates([quiet]));
    lab.wire.length = 0;
    for (let i = 0; i < 12; i++) {
      bus.publish(PRESENCE, encodeHeartbeat(77, 1, terms));
      await lab.clock.advance(5_000);
    }
    expect(questions(lab)).toBe(0);
  });
});

describe('a machine that froze', () => {
  it('P8, P12: leaves each list once, though the members forget it at different moments', async () => {
    const { lab, actors } = await crowd(40);
    const [frozen, ...others] = actors as [Actor, ...Actor[]];
    const late = new Map(others.map(({ bus }, i) => [bus, (i * 377) % 900]));
    lab.network = ({ from, to }, send) => {
      if (from === frozen.bus) lab.clock.after(late.get(to) ?? 0, send);
      else send();
    };
    await lab.clock.advance(100_000); // the heartbeats of the others spread meanwhile
    lab.network = ({ from, to }, send) => {
      if (from !== frozen.bus && to !== frozen.bus) send();
    };
    for (const { seen } of others) seen.length = 0;
    await lab.clock.advance(30_000);
    expect(lacking(others, 39)).toEqual([]);
    for (const { seen } of others) {
      const here = seen.map((line) => line.split(' ').some((word) => word.startsWith('m0:')));
      expect(here.lastIndexOf(true)).toBeLessThan(here.indexOf(false) < 0 ? 0 : here.indexOf(false));
    }
  });
});

describe('the digest of a heartbeat', () => {
  it('P12: is the same in each of them while all hold the same, and leaves out stock and JSON clients', async () => {
    const { lab, actors } = await crowd(5);
    const bus = lab.hub.connect();
    const digests = new Set<number | undefined>();
    bus.subscribe(PRESENCE, ({ data }) => {
      if (data[0] !== 0) return;
      const message = decodePresence(data);
      if (message.type === 'heartbeat') digests.add(message.digest);
    });
    bus.publish(PRESENCE, encodeStates([{ ...quiet, client: 78 }]).slice(0, -6)); // a stock client
    bus.publish(PRESENCE, { type: 'presence', projectId: 'p1', userId: 'zoe', timestamp: 1, data: {} });
    await lab.clock.advance(10_000);
    expect(actors[0]?.room.members).toHaveLength(7);
    expect(digests.size).toBe(1);
    expect([...digests][0]).toBeGreaterThan(0);
  });
});
