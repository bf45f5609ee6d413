/**
 * The default connection: what configures it, opens it, closes it, and what its verbs promise.
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
  closeNatsConnection,
  defaultBus,
  isNatsConnected,
  natsStats,
  natsStatus,
  onBusError,
  onNatsStatus,
} from '../../../src/messaging/default.js';
import { respond } from '../../../src/messaging/responder.js';
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
  it('is asked for by the first verb that needs it', async () => {
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

  it.each([
    ['no address', {}, 'servers'],
    ['an address that is none', { servers: 'http://a' }, 'servers'],
    ['a bus that is none', { bus: {} as never }, 'bus'],
    ['a bus and servers', { bus: {} as never, servers: 'ws://a' }, 'bus'],
    ['limits that are none', { servers: 'ws://a', outbox: { messages: -1 } }, 'outbox.messages'],
    ['advice to nobody', { servers: 'ws://a', warn: 'yes' as never }, 'warn'],
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

  it('is refused while a connection is open, and taken after it', async () => {
    configure({ bus });
    await publish('a', 1);
    expect(() => configure({ bus })).toThrow(/closeNatsConnection/);
    await closeNatsConnection();
    configure({ bus });
  });
});

describe('a bus handed in', () => {
  it('carries the verbs and is left open by closeNatsConnection, which ends the subscriptions', async () => {
    configure({ bus, ...quiet });
    expect(isNatsConnected()).toBe(false); // nothing has asked for it yet
    const heard: unknown[] = [];
    const subscription = await subscribe('a', (data) => heard.push(data));
    expect(isNatsConnected()).toBe(true);
    expect(defaultBus()).toBe(bus);
    await publish('a', { n: 1 });
    expect(heard).toEqual([{ n: 1 }]);
    expect(natsStats()).toEqual({ dropped: 0, held: 0, heldBytes: 0, subscriptions: 1 });
    await closeNatsConnection();
    expect(await subscription.closed).toBeUndefined();
    expect(bus.status.type).toBe('connected');
    bus.publish('a', 2);
    await turns();
    expect(heard).toEqual([{ n: 1 }]);
    expect(isNatsConnected()).toBe(false);
    expect(natsStats()).toBeUndefined();
  });

  it('is rid of the responders, too, when the connection is closed', async () => {
    configure({ bus, ...quiet });
    const responder = await respond('ask', () => 1);
    const other = hub.connect();
    expect((await other.request('ask', 1, 100)).json()).toBe(1);
    await closeNatsConnection();
    expect(await responder.closed).toBeUndefined();
    await expect(other.request('ask', 1, 100)).rejects.toThrow(NoRespondersError);
  });

  it('says that it is closed, once, and of what comes after it nothing', async () => {
    configure({ bus, ...quiet });
    const told: string[] = [];
    const undo = onNatsStatus(({ type }) => told.push(type));
    await publish('a', 1);
    const late = publish('a', 2, { whenOffline: 'queue' });
    const closed = closeNatsConnection();
    bus.disconnect();
    bus.reconnect();
    await closed;
    await expect(late).rejects.toThrow(UnconfirmedError);
    await publish('a', 3);
    undo();
    expect(told).toEqual(['connected', 'closed', 'connected']);
  });

  it('is used anew by a later verb', async () => {
    configure({ bus });
    await publish('a', 1);
    await closeNatsConnection();
    const heard: unknown[] = [];
    await subscribe('a', (data) => heard.push(data));
    await publish('a', 2);
    expect(heard).toEqual([2]);
  });

  it('that has been closed says so', async () => {
    configure({ bus });
    await publish('a', 1);
    await bus.close();
    await expect(publish('a', 2)).rejects.toThrow(ConnectionClosedError);
    await expect(subscribe('a', () => undefined)).rejects.toThrow(ConnectionClosedError);
    await expect(request('a')).rejects.toThrow(ConnectionClosedError);
  });
});

describe('publish', () => {
  it('is heard by a subscription of the same connection that nobody awaited', async () => {
    configure({ bus });
    const heard: unknown[] = [];
    void subscribe('a', (data) => heard.push(data));
    await publish('a', 1);
    expect(heard).toEqual([1]);
  });

  it('rejects while the connection is lost, or does what whenOffline says', async () => {
    configure({ bus, outbox: { messages: 1 } });
    const heard: unknown[] = [];
    await subscribe('a', (data) => heard.push(data));
    bus.disconnect();
    await expect(publish('a', 1)).rejects.toThrow(NotConnectedError);
    await publish('a', 2, { whenOffline: 'drop' });
    const held = publish('a', 3, { whenOffline: 'queue' });
    await expect(publish('a', 4, { whenOffline: 'queue' })).rejects.toMatchObject({ name: 'OutboxFullError' });
    expect(natsStats()).toMatchObject({ dropped: 1, held: 1, heldBytes: 1 });
    bus.reconnect();
    await held;
    expect(heard).toEqual([3]);
  });

  it('keeps the bytes of any view or buffer as they were, and all JSON, while it waits', async () => {
    hub.drop();
    configure({ bus: hub.connect(), ...quiet });
    const heard: string[] = [];
    void subscribe('kept', (_, { data }) => heard.push(new TextDecoder().decode(data)));
    const words = { n: 1 };
    const buffer = new TextEncoder().encode('[1,22,3]').buffer as ArrayBuffer;
    const views = [buffer, new Uint8Array(buffer), Buffer.from(buffer), new DataView(buffer, 3, 2), words];
    const sent = views.map((view) => publish('kept', view));
    new Uint8Array(buffer).fill(0x39);
    words.n = 2;
    hub.restore();
    await Promise.all(sent);
    expect(heard).toEqual(['[1,22,3]', '[1,22,3]', '[1,22,3]', '22', '{"n":1}']);
  });

  it('refuses what is over the server’s limit, with size and limit', async () => {
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

  it('carries a reply subject and headers', async () => {
    configure({ bus });
    const heard: unknown[] = [];
    void subscribe('a', (_, message) => heard.push([message.reply, message.header('Kind'), message.header('kind')]));
    await publish('a', 1, { reply: 'b', headers: { Kind: 'x' } });
    expect(heard).toEqual([['b', 'x', undefined]]);
  });
});

describe('subscribe', () => {
  it('before the first connection works, and is ended without waiting for one', async () => {
    hub.drop();
    const late = hub.connect();
    configure({ bus: late });
    const heard: unknown[] = [];
    const kept = subscribe('a', (data) => heard.push(data));
    const ended = subscribe('b', () => expect.unreachable('it was ended'));
    void ended.then((subscription) => subscription.unsubscribe());
    const published = publish('a', 1);
    hub.restore();
    await Promise.all([kept, published]);
    await publish('b', 2).catch(() => undefined);
    expect(heard).toEqual([1]);
    expect(natsStats()?.subscriptions).toBe(1);
  });

  it('warns in development, once a subject, where nothing can ever match', async () => {
    configure({ bus, ...quiet });
    await subscribe('slate.project.*', () => undefined);
    await subscribe('slate.project.*', () => undefined);
    await subscribe('slate.project.>', () => undefined);
    await subscribe('custom.*', () => undefined);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"slate.project.>"');
  });

  it('passes over the bytes of rooms, and reports other bytes', async () => {
    configure({ bus, ...quiet });
    const errors: string[] = [];
    const undo = onBusError((error) => errors.push(error.message));
    const heard: unknown[] = [];
    await subscribe('slate.>', (data) => heard.push(data));
    await publish('slate.collab.presence.p1', new Uint8Array([1, 2]));
    await publish('slate.editor.cursors.batch', [{ type: 'cursor' }]);
    await publish('slate.custom', new Uint8Array([1, 2]));
    await publish('slate.collab.presence.p1', new TextEncoder().encode('{"half'));
    undo();
    expect(heard).toEqual([[{ type: 'cursor' }]]);
    expect(errors).toHaveLength(2);
    expect(warnings).toEqual([]);
  });
});

describe('request', () => {
  it('answers, or says what went wrong', async () => {
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

  it('waits for the first connection, and no longer than it may take in all', async () => {
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
  it('are told across connections: status and errors', async () => {
    configure({ bus, ...quiet });
    const statuses: string[] = [];
    const errors: string[] = [];
    const undo = [onNatsStatus(({ type }) => statuses.push(type)), onBusError((error) => errors.push(error.name))];
    await subscribe('a', () => undefined);
    bus.disconnect();
    bus.reconnect();
    await publish('a', new Uint8Array([255]));
    await closeNatsConnection();
    bus.disconnect(); // no longer ours
    bus.reconnect();
    await subscribe('a', () => undefined);
    await publish('a', new Uint8Array([255]));
    for (const stop of undo) stop();
    await publish('a', new Uint8Array([255]));
    expect(statuses).toEqual(['connected', 'reconnecting', 'connected', 'closed', 'connected']);
    expect(errors).toEqual(['PayloadError', 'PayloadError']);
    expect(warnings).toHaveLength(1); // the last one, for which nobody listened
    expect(warnings[0]).toContain('PayloadError');
  });
});
