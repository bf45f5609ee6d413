/**
 * V8 on the virtual clock: whom a janitor looks at when a connection ended, and what it reports. Past 300 lines: one
 * janitor, and a test for each way in which a connection can end.
 */
import { describe, expect, it } from 'vitest';
import { OptionError, PermissionError, type SlateError } from '../../../src/errors.js';
import {
  decodePresence,
  encodeHeartbeat,
  encodeStates,
  encodeUnreachable,
} from '../../../src/protocol/presence-codec.js';
import { roomSubjects } from '../../../src/protocol/subjects.js';
import { JanitorError } from '../../../src/service/errors.js';
import { readConnectionEvent } from '../../../src/service/janitor/disconnect.js';
import { startJanitor } from '../../../src/service/janitor/start.js';
import type { Gone, JanitorOptions } from '../../../src/service/janitor/types.js';
import { type MemoryBus, MemoryHub, type MemoryHubOptions } from '../../../src/testing.js';
import { seeded } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const TERMS = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 } as const;
const utf8 = new TextEncoder();

interface Member {
  readonly client: number;
  readonly bus: MemoryBus;
  beat(clock?: number, leaseMs?: number): void;
  goodbye(): void;
}

class Lab {
  readonly clock = new VirtualClock();
  readonly hub: MemoryHub;
  readonly system: MemoryBus;
  readonly reports: { subject: string; client: number; clock: number }[] = [];
  readonly gone: Gone[] = [];
  readonly errors: SlateError[] = [];
  /** The probes that arrived at members. */
  probes = 0;

  constructor(options: MemoryHubOptions = {}) {
    this.hub = new MemoryHub({ clock: this.clock, random: seeded(3), ...options });
    this.system = this.hub.connect();
    this.system.subscribe('$SYS.REQ.SERVER.PING', (message) => {
      if (message.reply) this.system.publish(message.reply, '{}');
    });
    this.system.subscribe('slate.collab.gone.*', ({ subject, data }) => {
      if (data[0] !== 0) return; // a test sent nonsense
      const message = decodePresence(data);
      if (message.type === 'unreachable') {
        expect(message.by).toBe(0);
        this.reports.push({ subject, client: message.client, clock: message.clock });
      }
    });
  }

  async janitor(options: JanitorOptions = {}) {
    const bus = this.hub.connect();
    const { clock } = this;
    const all = {
      onGone: (gone: Gone) => this.gone.push(gone),
      onError: (error: SlateError) => this.errors.push(error),
    };
    const started = startJanitor(bus, this.hub.connect(), { clock, random: seeded(5), ...all, ...options });
    return { bus, janitor: await this.clock.while(started) };
  }

  /** A client that subscribes to its alive subject and has announced itself. */
  async member(client: number, place: string | null = 'p1', user?: string): Promise<Member> {
    const bus = this.hub.connect();
    const project = place ?? undefined; // null: the lobby
    const { presence, aliveOwn } = roomSubjects(project, undefined, user);
    bus.subscribe(aliveOwn(client), () => this.probes++);
    const say = (bytes: Uint8Array) => bus.publish(presence, bytes);
    say(encodeStates([{ client, clock: 7, state: { user: { id: user ?? 'u', name: 'U' } }, terms: TERMS }]));
    await this.clock.advance(1);
    return {
      client,
      bus,
      beat: (clock = 7, leaseMs = TERMS.leaseMs) => say(encodeHeartbeat(client, clock, { ...TERMS, leaseMs })),
      goodbye: () => say(encodeStates([{ client, clock: 8, state: null, terms: TERMS }])),
    };
  }

  /** The server says that a connection ended. */
  ended(user = 'page', account = 'APP'): void {
    const event = { client: { acc: account, user, name: 'a page' } };
    this.system.publish(`$SYS.ACCOUNT.${account}.DISCONNECT`, event);
  }
}

const clients = (lab: Lab) => lab.reports.map(({ client }) => client).sort((a, b) => a - b);

