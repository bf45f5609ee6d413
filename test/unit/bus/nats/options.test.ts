import { describe, expect, it } from 'vitest';
import { connect, openBus } from '../../../../src/bus/nats/connect.js';
import { type ConnectOptions, checkOptions } from '../../../../src/bus/nats/options.js';
import { OptionError } from '../../../../src/errors.js';

describe('the options of connect', () => {
  it.each([
    ['wss://nats.example.com', ['wss://nats.example.com']],
    ['ws://127.0.0.1:9222', ['ws://127.0.0.1:9222']],
    ['ws://127.0.0.1:9222/', ['ws://127.0.0.1:9222']],
    [' wss://nats.example.com:4443/path?x=1 ', ['wss://nats.example.com:4443/path?x=1']],
    ['nats.example.com:4443', ['wss://nats.example.com:4443']],
    ['localhost', ['wss://localhost']],
    ['ws://[::1]:9222', ['ws://[::1]:9222']],
    [
      ['ws://a:1', 'ws://b:2'],
      ['ws://a:1', 'ws://b:2'],
    ],
  ])('take the address %j', (servers, expected) => {
    expect(checkOptions({ servers }).servers).toEqual(expected);
  });

  const good = { servers: 'ws://127.0.0.1:1' };
  const connection = { isClosed: () => true, status: () => [], closed: async () => undefined };
  it.each<[string, unknown, RegExp]>([
    ['no servers', {}, /"servers" must name at least one/],
    ['an empty list', { servers: [] }, /at least one/],
    ['an empty address', { servers: '' }, /not an address/],
    ['undefined in the list', { servers: ['ws://a', undefined] }, /not an address/],
    ['a number', { servers: 9222 }, /at least one/],
    ['a client port', { servers: 'nats://127.0.0.1:4222' }, /WebSocket listener/],
    ['a web address', { servers: 'https://example.com' }, /WebSocket listener/],
    ['an address with a space', { servers: 'ws://a b' }, /not an address/],
    ['a port out of range', { servers: 'ws://a:99999' }, /not an address/],
    ['credentials in the address', { servers: 'ws://u:s3cret@a' }, /in the address of a; give "user"/],
    ['an empty token', { ...good, token: '' }, /"token" must be/],
    ['a password alone', { ...good, pass: 'x' }, /"pass" needs "user"/],
    ['an empty user', { ...good, user: '' }, /"user" must be/],
    ['a seed alone', { ...good, seed: 'x' }, /"seed" needs "jwt"/],
    ['two kinds of credentials', { ...good, token: 'x', user: 'y' }, /"token" cannot be combined with "user"/],
    ['an authenticator that is no function', { ...good, authenticator: {} }, /"authenticator" must be/],
    ['a ping interval of 0', { ...good, pingInterval: 0 }, /"pingInterval" must be/],
    ['a timeout that is not a number', { ...good, timeout: Number.NaN }, /"timeout" must be/],
    ['a negative number of pings', { ...good, maxPingOut: -1 }, /"maxPingOut" must be/],
    ['a name that is not a string', { ...good, name: 7 }, /"name" must be/],
    ['an inbox prefix with wildcards', { ...good, inboxPrefix: 'a.>' }, /"inboxPrefix" must be/],
    ['an inbox prefix where nobody answers', { ...good, inboxPrefix: 'slate.replies' }, /below "slate.inbox", or not/],
    ['a connection of another type', { connection: {} }, /"connection" must be/],
    ['a connection and servers', { connection, ...good }, /"servers" cannot be combined with "connection"/],
    ['a closed connection', { connection }, /"connection" is closed/],
  ])('refuse %s', async (_, options, message) => {
    expect(() => openBus(options as ConnectOptions)).toThrow(OptionError);
    expect(() => openBus(options as ConnectOptions)).toThrow(message);
    await expect(connect(options as ConnectOptions)).rejects.toThrow(OptionError);
  });

  it.each<[string, Partial<ConnectOptions>, string]>([
    ['a user', { user: 'ada-2_x' }, 'slate.inbox.ada-2_x'],
    ['no user', {}, 'slate.inbox'],
    ['a name of several tokens', { user: 'ada.lovelace' }, 'slate.inbox'],
    ['a name that is a wildcard', { user: '*' }, 'slate.inbox'],
    ['a name that is too long', { user: 'a'.repeat(65) }, 'slate.inbox'],
    ['a place below the usual one', { inboxPrefix: 'slate.inbox.UA7' }, 'slate.inbox.UA7'],
    ['another place', { user: 'ada', inboxPrefix: 'replies.ada' }, 'replies.ada'],
  ])('give %s a place for answers', (_, options, prefix) => {
    expect(checkOptions({ ...good, ...options }).inboxPrefix).toBe(prefix);
  });

  it('never repeat a secret in an error', () => {
    expect(() => checkOptions({ servers: 'ws://ada:s3cret@host' })).not.toThrow(/s3cret/);
  });
});
