/** A real nats-server on which each user may do in its projects what its role allows (V1, V6), and nothing else. */

import { connect } from '../../src/bus/nats/connect.js';
import { type Identity, joinRoom, type RoomOptions, type SlateError } from '../../src/index.js';
import { roomPermissions } from '../../src/protocol/subjects.js';
import { type LocalServer, natsServer } from './nats.js';

export interface Account {
  readonly user: string;
  readonly projects: readonly string[];
  readonly role?: Identity['role'];
}

export const passwordOf = (user: string) => `${user}-secret`;

export function verifiedServer(accounts: readonly Account[]): Promise<LocalServer> {
  return natsServer({ config: `authorization { users: [\n${accounts.map(block).join('\n')}\n] }` });
}

function block({ user, projects, role = 'writer' }: Account): string {
  const parts = projects.flatMap((project) => {
    const { see, appear, point } = roomPermissions(project, user);
    if (role === 'ghost') return [see];
    return role === 'viewer' ? [see, appear] : [see, appear, point];
  });
  const publish = JSON.stringify(parts.flatMap((part) => part.publish));
  const subscribe = JSON.stringify([...parts.flatMap((part) => part.subscribe), `slate.inbox.${user}.>`]);
  const permissions = `permissions { publish = ${publish}, subscribe = ${subscribe} }`;
  return `{ user: "${user}", password: "${passwordOf(user)}", ${permissions} }`;
}

/** A room on a connection of its own; both are closed at the end of the scope. */
export async function member(
  server: LocalServer,
  user: string,
  options: Partial<RoomOptions> & { login?: string } = {},
) {
  const { login = user, ...rest } = options;
  const bus = await connect({ servers: server.wsUrl, user: login, pass: passwordOf(login) });
  const settings = { project: 'p1', file: 'a.ts', verified: true, user: { id: user, name: user }, ...rest };
  const room = await joinRoom(bus, settings).catch(async (error) => {
    await bus.close();
    throw error;
  });
  const errors: SlateError[] = [];
  const seen: string[] = [];
  room.on('error', (error) => errors.push(error));
  room.on('members', (members) =>
    seen.push(members.map(({ user: { id, name }, status }) => `${id}:${name}:${status}`).join(' ')),
  );
  return {
    room,
    bus,
    errors,
    seen,
    async [Symbol.asyncDispose]() {
      await room.leave();
      await bus.close();
    },
  };
}

export type VerifiedMember = Awaited<ReturnType<typeof member>>;