describe('V8: a connection that ended', () => {
  it('in an open room is that of whom nobody subscribes for; with the newest clock, within a fifth of a second', async () => {
    const lab = new Lab();
    const { janitor } = await lab.janitor();
    const [, bob] = [await lab.member(1), await lab.member(2), await lab.member(3, null)];
    bob.beat(9);
    await lab.clock.advance(50);
    bob.bus.disconnect();
    lab.ended();
    await lab.clock.advance(200);
    expect(lab.reports).toEqual([{ subject: 'slate.collab.gone.p1', client: 2, clock: 9 }]);
    expect(lab.gone).toMatchObject([{ project: 'p1', user: undefined, client: 2 }]);
    expect(lab.gone[0]?.ms).toBeLessThan(100);
    expect(janitor.stats).toMatchObject({ clients: 2, ended: 1, gone: 1, refused: 0 });
    await lab.clock.advance(2_000);
    expect(lab.reports).toHaveLength(1);
    expect(lab.errors).toEqual([]);
  });

  it('in the lobby is reported on the subject of the lobby', async () => {
    const lab = new Lab();
    await lab.janitor();
    const ada = await lab.member(4, null);
    ada.bus.disconnect();
    lab.ended();
    await lab.clock.advance(200);
    expect(lab.reports).toEqual([{ subject: 'slate.collab.gone.%', client: 4, clock: 7 }]);
    expect(lab.gone).toMatchObject([{ project: undefined }]);
  });

  it('in a verified room is one of its user, and nobody else is probed', async () => {
    const lab = new Lab();
    await lab.janitor();
    const ada = await lab.member(1, 'p1', 'ada');
    await lab.member(2, 'p1', 'ada');
    await lab.member(3, 'p1', 'bob');
    ada.bus.disconnect();
    lab.ended('carol');
    await lab.clock.advance(1_000);
    expect(lab.probes + lab.reports.length).toBe(0);
    lab.ended('ada');
    await lab.clock.advance(1_000);
    expect(lab.reports).toEqual([{ subject: 'slate.collab.gone.p1', client: 1, clock: 7 }]);
    expect(lab.gone).toMatchObject([{ project: 'p1', user: 'ada', client: 1 }]);
    expect(lab.probes).toBe(2); // the other session of ada, looked at twice
  });

  it('is looked at once more, where the server still knew a subscription', async () => {
    const lab = new Lab();
    await lab.janitor();
    const ada = await lab.member(1);
    lab.ended(); // the server says it before it has removed the subscriptions
    await lab.clock.advance(60);
    expect(lab.probes).toBe(1);
    ada.bus.disconnect();
    await lab.clock.advance(250);
    expect(clients(lab)).toEqual([1]);
  });

  it('is none of those who speak meanwhile, have said goodbye, or whose lease is over', async () => {
    const lab = new Lab();
    const { janitor } = await lab.janitor({ random: () => 0.5 });
    const [ada, bob, cleo] = [await lab.member(1), await lab.member(2), await lab.member(3)];
    bob.goodbye();
    cleo.beat(7, 1_000);
    for (let at = 0; at < 10_000; at += 2_000) {
      ada.beat();
      await lab.clock.advance(2_000);
    }
    expect(janitor.stats.clients).toBe(1);
    await lab.clock.advance(1);
    lab.ended();
    await lab.clock.advance(5);
    ada.beat();
    await lab.clock.advance(1_000);
    expect(lab.probes).toBe(0);
    expect(lab.reports).toEqual([]);
  });

  it('of another account is left out, where the account is known', async () => {
    const lab = new Lab();
    await lab.janitor({ account: 'APP' });
    const ada = await lab.member(1);
    ada.bus.disconnect();
    lab.ended('page', 'OTHER');
    await lab.clock.advance(1_000);
    expect(lab.reports).toEqual([]);
  });
});

describe('V8: bounds', () => {
  it('sends so many probes a second, whatever ends, and still finds everyone', async () => {
    const lab = new Lab();
    const { janitor } = await lab.janitor({ probesPerSecond: 100 });
    const members: Member[] = [];
    for (let client = 1; client <= 60; client++) members.push(await lab.member(client));
    for (const { bus } of members.slice(50)) bus.disconnect();
    const before = janitor.stats.probes;
    for (let n = 0; n < 20; n++) {
      lab.ended();
      await lab.clock.advance(50);
    }
    expect(janitor.stats.probes - before).toBeLessThan(130); // each round asks for nobody's subject, too
    await lab.clock.advance(3_000);
    expect(clients(lab)).toEqual([51, 52, 53, 54, 55, 56, 57, 58, 59, 60]);
  });

  it('several janitors report a client once, unless they look in the same moment', async () => {
    const lab = new Lab();
    await lab.janitor({ random: () => 0 });
    const { janitor } = await lab.janitor({ random: () => 0.99 });
    const ada = await lab.member(1);
    ada.bus.disconnect();
    lab.ended();
    await lab.clock.advance(500);
    expect(clients(lab)).toEqual([1]);
    expect(janitor.stats).toMatchObject({ clients: 0, gone: 0 });
  });

  it('a room keeps its newest 1000 clients, and a user of a verified room 32', async () => {
    const lab = new Lab();
    const { janitor } = await lab.janitor();
    const crowd = lab.hub.connect();
    for (let client = 1; client <= 1_200; client++) {
      crowd.publish(roomSubjects('p1').presence, encodeHeartbeat(client, 1, TERMS));
      crowd.publish(roomSubjects('p1', undefined, 'ada').presence, encodeHeartbeat(client, 1, TERMS));
    }
    await lab.clock.advance(1);
    expect(janitor.stats.clients).toBe(1_032);
  });

  it('what it cannot read is counted, and JSON and stock clients are left out', async () => {
    const lab = new Lab();
    const { janitor } = await lab.janitor();
    const stranger = lab.hub.connect();
    const { presence } = roomSubjects('p1');
    stranger.publish(presence, Uint8Array.of(0, 99));
    stranger.publish(presence, utf8.encode('{"type":"presence"}'));
    stranger.publish(presence, encodeHeartbeat(5, 1, { ...TERMS, kind: 'yjs' }));
    stranger.publish('slate.collab.gone.p1', Uint8Array.of(9));
    lab.system.publish('$SYS.ACCOUNT.APP.DISCONNECT', 'no JSON');
    await lab.clock.advance(100);
    expect(janitor.stats).toMatchObject({ clients: 0, refused: 3, ended: 0 });
  });
});

