/** The shared connections of a page: who shares one, and when it closes. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Connections, LINGER_MS } from '../../../elements/shared/connections.js';
import type { Bus, openBus } from '../../../src/index.js';
import { MemoryHub } from '../../../src/testing.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('reportError', expect.unreachable); // a page has it, Node has not
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
});

type Options = Parameters<typeof openBus>[0];

/** The connections of a page, over buses in process; `opened` has the options of each that was opened. */
function setUp() {
  const hub = new MemoryHub();
  const opened: Options[] = [];
  const open = (options: Options): Bus => {
    opened.push(options);
    return hub.connect();
  };
  const connections = new Connections();
  const lease = (server: string, token?: string) => connections.lease(open, server, { token });
  return { opened, lease, connections, open };
}

const presented = (options?: Options) => typeof options?.token === 'function' && options.token();

describe('shared connections', () => {
  it('are one for the same server and token, and others for other ones', () => {
    const { opened, lease } = setUp();
    const { bus } = lease('ws://a, ws://b', 'secret');
    expect(lease('ws://a, ws://b', 'secret').bus).toBe(bus);
    expect(lease('ws://a, ws://b').bus).not.toBe(bus);
    expect(lease('ws://a', 'secret').bus).not.toBe(bus);
    expect(opened).toEqual([
      { servers: ['ws://a', 'ws://b'], token: expect.any(Function) },
      { servers: ['ws://a', 'ws://b'] },
      { servers: ['ws://a'], token: expect.any(Function) },
    ]);
    expect(presented(opened[0])).toBe('secret');
  });

  it('present a new token at the next handshake, and are found by it', () => {
    const { opened, lease } = setUp();
    const [one, bare] = [lease('ws://a', 'old'), lease('ws://a')];
    expect(one.renew('new')).toBe(true);
    expect(presented(opened[0])).toBe('new');
    expect(lease('ws://a', 'new').bus).toBe(one.bus);
    expect(lease('ws://a', 'old').bus).not.toBe(one.bus);
    expect(one.renew(undefined)).toBe(false);
    expect(bare.renew('new')).toBe(false);
  });

  it('are one for each user and password', () => {
    const { opened, connections, open } = setUp();
    const one = connections.lease(open, 'ws://a', { user: 'ada', password: 'x', project: 'p1' });
    expect(connections.lease(open, 'ws://a', { user: 'ada', password: 'x', project: 'p2' }).bus).toBe(one.bus);
    expect(connections.lease(open, 'ws://a', { user: 'ada', password: 'y' }).bus).not.toBe(one.bus);
    expect(connections.lease(open, 'ws://a', {}).bus).not.toBe(one.bus);
    expect(opened[0]).toEqual({ servers: ['ws://a'], user: 'ada', pass: 'x' });
  });

  it('are one for each token service and project, and begin with the answer that there is already', async () => {
    vi.stubGlobal('document', { baseURI: 'https://app.example/page' });
    const { opened, connections, open } = setUp();
    const of = (tokenUrl: string, project: string, answer?: { jwt: string; server: string }) =>
      connections.lease(open, '', { tokenUrl, project }, answer ?? { jwt: 'x', server: 'ws://c' }).bus;
    const one = of('/token', 'p1', { jwt: 'first', server: 'ws://a ws://b' });
    expect(of('https://app.example/token', 'p1')).toBe(one);
    expect(of('/token', 'p2')).not.toBe(one);
    expect(of('/other', 'p1')).not.toBe(one);
    expect(opened[0]?.servers).toEqual(['ws://a', 'ws://b']);
    const { token } = opened[0] ?? {};
    const asked = vi.fn(async (_: string, init?: RequestInit) => {
      expect(init).toMatchObject({ method: 'POST', body: '{"project":"p1"}' });
      return new Response('{"jwt":"second"}');
    });
    vi.stubGlobal('fetch', asked);
    expect(typeof token === 'function' && (await token())).toMatchObject({ jwt: 'first' });
    expect(asked).not.toHaveBeenCalled();
    expect(typeof token === 'function' && (await token())).toEqual({ jwt: 'second' });
  });

  it('refuse credentials of two kinds', () => {
    vi.stubGlobal('document', { baseURI: 'https://app.example/page' });
    const { connections, open } = setUp();
    const tokenUrl = 'https://app.example/token';
    expect(() => connections.lease(open, 'ws://a', { tokenUrl, token: 'x' })).toThrow(
      'cannot be combined with "token"',
    );
    expect(() => connections.lease(open, 'ws://a', { tokenUrl, user: 'x' })).toThrow('cannot be combined with "user"');
  });

  it('close a moment after the last lease was released, and no timer is left', async () => {
    const { lease } = setUp();
    const [one, two] = [lease('ws://a'), lease('ws://a')];
    one.release();
    one.release(); // does nothing the second time
    await vi.advanceTimersByTimeAsync(2 * LINGER_MS);
    expect(one.bus.status.type).toBe('connected');
    two.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    expect(one.bus.status.type).toBe('connected');
    await vi.advanceTimersByTimeAsync(1);
    expect(one.bus.status.type).toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stay open when one is leased again in that moment', async () => {
    const { opened, lease } = setUp();
    const one = lease('ws://a');
    one.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    const two = lease('ws://a');
    await vi.advanceTimersByTimeAsync(2 * LINGER_MS);
    expect(two.bus.status.type).toBe('connected');
    expect(opened).toHaveLength(1);
  });

  it('are opened anew where one was closed', async () => {
    const { opened, lease } = setUp();
    const one = lease('ws://a');
    await one.bus.close();
    expect(lease('ws://a').bus.status.type).not.toBe('closed');
    expect(opened).toHaveLength(2);
  });
});
