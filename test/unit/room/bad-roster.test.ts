/** What a bad roster, or a bad entry in one, costs a session that joins or reconnects (P5, D1). */
import { describe, expect, it, vi } from 'vitest';
import type { BusMessage } from '../../../src/index.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeHeartbeat, encodeStates, type OutgoingEntry } from '../../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../../src/protocol/roster-codec.js';
import { bytes } from '../../support/bytes.js';
import { type Actor, names, RoomLab } from '../../support/room-lab.js';

const SYNC = 'slate.collab.sync.p1';
const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;

const entry = (client: number, name: string, more: object = {}): OutgoingEntry => ({
  client,
  clock: 3,
  state: { user: { id: name, name }, ...more },
  terms,
});
const rest = (client: number) =>
  encodeBatch({
    client,
    clock: 3,
    presence: 3,
    sentAt: 0,
    samples: [{ ago: 0, x: 0.5, y: 0.5, anchor: '' }],
    left: false,
  });
const roster = (entries: OutgoingEntry[], batches: Uint8Array[] = []) =>
  encodeRoster({ states: encodeStates(entries), batches });

function nested(levels: number): object {
  return levels === 0 ? {} : { in: nested(levels - 1) };
}

/** Somebody who answers every question for the roster with what `answer` returns. Counts the questions. */
function answering(lab: RoomLab, answer: (message: BusMessage) => void) {
  const asked = { count: 0 };
  lab.hub.connect().subscribe(
    SYNC,
    (message) => {
      asked.count++;
      answer(message);
    },
    { queue: 'members' },
  );
  return asked;
}

/** Each of them spoils one entry of client 66, and no other. */
const ODD: [string, Partial<OutgoingEntry>][] = [
  ['is ten levels deep', entry(66, 'odd', { draft: nested(10) })],
  ['has over 16 KiB', entry(66, 'odd', { draft: 'x'.repeat(17_000) })],
  ['is a list', { json: '[]' }],
  ['is no JSON', { json: '{"user":' }],
  ['has a clock that nobody may start at', { clock: 2 ** 40 }],
  ['has a clock over 2^48', { clock: 2 ** 49 }],
];

describe('a roster with a bad part', () => {
  for (const [what, odd] of ODD) {
    it(`P5, D1: costs the entry whose state ${what}, and one error`, async () => {
      const lab = new RoomLab();
      const answer = roster([entry(7, 'ada'), { ...entry(66, 'odd'), ...odd }, entry(8, 'bob')]);
      const asked = answering(lab, (message) => message.respond(answer));
      const { room, errors } = await lab.join('zoe');
      expect(names(room).sort()).toEqual(['ada', 'bob', 'zoe']);
      expect(errors).toMatchObject([{ name: 'ProtocolError', subject: SYNC }]);
      expect([asked.count, room.stats.refused]).toEqual([1, 1]);
    });
  }

  it('P5, D1: costs the entry whose terms are not known, and the further client whose clock is too high', async () => {
    const lab = new RoomLab();
    const states = encodeStates([entry(7, 'ada'), entry(66, 'odd')]);
    states[states.length - 4] = 3; // its flags
    answering(lab, (message) => message.respond(encodeRoster({ states, batches: [] })));
    const zoe = await lab.join('zoe');
    expect(names(zoe.room).sort()).toEqual(['ada', 'zoe']);
    expect(zoe.errors).toHaveLength(1);

    const further = new RoomLab();
    const more = [
      { type: 'heartbeat', client: 66, clock: 2 ** 49, terms },
      { type: 'heartbeat', client: 8, clock: 3, terms },
    ] as const;
    const some = encodeRoster({ states: encodeStates([entry(7, 'ada')], more), batches: [] });
    answering(further, (message) => message.respond(some));
    const bob = further.hub.connect();
    bob.subscribe('slate.collab.alive.p1.8', (message) => message.respond(encodeStates([entry(8, 'bob')])));
    const late = await further.join('zoe');
    await further.clock.advance(5); // the further client was asked
    expect(names(late.room).sort()).toEqual(['ada', 'bob', 'zoe']);
    expect(late.errors).toHaveLength(1);
  });

  it('P5, D1: with several of them is one error, which says how many', async () => {
    const lab = new RoomLab();
    const odd = [entry(65, 'odd', nested(10)), entry(66, 'odd', nested(10))];
    answering(lab, (message) => message.respond(roster([entry(7, 'ada'), ...odd], [Uint8Array.of(1, 2)])));
    const { room, errors } = await lab.join('zoe');
    expect(names(room).sort()).toEqual(['ada', 'zoe']);
    expect(errors.map(({ message }) => message)).toEqual([
      'A message was refused (shape): 3 parts of a roster are left out, the first: a state is more than 8 levels deep.',
    ]);
  });

  it('P5, D1: costs the batch that cannot be read, and no other pointer', async () => {
    const lab = new RoomLab();
    const answer = roster([entry(7, 'ada'), entry(8, 'bob')], [rest(7).subarray(0, 8), rest(8)]);
    lab.hub.connect().subscribe('slate.collab.sync.p1.%', (message) => message.respond(answer), { queue: 'members' });
    const { room, errors } = await lab.join('zoe');
    expect(room.pointers.sample().map(({ client }) => client)).toEqual([8]);
    expect(errors).toHaveLength(1);
  });

  it('D2, P13: a room full of hearsay makes room for whoever says itself that it is here', async () => {
    const lab = new RoomLab();
    const crowd = Array.from({ length: 999 }, (_, i) => entry(i + 10, `m${i}`));
    answering(lab, (message) => message.respond(roster(crowd)));
    const zoe = await lab.join('zoe');
    const { bus } = lab.prepare('others');
    const late = [5001, 5002, 5003];
    for (const i of late) bus.publish('slate.collab.presence.p1', encodeStates([entry(i, `late ${i}`)]));
    await lab.clock.advance(1);
    expect(zoe.room.members).toHaveLength(1_001);
    expect(names(zoe.room)).toEqual(expect.arrayContaining(late.map((i) => `late ${i}`)));
    expect(zoe.errors).toEqual([]);
  });
});