describe('a janitor', () => {
  it('says so where somebody subscribes to everything, and reports nobody (P10)', async () => {
    const lab = new Lab();
    await lab.janitor();
    lab.hub.connect().subscribe('slate.>', () => undefined);
    const ada = await lab.member(1);
    ada.bus.disconnect();
    lab.ended();
    await lab.clock.advance(1_000);
    expect(lab.reports).toEqual([]);
    expect(lab.errors[0]).toBeInstanceOf(JanitorError);
    expect(lab.errors[0]).toMatchObject({ reason: 'watched' });
  });

  it('takes no lease for over that ran while it had no connection (P7)', async () => {
    const lab = new Lab();
    const { bus, janitor } = await lab.janitor();
    const ada = await lab.member(1);
    bus.disconnect();
    await lab.clock.advance(20_000);
    lab.ended(); // it cannot look now
    await lab.clock.advance(100);
    bus.reconnect();
    await lab.clock.advance(5_000);
    expect(janitor.stats.clients).toBe(1);
    ada.bus.disconnect();
    lab.ended();
    await lab.clock.advance(200);
    expect(clients(lab)).toEqual([1]);
  });

  it('ends with the error of a connection that is closed, and once when it is stopped', async () => {
    const lab = new Lab();
    const { bus, janitor } = await lab.janitor();
    await bus.close();
    expect(await janitor.closed).toMatchObject({ name: 'ConnectionClosedError' });
    const { janitor: other } = await lab.janitor();
    await other.stop();
    await other.stop();
    expect(await other.closed).toBeUndefined();
  });

  it('ends where the server forbids it to hear who is there', async () => {
    const permits = (operation: string, subject: string) =>
      operation !== 'subscribe' || !subject.startsWith('slate.collab.presence');
    const lab = new Lab({ permits });
    const { janitor } = await lab.janitor();
    expect(await janitor.closed).toBeInstanceOf(PermissionError);
  });

  it('says what is wrong with its options and its connections', async () => {
    const lab = new Lab();
    await expect(lab.janitor({ probesPerSecond: 1 })).rejects.toThrow(OptionError);
    await expect(lab.janitor({ account: 'a.b' })).rejects.toThrow(OptionError);
    const other = new MemoryHub({ clock: lab.clock });
    const [bus, system] = [other.connect(), other.connect()];
    await expect(lab.clock.while(startJanitor(bus, system, { clock: lab.clock }))).rejects.toMatchObject({
      name: 'JanitorError',
      reason: 'system',
    });
  });
});

it('V9: the user of a connection is the name of its JWT, or the user in the file of the server', () => {
  const claims = Buffer.from(JSON.stringify({ name: 'ada', sub: 'UA' })).toString('base64url');
  const read = (client: unknown) => readConnectionEvent({ json: () => ({ client }) })?.users;
  expect(read({ jwt: `x.${claims}.y`, user: 'UA' })).toEqual(['ada', 'UA']);
  expect(read({ user: 'bob' })).toEqual(['bob']);
  expect(read({ jwt: 'redacted', name_tag: 'ada', user: 'UA' })).toEqual(['ada', 'UA']);
  expect(read({})).toEqual([]);
  expect(read(null)).toBeUndefined();
});

it('a report of another janitor counts for its project alone', async () => {
  const lab = new Lab();
  const { janitor } = await lab.janitor();
  await lab.member(1, 'p1');
  await lab.member(1, 'p2');
  lab.system.publish('slate.collab.gone.p2', encodeUnreachable(0, 1, 7));
  await lab.clock.advance(10);
  expect(janitor.stats.clients).toBe(1);
});
