/**
 * The default connection: how it is configured, opened and closed, and what its verbs promise.
 * Past 300 lines: one connection on a hub that comes and goes, and a test for each promise.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemoryBus } from '../../../src/bus/memory/memory-bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import {
  ConnectionClosedError,
  NoRespondersError,
  NotConnectedError,
  OptionError,
  PayloadTooLargeError,
  RequestTimeoutError,
  UnconfirmedError,
} from '../../../src/errors.js';
import { configure } from '../../../src/events/configure.js';
import { publish, request, subscribe } from '../../../src/events/verbs.js';
import {
  type ConfigureOptions,
  closeNatsConnection,
  defaultBus,
  isNatsConnected,
  natsStats,
  natsStatus,
  onBusError,
  onNatsStatus,
} from '../../../src/messaging/default.js';
import { respond } from '../../../src/messaging/responder.js';
import { untyped } from '../../support/untyped.js';
import { turns, VirtualClock } from '../../support/virtual-clock.js';

let hub: MemoryHub;
let bus: MemoryBus;

beforeEach(() => {
  hub = new MemoryHub({ maxPayload: 100 });
  bus = hub.connect();
});
afterEach(async () => {
  await closeNatsConnection();
  vi.restoreAllMocks();
});

const warnings: string[] = [];
const quiet = { warn: (message: string) => void warnings.push(message) };
beforeEach(() => {
  warnings.length = 0;
});

describe('configure', () => {
  it('must be called before the first verb: each verb says so', async () => {
    vi.resetModules(); // a page that has configured nothing
    const fresh = await import('../../../src/index.js');
    const asks = /configure\(\{ servers/;
    await expect(fresh.publish('a', 1)).rejects.toThrow(asks);
    await expect(fresh.subscribe('a', () => undefined)).rejects.toThrow(asks);
    await expect(fresh.request('a')).rejects.toThrow(asks);
    await expect(fresh.respond('a', () => 1)).rejects.toThrow(asks);
    expect(() => fresh.defaultBus()).toThrow(fresh.OptionError);
    expect(() => fresh.onBuildEvents('p1', () => undefined)).toThrow(asks);
    expect(fresh.isNatsConnected()).toBe(false);
    expect(fresh.natsStatus()).toBeUndefined();
    await fresh.closeNatsConnection();
  });

  it.each<[string, ConfigureOptions, string]>([
    ['no address', {}, 'servers'],
    ['an address that is not valid', { servers: 'http://a' }, 'servers'],
    ['a bus that is not one', { bus: untyped({}) }, 'bus'],
    ['a bus and servers', { bus: untyped({}), servers: 'ws://a' }, 'bus'],
    ['limits that are not valid', { servers: 'ws://a', outbox: { messages: -1 } }, 'outbox.messages'],
    ['a warn option that is not a function', { servers: 'ws://a', warn: untyped('yes') }, 'warn'],
  ])('refuses %s', (_, options, option) => {
    const error = (() => {
      try {
        configure(options);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ option });
  });

  it('opens nothing', () => {
    const sockets: string[] = [];
    configure({
      servers: 'ws://127.0.0.1:1',
      WebSocket: (url) => {
        sockets.push(url);
        throw new Error('not now');
      },
    });
    expect(natsStatus()).toBeUndefined();
    expect(sockets).toEqual([]);
  });

  it('throws while a connection is open, and not after it is closed', async () => {
    configure({ bus });
    await publish('a', 1);
    expect(() => configure({ bus })).toThrow(/closeNatsConnection/);
    await closeNatsConnection();
    configure({ bus });
  });
});

describe('a bus given to configure', () => {
  it('is used by the verbs; closeNatsConnection ends the subscriptions and leaves it open', async () => {
    configure({ bus, ...quiet });
    expect(isNatsConnected()).toBe(false); // no verb has opened it yet
    const received: unknown[] = [];
    const subscription = await subscribe('a', (data) => received.push(data));
    expect(isNatsConnected()).toBe(true);
    expect(defaultBus()).toBe(bus);
    await publish('a', { n: 1 });
    expect(received).toEqual([{ n: 1 }]);
    expect(natsStats()).toEqual({ dropped: 0, held: 0, heldBytes: 0, subscriptions: 1 });
    await closeNatsConnection();
    expect(await subscription.closed).toBeUndefined();
    expect(bus.status.type).toBe('connected');
    bus.publish('a', 2);
    await turns();
    expect(received).toEqual([{ n: 1 }]);
    expect(isNatsConnected()).toBe(false);
    expect(natsStats()).toBeUndefined();
  });

  it('loses its responders, too, when the connection is closed', async () => {
    configure({ bus, ...quiet });
    const responder = await respond('ask', () => 1);
    const other = hub.connect();
    expect((await other.request('ask', 1, 100)).json()).toBe(1);
    await closeNatsConnection();
    expect(await responder.closed).toBeUndefined();
    await expect(other.request('ask', 1, 100)).rejects.toThrow(NoRespondersError);
  });

  it('reports the status closed once, and nothing that happens to the bus afterwards', async () => {
    configure({ bus, ...quiet });
    const told: string[] = [];
    const unsubscribe = onNatsStatus(({ type }) => told.push(type));
    await publish('a', 1);
    const late = publish('a', 2, { whenOffline: 'queue' });
    const closed = closeNatsConnection();
    bus.disconnect();
    bus.reconnect();
    await closed;
    await expect(late).rejects.toThrow(UnconfirmedError);
    await publish('a', 3);
    unsubscribe();
    expect(told).toEqual(['connected', 'closed', 'connected']);
  });

  it('is used again by a later verb', async () => {
    configure({ bus });
    await publish('a', 1);
    await closeNatsConnection();
    const received: unknown[] = [];
    await subscribe('a', (data) => received.push(data));
    await publish('a', 2);
    expect(received).toEqual([2]);
  });

  it('makes every verb reject once it is closed itself', async () => {
    configure({ bus });
    await publish('a', 1);
    await bus.close();
    await expect(publish('a', 2)).rejects.toThrow(ConnectionClosedError);
    await expect(subscribe('a', () => undefined)).rejects.toThrow(ConnectionClosedError);
    await expect(request('a')).rejects.toThrow(ConnectionClosedError);
  });
});

describe('publish', () => {
  it('reaches a subscription of the same connection that was not awaited', async () => {
    configure({ bus });
    const received: unknown[] = [];
    void subscribe('a', (data) => received.push(data));
    await publish('a', 1);
    expect(received).toEqual([1]);
  });

  it('rejects while the connection is lost, or does what whenOffline says', async () => {
    configure({ bus, outbox: { messages: 1 } });
    const received: unknown[] = [];
    await subscribe('a', (data) => received.push(data));
    bus.disconnect();
    await expect(publish('a', 1)).rejects.toThrow(NotConnectedError);
    await publish('a', 2, { whenOffline: 'drop' });
    const held = publish('a', 3, { whenOffline: 'queue' });
    await expect(publish('a', 4, { whenOffline: 'queue' })).rejects.toMatchObject({ name: 'OutboxFullError' });
    expect(natsStats()).toMatchObject({ dropped: 1, held: 1, heldBytes: 1 });
    bus.reconnect();
    await held;
    expect(received).toEqual([3]);
  });

  it('copies bytes and JSON when it is called, so that later changes are not sent', async () => {
    hub.drop();
    configure({ bus: hub.connect(), ...quiet });
    const received: string[] = [];
    void subscribe('kept', (_, { data }) => received.push(new TextDecoder().decode(data)));
    const words = { n: 1 };
    const buffer = new TextEncoder().encode('[1,22,3]').buffer as ArrayBuffer;
    const views = [buffer, new Uint8Array(buffer), Buffer.from(buffer), new DataView(buffer, 3, 2), words];
    const sent = views.map((view) => publish('kept', view));
    new Uint8Array(buffer).fill(0x39);
    words.n = 2;
    hub.restore();
    await Promise.all(sent);
    expect(received).toEqual(['[1,22,3]', '[1,22,3]', '[1,22,3]', '22', '{"n":1}']);
  });

  it('refuses a payload over the limit of the server, and names its size and the limit', async () => {
    configure({ bus });
    await expect(publish('a', 'x'.repeat(99))).rejects.toMatchObject({
      name: 'PayloadTooLargeError',
      size: 101,
      limit: 100,
    });
    await expect(publish('a', 'x'.repeat(99))).rejects.toThrow(PayloadTooLargeError);
  });

  it('rejects what is still held when the connection is closed', async () => {
    configure({ bus });
    await publish('a', 1);
    bus.disconnect();
    const held = publish('a', 2, { whenOffline: 'queue' }).catch((error: unknown) => error);
    await closeNatsConnection();
    expect(await held).toBeInstanceOf(ConnectionClosedError);
  });

  it('arrives or is refused, whatever the connection does: never lost without a word', async () => {
    const received: unknown[] = [];
    hub.connect().subscribe('a', (message) => received.push(message.json()));
    const modes = ['reject', 'queue', 'latest'] as const;
    const send = (word: string) => modes.map((whenOffline) => publish('a', `${word} ${whenOffline}`, { whenOffline }));
    hub.drop();
    configure({ bus: hub.connect() });
    const waiting = send('before'); // right after configure()
    hub.restore();
    await Promise.all(waiting);
    const closing = send('closing');
    const closed = closeNatsConnection();
    const after = send('after'); // on a new connection
    await Promise.all([closed, ...closing, ...after]);
    const words = ['before', 'closing', 'after'].flatMap((word) => modes.map((mode) => `${word} ${mode}`));
    expect(received.sort()).toEqual(words.sort());
    await closeNatsConnection();
    hub.drop();
    configure({ bus: hub.connect() });
    const never = send('never');
    await closeNatsConnection();
    for (const each of never) await expect(each).rejects.toThrow(ConnectionClosedError);
  });

  it('carries a reply subject and headers', async () => {
    configure({ bus });
    const received: unknown[] = [];
    void subscribe('a', (_, message) => received.push([message.reply, message.header('Kind'), message.header('kind')]));
    await publish('a', 1, { reply: 'b', headers: { Kind: 'x' } });
    expect(received).toEqual([['b', 'x', undefined]]);
  });
});

describe('subscribe', () => {
  it('works before the first connection, and unsubscribe does not wait for one', async () => {
    hub.drop();
    const late = hub.connect();
    configure({ bus: late });
    const received: unknown[] = [];
    const kept = subscribe('a', (data) => received.push(data));
    const ended = subscribe('b', () => expect.unreachable('it has unsubscribed'));
    void ended.then((subscription) => subscription.unsubscribe());
    const published = publish('a', 1);
    hub.restore();
    await Promise.all([kept, published]);
    await publish('b', 2).catch(() => undefined);
    expect(received).toEqual([1]);
    expect(natsStats()?.subscriptions).toBe(1);
  });

  it('warns in development, once for each pattern that can never match', async () => {
    configure({ bus, ...quiet });
    await subscribe('slate.project.*', () => undefined);
    await subscribe('slate.project.*', () => undefined);
    await subscribe('slate.project.>', () => undefined);
    await subscribe('custom.*', () => undefined);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"slate.project.>"');
  });

  it('skips the bytes of rooms, and reports other bytes', async () => {
    configure({ bus, ...quiet });
    const errors: string[] = [];
    const unsubscribe = onBusError((error) => errors.push(error.message));
    const received: unknown[] = [];
    await subscribe('slate.>', (data) => received.push(data));
    await publish('slate.collab.presence.p1', new Uint8Array([1, 2]));
    await publish('slate.editor.cursors.batch', [{ type: 'cursor' }]);
    await publish('slate.custom', new Uint8Array([1, 2]));
    await publish('slate.collab.presence.p1', new TextEncoder().encode('{"half'));
    unsubscribe();
    expect(received).toEqual([[{ type: 'cursor' }]]);
    expect(errors).toHaveLength(2);
    expect(warnings).toEqual([]);
  });
});

describe('request', () => {
  it('resolves with the answer, or rejects with the error that says why', async () => {
    const clock = new VirtualClock();
    const timed = new MemoryHub({ clock }).connect();
    configure({ bus: timed });
    timed.subscribe('silent', () => undefined);
    timed.subscribe('echo', (message) => message.respond(message.json()));
    timed.subscribe('empty', (message) => message.respond());
    expect(await request('echo', { n: 1 })).toEqual({ n: 1 });
    expect(await request('empty')).toBeUndefined();
    await expect(request('nobody')).rejects.toThrow(NoRespondersError);
    await expect(clock.while(request('silent', 1, 200))).rejects.toThrow(RequestTimeoutError);
    await expect(request('silent', 1, 0)).rejects.toThrow(OptionError);
    timed.disconnect();
    await expect(request('echo', 1)).rejects.toThrow(NotConnectedError);
  });

  it('waits for the first connection, within its time limit', async () => {
    const clock = new VirtualClock();
    const slow = new MemoryHub({ clock });
    slow.drop();
    const late = slow.connect();
    configure({ bus: late });
    late.subscribe('echo', (message) => message.respond(message.json()));
    await expect(clock.while(request('echo', 1, 100))).rejects.toThrow(NotConnectedError);
    const asked = request('echo', 2, 1000);
    await clock.advance(500);
    slow.restore();
    expect(await clock.while(asked)).toBe(2);
    expect(clock.waiting).toBe(0);
  });
});

describe('events of the connection', () => {
  it('reach listeners across connections: status and errors', async () => {
    configure({ bus, ...quiet });
    const statuses: string[] = [];
    const errors: string[] = [];
    const unsubscribe = [
      onNatsStatus(({ type }) => statuses.push(type)),
      onBusError((error) => errors.push(error.name)),
    ];
    await subscribe('a', () => undefined);
    bus.disconnect();
    bus.reconnect();
    await publish('a', new Uint8Array([255]));
    await closeNatsConnection();
    bus.disconnect(); // the default connection is closed
    bus.reconnect();
    await subscribe('a', () => undefined);
    await publish('a', new Uint8Array([255]));
    for (const each of unsubscribe) each();
    await publish('a', new Uint8Array([255]));
    expect(statuses).toEqual(['connected', 'reconnecting', 'connected', 'closed', 'connected']);
    expect(errors).toEqual(['PayloadError', 'PayloadError']);
    expect(warnings).toHaveLength(1); // the last one, which no listener received
    expect(warnings[0]).toContain('PayloadError');
  });
});
