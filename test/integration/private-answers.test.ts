/** A server that keeps the answers to each user for that user alone, however the user is known to it. */
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import { expect, it, onTestFinished } from 'vitest';
import { type ConnectOptions, connect } from '../../src/bus/nats/connect.js';
import { PermissionError, type SlateError } from '../../src/errors.js';
import { joinRoom } from '../../src/room/join.js';
import type { Room } from '../../src/room/types.js';
import { JwtIssuer } from '../support/jwt.js';
import { natsServer } from '../support/nats.js';
import { wsFactory } from '../support/node-socket.js';
import { names } from '../support/room-lab.js';
import { until } from '../support/wait.js';

/** What both users may receive, besides their answers. */
const SHARED = ['slate.ask', 'slate.collab.>', 'slate.editor.>'];
const quoted = (subjects: readonly string[]) => subjects.map((subject) => `"${subject}"`).join(', ');
const users = `authorization { users: [${['ada', 'bob'].map(
  (user) => `{ user: ${user}, password: x, permissions {
    publish: ["slate.>"], subscribe: [${quoted([...SHARED, `slate.inbox.${user}.>`])}] } }`,
)}] }`;
const issuer = new JwtIssuer({}, [...SHARED, 'slate.inbox.{{name()}}.>']);

/** The page's own connection, which no bus closes. */
function closing<T extends { close(): Promise<void> }>(connection: T): T {
  onTestFinished(() => connection.close());
  return connection;
}

const ways: [string, string, (servers: string, user: string) => Promise<ConnectOptions>][] = [
  ['a user with a password, without any option', users, async (servers, user) => ({ servers, user, pass: 'x' })],
  [
    'a JWT of a signing key, and inboxPrefix',
    issuer.config,
    async (servers, user) => ({
      servers,
      jwt: issuer.scopedJwt(user),
      seed: issuer.seed,
      inboxPrefix: `slate.inbox.${user}`,
    }),
  ],
  [
    'a connection of nats.ws, and inboxPrefix',
    users,
    async (servers, user) => ({
      connection: closing(await natsWsConnect({ servers, user, pass: 'x', ...{ wsFactory } })),
      inboxPrefix: `slate.inbox.${user}`,
    }),
  ],
  [
    'a connection of nats-core, and inboxPrefix',
    users,
    async (servers, user) => ({
      connection: closing(await wsconnect({ servers, user, pass: 'x', wsFactory })),
      inboxPrefix: `slate.inbox.${user}`,
    }),
  ],
];

it.each(ways)(
  'with %s: requests and rooms work, and nobody hears the answers to another',
  async (_, config, options) => {
    await using server = await natsServer({ config });
    const open = async (user: string) => {
      const given = await options(server.wsUrl, user);
      const bus = await connect(given);
      const errors: SlateError[] = [];
      bus.on('error', (error) => errors.push(error));
      onTestFinished(() => bus.close());
      return { bus, errors };
    };
    const [ada, bob] = [await open('ada'), await open('bob')];
    bob.bus.subscribe('slate.ask', (message) => message.respond({ reply: message.reply }));
    await bob.bus.flush();
    const { reply } = (await ada.bus.request('slate.ask', {}, 2000)).json() as { reply: string };
    expect(reply).toMatch(/^slate\.inbox\.ada\./);

    const rooms: Room[] = [];
    for (const [user, { bus }] of Object.entries({ ada, bob })) {
      rooms.push(await joinRoom(bus, { project: 'p', file: 'f', user: { id: user, name: user } }));
    }
    await until(() => rooms.every((room) => names(room).length === 2), { what: 'both rosters' });
    for (const room of rooms) await room.leave();
    expect([...ada.errors, ...bob.errors]).toEqual([]);

    for (const pattern of [
      'slate.inbox.>',
      'slate.inbox.ada.>',
      reply,
      'slate.*.ada.>',
      'slate.*.*.*.*.*',
      'slate.>',
    ]) {
      const closed = bob.bus.subscribe(pattern, () => undefined).closed;
      expect(await closed, pattern).toBeInstanceOf(PermissionError);
    }
  },
);
