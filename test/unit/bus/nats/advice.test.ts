import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../../../src/bus/nats/advice.js';
import { checkOptions } from '../../../../src/bus/nats/options.js';

/** The advice for an address as a page writes it. */
const advise = (servers: string, cause?: Error) => adviceFor(checkOptions({ servers }).servers, cause);

describe('the advice about an address where nobody answers', () => {
  it.each([
    ['localhost', 'ws://localhost:9222'],
    ['ws://localhost', 'ws://localhost:9222'],
    ['ws://127.0.0.1', 'ws://127.0.0.1:9222'],
    ['[::1]', 'ws://[::1]:9222'],
    ['nats', 'ws://nats:9222'],
    ['localhost:9222', 'ws://localhost:9222'],
    ['wss://127.0.0.1:9333', 'ws://127.0.0.1:9333'],
  ])('%s: names what to write instead', (server, instead) => {
    expect(advise(server)).toMatch(new RegExp(`try ${instead.replace(/[[\]]/g, '\\$&')}\\.$`));
  });

  it.each(['ws://localhost:4222', 'wss://nats.example.com:4222', 'ws://10.0.0.1:8222'])(
    '%s: is the wrong port',
    (server) => {
      expect(advise(server)).toMatch(/^Port (4|8)222 is usually not for WebSockets; .* usually 9222\.$/);
    },
  );

  it('is about what answers there, where Node tells that', () => {
    expect(advise('ws://a:1234', new Error('Parse Error: Expected HTTP/, RTSP/ or ICE/'))).toMatch(
      /no WebSocket listener/,
    );
    expect(advise('ws://a:1234', new Error('Unexpected server response: 200'))).toMatch(/web server .*200/);
  });

  it.each(['wss://nats.example.com', 'wss://nats.example.com:9222', 'ws://127.0.0.1:9222', 'ws://10.0.0.1:9222'])(
    '%s: is none, for nothing looks wrong',
    (server) => {
      expect(advise(server, new Error('connect ECONNREFUSED'))).toBeUndefined();
    },
  );
});
