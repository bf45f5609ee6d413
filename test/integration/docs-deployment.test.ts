/** docs/deployment.md: its commands and programs, run in a shell as they stand there, but for addresses and ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ensureNatsServer } from '../../src/service/nats-server.js';
import { type DeployedServer, freeListeners, rawClient, runConfiguration } from '../support/deployment.js';
import { freePort } from '../support/ports.js';
import { buildPrograms, type Programs } from '../support/program.js';
import { type Block, readBlocks } from '../support/snippets.js';
import { until, within } from '../support/wait.js';

const FILE = 'docs/deployment.md';
const SERVICE = 'src/service/index';
const CLI = 'src/service/cli';
const blocks = await readBlocks(FILE);
const used = new Set<string>();

function code(name: string): string {
  const block = blocks.find((each) => each.name === name) as Block;
  used.add(name);
  return block.code;
}

let programs: Programs;
let home: string;
let path: string;
let server: DeployedServer;

/** A folder where `slate` and `nats-server` are commands. */
beforeAll(async () => {
  programs = await buildPrograms([CLI, SERVICE]);
  home = await mkdtemp(join(tmpdir(), 'slate-docs-'));
  const bin = join(home, 'bin');
  await mkdir(bin);
  const { path: program } = await ensureNatsServer();
  await writeFile(join(bin, 'slate'), `#!/bin/sh\nexec '${process.execPath}' '${programs.path(CLI)}' "$@"\n`);
  await writeFile(join(bin, 'nats-server'), `#!/bin/sh\nexec '${program}' "$@"\n`);
  await chmod(join(bin, 'slate'), 0o755);
  await chmod(join(bin, 'nats-server'), 0o755);
  path = `${bin}:${process.env.PATH}`;
  const sets = Object.entries(await freeListeners()).map(([name, value]) => ` --set ${name}=${value}`);
  await done(shell(code('try it out') + sets.join('')));
  expect(code('start the server')).toBe('nats-server -c slate/nats-server.conf');
  server = await runConfiguration(join(home, 'slate/nats-server.conf'));
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await programs[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

interface Shell {
  readonly child: ChildProcess;
  said(): string;
}

/** Runs commands in the folder; they end with the test. */
function shell(command: string, cwd = home): Shell {
  const { NODE_ENV, VITEST, ...env } = process.env;
  const trusting = { ...env, PATH: path, NODE_EXTRA_CA_CERTS: join(home, 'slate/tls/ca.pem') };
  const child = spawn('sh', ['-c', command], { cwd, env: trusting, detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
  }
  return { child, said: () => said };
}

/** A command that goes on: it ends with the test, and its group with it. */
async function running(command: string, ready: (said: string) => unknown): Promise<Shell> {
  const started = shell(command);
  onTestFinished(async () => {
    const ended = once(started.child, 'close');
    process.kill(-(started.child.pid as number), 'SIGTERM');
    await ended;
  });
  await until(() => ready(started.said()), { what: command, deadlineMs: 20_000 }).catch((error: Error) => {
    throw new Error(`${error.message} It said: ${started.said()}`);
  });
  return started;
}

async function done({ child, said }: Shell): Promise<void> {
  const [status] = await within(once(child, 'close'), 'the end of a command', 30_000);
  expect([status, said()]).toEqual([0, expect.anything()]);
}

async function tokenFrom(url: string, cookie: string, project = 'p1') {
  const response = await fetch(url, { method: 'POST', headers: { cookie }, body: JSON.stringify({ project }) });
  return { status: response.status, token: (await response.json()) as { jwt: string; seed: string; server: string } };
}

const ca = () => join(home, 'slate/tls/ca.pem');

it.each(['one server', 'three servers'])(
  '%s: the files are written',
  async (name) => {
    const cwd = await mkdtemp(join(home, 'own-'));
    for (const file of ['cert.pem', 'key.pem']) await writeFile(join(cwd, file), '');
    await done(shell(code(name), cwd));
    const files = await readdir(join(cwd, 'slate'));
    expect(files).toContain(name === 'one server' ? 'nats-server.conf' : 'slate-3.conf');
  },
  40_000,
);

it('documents are kept', async () => {
  const command = code('keep documents').replace('wss://nats.example.com:9222', server.url);
  await running(command, (said) => said.includes('Compacting documents at'));
}, 40_000);

it('the app gives tokens by its own login, with which a page connects', async () => {
  const program = code('server.mjs').replace("'slate-collab/service'", `'${programs.path(SERVICE)}'`);
  await writeFile(join(home, 'server.mjs'), program);
  const port = await freePort();
  const at = `http://127.0.0.1:${port}`;
  await running(code('run the app').replace('8080', `${port}`), () =>
    fetch(at).then(
      () => true,
      () => false,
    ),
  );
  expect(await (await fetch(at)).text()).toBe('the app');
  const { status, token } = await tokenFrom(`${at}/slate-token`, 'session=secret-of-ada');
  expect(status).toBe(200);
  const { nc, refused } = await rawClient({ url: token.server, ca: ca() }, token);
  nc.publish('slate.collab.presence.p1.ada');
  await nc.flush();
  await nc.flush();
  expect(refused).toEqual([]);
  await nc.close();
  expect((await tokenFrom(`${at}/slate-token`, 'session=secret-of-ada', 'p2')).status).toBe(401);
  expect((await tokenFrom(`${at}/slate-token`, 'session=guessed')).status).toBe(401);
}, 60_000);

it('slate tokens asks an app, and what it gave is revoked', async () => {
  const app = createServer((request, response) => {
    const may = request.url === '/may-edit?project=p1' && request.headers.cookie === 'session=ada';
    response.writeHead(may ? 200 : 403).end(may ? '{"user":"ada"}' : '');
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void app.close());
  await writeFile(join(home, 'authorize.mjs'), code('authorize.mjs'));
  const here = `APP=http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const command = `${code('slate tokens').replace('APP=https://app.example.com', here)} --listen 127.0.0.1:0`;
  const tokens = await running(command, (said) => said.includes('Giving tokens at'));
  const [, at = ''] = /Giving tokens at (\S+)/.exec(tokens.said()) ?? [];
  expect((await tokenFrom(at, 'session=eve')).status).toBe(401);
  expect((await tokenFrom(at, 'session=ada', 'p2')).status).toBe(401);
  const { token } = await tokenFrom(at, 'session=ada');
  const { nc } = await rawClient({ url: token.server, ca: ca() }, token);
  const key = await until(() => /\bU[A-Z2-7]{55}\b/.exec(tokens.said())?.[0], { what: 'the key' });
  const reload = `reload=${server.pid}`; // other tests have servers of their own
  await done(
    shell(
      code('revoke one')
        .replace(/U[A-Z2-7]{55}/, key)
        .replace('reload', reload),
    ),
  );
  expect(await within(nc.closed(), 'the end')).toMatchObject({ message: expect.stringMatching(/revoked/i) });
  const other = (await tokenFrom(at, 'session=ada')).token;
  const again = await rawClient({ url: other.server, ca: ca() }, other);
  const before = await readFile(join(home, 'slate/tokens.env'), 'utf8');
  await done(shell(code('revoke all').replace('reload', reload)));
  await within(again.nc.closed(), 'the end');
  expect(await readFile(join(home, 'slate/tokens.env'), 'utf8')).not.toBe(before);
}, 60_000);

it('no program of the guide is left out', () => {
  const left = blocks.filter(({ name, lang }) => lang !== 'html' && !used.has(name));
  expect(left.map(({ name, line }) => `${name}, line ${line}`)).toEqual([]);
});
