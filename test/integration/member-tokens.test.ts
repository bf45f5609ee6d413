/** Tokens on a real server of `slate init`: how they begin and end, and what `slate revoke` does. */
import { readFile } from 'node:fs/promises';
import { decode } from '@nats-io/jwt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { AuthenticationError } from '../../src/errors.js';
import { roomSubjects } from '../../src/protocol/subjects.js';
import { revokeAll, revokeKeys } from '../../src/service/deployment/revoke.js';
import { type MintOptions, mintToken } from '../../src/service/index.js';
import { readCreds } from '../../src/service/tokens/creds.js';
import { accountIn, type Deployed, deploy, rawClient, sockets } from '../support/deployment.js';
import { until, within } from '../support/wait.js';

let server: Deployed;
beforeAll(async () => {
  server = await deploy();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const mint = (options: Partial<MintOptions> = {}) =>
  mintToken({ account: server.account, project: 'p1', user: 'ada', role: 'writer', ...options });
const refusal = (token: { jwt: string; seed: string }) =>
  rawClient(server, token).then(
    ({ nc }) => nc.close().then(() => 'none'),
    (error: Error) => error.message,
  );

async function bus({
  jwt,
  seed,
  inboxPrefix = 'slate.inbox.ada',
}: {
  jwt: string;
  seed: string;
  inboxPrefix?: string | undefined;
}) {
  const { socket } = await sockets(server.ca);
  return connect({ servers: server.url, WebSocket: socket, inboxPrefix, jwt, seed });
}

it('V9: a token names its user, projects and role, in any case and any text', async () => {
  const projects = ['Main', 'main', 'a.b', 'é'];
  const { jwt, expires } = await mint({ project: undefined, projects, ttl: 60, now: 5000 });
  const { name, exp, nats } = decode<{ tags: string[] }>(jwt);
  expect(name).toBe('ada');
  expect([exp, expires]).toEqual([65, 65_000]);
  const tags = ['slate', 'project:%4dain', 'project:main', 'project:a%2eb', 'project:%c3%a9', 'role:writer'];
  expect(nats.tags).toEqual(tags);
  expect(tags.map((tag) => tag.toLowerCase())).toEqual(tags);
  expect(tags.slice(1, 5).map((tag) => decodeURIComponent(tag.slice('project:'.length)))).toEqual(projects);
});

it('V9: a user and a project of any letters are the same in the token, for the server and for the page', async () => {
  const [user, project] = ['Åda ☕ 愛', 'プロジェクト/é'];
  const line = await bus({ ...(await mint({ user, project })), inboxPrefix: undefined });
  expect(line.identity).toEqual({ user, role: 'writer', projects: [project] });
  const { presence, presenceAll } = roomSubjects(project, undefined, user);
  const heard: string[] = [];
  line.subscribe(presenceAll, ({ subject }) => heard.push(subject));
  line.publish(presence, 'here');
  await line.flush();
  await until(() => heard.length > 0);
  expect(heard).toEqual([presence]);
  await line.close();
});

it('a bus connects with a token, and is refused with one that has ended', async () => {
  const first = await bus(await mint());
  await first.flush();
  await first.close();
  await expect(bus(await mint({ ttl: 10, now: Date.now() - 60_000 }))).rejects.toThrow(AuthenticationError);
});

it('a connection ends when its token does', async () => {
  const { nc } = await rawClient(server, await mint({ ttl: 10, now: Date.now() - 6000 }));
  expect(await within(nc.closed(), 'the end', 30_000)).toMatchObject({ message: expect.stringMatching(/expired/i) });
}, 40_000);

it('a key of the account itself signs, too', async () => {
  const seed = (await readFile(`${server.dir}/keys/account.nk`, 'utf8')).trim();
  expect(await refusal(await mint({ account: { seed } }))).toBe('none');
});

it('a token for twenty projects, which no server of the default settings could read, is read', async () => {
  const projects = Array.from({ length: 20 }, (_, index) => `project-${index}`);
  const token = await mint({ project: undefined, projects });
  expect(token.jwt.length).toBeGreaterThan(4096);
  expect(await refusal(token)).toBe('none');
});

it('a token of another account, or with other permissions than were signed, is refused', async () => {
  const { seed } = await accountIn(server.dir);
  const { jwt, seed: own } = await mint();
  const [head = '', , signature = ''] = jwt.split('.');
  const claims = { ...decode<object>(jwt), nats: { type: 'user', version: 2 } };
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  expect(await refusal({ jwt: `${head}.${body}.${signature}`, seed: own })).toMatch(/authorization/i);
  expect(await refusal(await mint({ account: { seed } }))).toMatch(/authorization/i); // for an account of that key
  expect(await refusal({ jwt, seed: (await mint()).seed })).toMatch(/authorization/i); // another's seed
});

it('slate revoke --key ends one token, also while it is used, and no other', async () => {
  const [bad, good] = [await mint({ user: 'mallory' }), await mint()];
  const out = await rawClient(server, bad);
  const stays = await bus(good);
  await revokeKeys(server.dir, [decode(bad.jwt).sub], Date.now());
  await server.reload();
  expect(await within(out.nc.closed(), 'the end')).toMatchObject({ message: expect.stringMatching(/revoked/i) });
  expect(await refusal(bad)).toMatch(/authorization/i);
  await stays.flush();
  expect(await refusal(good)).toBe('none');
  const again = await mint({ user: 'mallory' });
  await revokeKeys(server.dir, [decode(again.jwt).sub], Date.now());
  await server.reload();
  expect(await refusal(again)).toMatch(/authorization/i);
  expect(await refusal(bad)).toMatch(/authorization/i); // what was revoked before still is
  expect(stays.status).toMatchObject({ type: 'connected', reconnects: 0 });
  await stays.close();
}, 30_000);

it('slate revoke --all ends all tokens of members, gives tokens.env a new key, and leaves services', async () => {
  const before = await mint();
  const { nc } = await rawClient(server, before);
  const service = await bus(await readCreds(`${server.dir}/creds/worker.creds`));
  await revokeAll(server.dir);
  await server.reload();
  await within(nc.closed(), 'the end');
  expect(await refusal(before)).toMatch(/authorization/i);
  await service.flush();
  expect(service.status).toMatchObject({ type: 'connected', reconnects: 0 });
  await service.close();
  expect(await refusal(await mint({ account: await accountIn(server.dir) }))).toBe('none');
}, 30_000);