/** Answers that are no rosters. */
const BAD: [string, Uint8Array][] = [
  ['empty', new Uint8Array(0)],
  ['JSON', new TextEncoder().encode('{"ok":true}')],
  ['of a version below 1', Uint8Array.of(0, ...roster([entry(7, 'ada')]).subarray(1))],
  ['cut short', roster([entry(7, 'ada')]).subarray(0, 20)],
  ['with bytes after its end', Uint8Array.of(...roster([entry(7, 'ada')]), 9)],
  ['a state, and no roster', encodeStates([entry(7, 'ada')])],
  ['a roster of a heartbeat', encodeRoster({ states: encodeHeartbeat(7, 3, terms), batches: [] })],
  ['with bad entries alone', roster([entry(66, 'odd', nested(10))])],
  ['of more than 1000 clients', bytes('01 02 e9 07 00')],
];

describe('a bad answer', () => {
  for (const [what, answer] of BAD) {
    it(`P5: ${what}, is no answer: a joiner asks three times, and opens without`, async () => {
      const lab = new RoomLab();
      const asked = answering(lab, (message) => message.respond(answer));
      const { room, errors } = await lab.join('zoe');
      expect([room.status, ...names(room)]).toEqual(['connected', 'zoe']);
      expect([asked.count, room.stats.refused, errors.length]).toEqual([3, 3, 1]);
      expect(errors[0]).toMatchObject({ name: 'ProtocolError', subject: SYNC });
    });

    it(`P5, P7: ${what}, is no answer: a session that reconnects asks again, and is connected`, async () => {
      const lab = new RoomLab();
      const zoe = await lab.join('zoe');
      zoe.bus.disconnect();
      const ada = roster([entry(7, 'ada')]);
      const asked = answering(lab, (message) => message.respond(asked.count < 3 ? answer : ada));
      await lab.clock.advance(1_000);
      zoe.bus.reconnect();
      await lab.clock.advance(50);
      expect([zoe.room.status, ...names(zoe.room)]).toEqual(['connected', 'zoe', 'ada']);
      expect(asked.count).toBe(3);
    });
  }

  it('P7: a question that the server refuses keeps no room reconnecting', async () => {
    let forbidden = false;
    const lab = new RoomLab(1, { permits: (_, subject) => !(forbidden && subject.startsWith(SYNC)) });
    const ada = await lab.join('ada');
    const zoe = await lab.join('zoe');
    zoe.bus.disconnect();
    await lab.clock.advance(500);
    forbidden = true;
    zoe.bus.reconnect();
    await lab.clock.advance(2_000);
    expect([zoe.room.status, ...names(zoe.room).sort()]).toEqual(['connected', 'ada', 'zoe']);
    expect(names(ada.room)).toEqual(['ada', 'zoe']);
    expect(zoe.errors[0]).toMatchObject({ name: 'PermissionError' });
  });

  it('P5: that comes late is merged, after the room has opened without', async () => {
    const lab = new RoomLab();
    const answers: (() => void)[] = [];
    const asked = answering(lab, (message) => {
      answers.push(() => message.respond(roster([entry(7, 'ada')])));
    });
    const { room, errors } = await lab.join('zoe');
    expect([asked.count, room.status, ...names(room)]).toEqual([3, 'connected', 'zoe']);
    for (const answer of answers) answer();
    await lab.clock.advance(1);
    expect(names(room)).toEqual(['zoe', 'ada']);
    expect(errors).toEqual([]);
  });

  it('P5: that a listener of the page throws on is taken all the same', async () => {
    const lab = new RoomLab();
    answering(lab, (message) => message.respond(roster([entry(7, 'ada'), entry(8, 'bob')])));
    const zoe: Actor = lab.prepare('zoe');
    zoe.room.on('members', () => {
      throw new Error('in the page');
    });
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    await lab.clock.while(zoe.room.join());
    expect([zoe.room.status, ...names(zoe.room)]).toEqual(['connected', 'zoe', 'ada', 'bob']);
    expect(reported).toHaveBeenCalled();
    reported.mockRestore();
  });

  it('P5: a member whose roster would not fit the server answers with the pointers that fit', async () => {
    const lab = new RoomLab(1, { maxPayload: 2_000 });
    const ada = await lab.join('ada', { file: 'a.ts' });
    const { bus } = lab.prepare('others');
    for (let i = 0; i < 60; i++) {
      bus.publish('slate.collab.presence.p1', encodeStates([entry(i + 10, `m${i}`, { file: 'a.ts' })]));
      bus.publish('slate.editor.cursors.batch.p1.a%2Ets', rest(i + 10));
    }
    await lab.clock.advance(50);
    const zoe = await lab.join('zoe', { file: 'a.ts' });
    expect(ada.errors).toEqual([]);
    expect(zoe.errors).toEqual([]);
    expect(names(zoe.room)).toContain('ada');
    expect(zoe.room.pointers.sample().length).toBeGreaterThan(3);
  });
});
