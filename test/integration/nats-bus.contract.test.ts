/** The bus contract against a real nats-server: over Slate's own connection, and over those of a page. */
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import type { NatsConnectionLike } from '../../src/bus/nats/nats-connection.js';
import { type BusFixture, CONTRACT_FORBIDDEN, CONTRACT_MAX_PAYLOAD, runBusContract } from '../contract/bus.contract.js';
import { natsServer, restarted } from '../support/nats.js';
import { wsFactory } from '../support/node-socket.js';

const config = `
  max_payload: ${CONTRACT_MAX_PAYLOAD}
  authorization {
    users: [{
      user: alice, password: secret
      permissions: { publish: { deny: "${CONTRACT_FORBIDDEN}" }, subscribe: { deny: "${CONTRACT_FORBIDDEN}" } }
    }]
  }
`;
const user = { user: 'alice', pass: 'secret' };

async function fixture(open: (servers: string) => Promise<Bus>, dispose?: () => Promise<void>): Promise<BusFixture> {
  let server = await natsServer({ config });
  return {
    connect: () => open(server.wsUrl),
    lose: () => server.kill(),
    async regain() {
      server = await restarted(server, { config });
    },
    async [Symbol.asyncDispose]() {
      await dispose?.();
      await server.stop();
    },
  };
}

runBusContract('NATS', () => fixture((servers) => connect({ servers, ...user })));

/** Opens the connections as a page does, and passes them to Slate. */
function brought(make: (servers: string) => Promise<NatsConnectionLike>) {
  const connections: NatsConnectionLike[] = [];
  return fixture(
    async (servers) => {
      const connection = await make(servers);
      connections.push(connection);
      return connect({ connection });
    },
    async () => {
      for (const connection of connections) await connection.close();
    },
  );
}

const again = { maxReconnectAttempts: -1, reconnectTimeWait: 100, wsFactory };

runBusContract('a connection of @nats-io/nats-core', () =>
  brought((servers) => wsconnect({ servers, ...user, ...again })),
);

runBusContract('a connection of nats.ws', () => brought((servers) => natsWsConnect({ servers, ...user, ...again })));
