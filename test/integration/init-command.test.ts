/**
 * `slate init` as a process: what it writes runs as it is written, with TLS, and every service connects with its own
 * credentials and may do its own work alone. Past 300 lines: one deployment, and a test for each file in it.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser, decode, encodeUser } from '@nats-io/jwt';
import { connect as natsConnect } from 'nats.ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { enqueue, mintToken, worker } from '../../src/service/index.js';
import { type Creds, readCreds } from '../../src/service/tokens/creds.js';
import {
  accountIn,
  type DeployedServer,
  freeListeners,
  rawClient,
  runConfiguration,
  sockets,
} from '../support/deployment.js';
import { freePorts } from '../support/ports.js';
import { buildPrograms, type Programs } from '../support/program.js';
import { until, within } from '../support/wait.js';

const CLI = 'src/service/cli';

let programs: Programs;
let home: string;
beforeAll(async () => {
  programs = await buildPrograms([CLI]);
  home = await mkdtemp(join(tmpdir(), 'slate-init-'));
}, 60_000);
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

async function slate(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const program = programs.run(CLI, args, env);
  const code = await within(program.ended, `slate ${args[0]}`, 30_000);
  return { code, said: program.stdout(), told: program.stderr() };
}

const sets = (variables: Record<string, string>) =>
  Object.entries(variables).flatMap(([name, value]) => ['--set', `${name}=${value}`]);

describe('for this machine', () => {
  let dir: string;
  let server: DeployedServer;
  let steps: string;
  beforeAll(async () => {
    dir = join(home, 'local');
    const made = await slate(['init', dir, '--local', ...sets(await freeListeners())]);
    expect(made).toMatchObject({ code: 0, told: '' });
    steps = made.said;
    server = await runConfiguration(join(dir, 'nats-server.conf'));
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  const env = (name: string) => ({
    SLATE_SERVERS: server.url,
    SLATE_CREDS: join(dir, `creds/${name}.creds`),
    NODE_EXTRA_CA_CERTS: join(dir, 'tls/ca.pem'),
  });
  const credsOf = (name: string) => readCreds(join(dir, `creds/${name}.creds`));
  const raw = (creds: Creds) => rawClient({ url: server.url, ca: join(dir, 'tls/ca.pem') }, creds);
  const open = async (name: string) => {
    const { socket } = await sockets(join(dir, 'tls/ca.pem'));
    return connect({ servers: server.url, WebSocket: socket, ...(await credsOf(name)) });
  };

  it('writes keys and credentials for their owner alone', async () => {
    const names = await readdir(dir, { recursive: true });
    const secrets = names.filter((name) => /\.(?:nk|creds|env)$|key\.pem$/.test(name));
    expect(secrets.sort()).toEqual([
      'creds/documents.creds',
      'creds/janitor-system.creds',
      'creds/janitor.creds',
      'creds/monitor.creds',
      'creds/system.creds',
      'creds/worker.creds',
      'keys/account.nk',
      'keys/operator.nk',
      'keys/signing.nk',
      'keys/system.nk',
      'tls/key.pem',
      'tokens.env',
    ]);
    const mode = async (name: string) => ((await stat(join(dir, name))).mode & 0o777).toString(8);
    for (const name of secrets) expect(await mode(name), name).toBe('600');
    for (const name of ['', 'keys', 'creds', 'tls']) expect(await mode(name), name).toBe('700');
    for (const name of ['nats-server.conf', 'accounts.conf', 'tls/ca.pem', 'tls/cert.pem']) {
      expect(await readFile(join(dir, name), 'utf8')).not.toMatch(/\bS[AOUN][A-Z2-7]{50}|PRIVATE/);
    }
  });

  it('overwrites nothing, and says what is there', async () => {
    const before = await readFile(join(dir, 'keys/operator.nk'), 'utf8');
    const again = await slate(['init', dir, '--local']);
    expect(again.code).toBe(1);
    expect(again.told).toContain(`${join(dir, 'nats-server.conf')} is there already, and nothing was written`);
    expect(await readFile(join(dir, 'keys/operator.nk'), 'utf8')).toBe(before);
    const other = join(home, 'other');
    await mkdir(join(other, 'creds'), { recursive: true });
    await writeFile(join(other, 'creds/worker.creds'), 'mine');
    const refused = await slate(['init', other, '--local']);
    expect(refused.told).toContain(`${join(other, 'creds/worker.creds')} is there already`);
    expect(await readdir(other)).toEqual(['creds']);
    expect(await readFile(join(other, 'creds/worker.creds'), 'utf8')).toBe('mine');
  });

  it('says what to do next, and the commands that it names are done as they stand there', async () => {
    const lines = steps.trim().split('\n');
    expect(lines).toHaveLength(5);
    const [, command = ''] = /Keep documents: (.+)$/m.exec(steps) ?? [];
    const words = command.split(' ');
    const variable = words.shift()?.split('=') as [string, string];
    expect(words.shift()).toBe('slate');
    const docs = programs.run(CLI, words, Object.fromEntries([variable]));
    await until(() => /Compacting documents at/.test(docs.stderr()), { what: 'slate docs', deadlineMs: 20_000 });
    const bus = await open('documents');
    const info = (await bus.request('$JS.API.STREAM.INFO.SLATE_DOCS', {}, 5000)).json() as { config?: object };
    expect(info.config).toMatchObject({ name: 'SLATE_DOCS', allow_direct: true, discard: 'new' });
    await bus.close();
    docs.process.kill('SIGTERM');
    expect(await within(docs.ended, 'its end', 20_000)).toBe(0);
    expect(await slate(['doc', 'ls'], env('documents'))).toMatchObject({ code: 0 });
  }, 60_000);

  it('lets slate tail watch with the credentials of the monitor, and the worker do jobs', async () => {
    const tail = programs.run(CLI, ['tail', '-n', '1'], env('monitor'));
    await until(() => /Listening at/.test(tail.stderr()), { what: 'slate tail', deadlineMs: 20_000 });
    const bus = await open('worker');
    bus.publish('slate.project.updated.p1', { hello: 'world' });
    expect(await within(tail.ended, 'its end', 20_000)).toBe(0);
    expect(tail.stdout()).toContain('slate.project.updated.p1');
    const done: string[] = [];
    const crew = await worker('slate.build.jobs', (_, { id }) => void done.push(id), { bus, durable: true });
    await enqueue('slate.build.jobs', {}, { bus, id: 'one' });
    await until(() => done.length === 1, { what: 'the job' });
    await crew.drain();
    await bus.close();
  }, 60_000);

  it.each<[string, string[], string[]]>([
    [
      'documents',
      [
        'publish slate.collab.dochead.p1.d1',
        'publish $JS.API.STREAM.INFO.SLATE_DOCS',
        'subscribe slate.inbox.slate_documents.>',
      ],
      [
        'publish $JS.API.STREAM.DELETE.SLATE_DOCS',
        'publish slate.collab.presence.p1.ada',
        'subscribe slate.>',
        'subscribe $SYS.>',
      ],
    ],
    [
      'monitor',
      ['subscribe slate.>', 'subscribe slate.collab.presence.p1.*'],
      [
        'publish slate.project.created.ada',
        'subscribe slate.inbox.>',
        'subscribe slate.collab.sync.>',
        'subscribe $SYS.>',
      ],
    ],
    [
      'janitor',
      [
        'publish slate.collab.gone.p1',
        'publish slate.collab.alive.p1.7',
        'publish slate.collab.alive.p1.ada.7.x',
        'subscribe slate.collab.presence.>',
        'subscribe slate.collab.gone.*',
        'subscribe slate.inbox.slate_janitor.>',
      ],
      [
        'publish slate.collab.presence.p1.ada',
        'publish $JS.API.STREAM.NAMES',
        'subscribe slate.>',
        'subscribe slate.collab.doc.>',
        'subscribe $SYS.>',
      ],
    ],
    [
      'janitor-system',
      [
        'publish $SYS.REQ.SERVER.PING',
        'subscribe $SYS.ACCOUNT.*.CONNECT',
        'subscribe $SYS.ACCOUNT.*.DISCONNECT',
        'subscribe slate.inbox.slate_janitor.>',
      ],
      ['publish $SYS.REQ.ACCOUNT.PING.CONNZ', 'publish slate.collab.gone.p1', 'subscribe $SYS.>', 'subscribe >'],
    ],
    ['system', ['publish $SYS.REQ.SERVER.PING', 'subscribe $SYS.>'], []],
  ])('%s may do its own work alone', async (name, may, mayNot) => {
    const { nc, refused } = await raw(await credsOf(name));
    for (const act of [...may, ...mayNot]) {
      const [operation, subject = ''] = act.split(' ');
      if (operation === 'publish') nc.publish(subject);
      else nc.subscribe(subject, { callback: () => undefined });
      await nc.flush();
      await nc.flush();
      const told = refused.splice(0).map((each) => each.replace('subscription', 'subscribe'));
      expect(told, act).toEqual(may.includes(act) ? [] : [act]);
    }
    await nc.close();
  });

  it('V8: has all that slate janitor needs', async () => {
    const system = join(dir, 'creds/janitor-system.creds');
    const janitor = programs.run(CLI, ['janitor', '--system-creds', system], env('janitor'));
    const account = await accountIn(dir);
    await until(() => janitor.stderr().includes(`account ${account.issuerAccount}`), {
      what: 'slate janitor',
      deadlineMs: 20_000,
    });
    janitor.process.kill('SIGTERM');
    expect(await within(janitor.ended, 'its end', 20_000)).toBe(0);
    expect(janitor.stderr()).not.toMatch(/Error/);
  });

  it('V8: tells the janitor whose connection has ended', async () => {
    const { nc } = await raw(await credsOf('janitor-system'));
    const ended: { client: { acc: string; jwt: string } }[] = [];
    nc.subscribe('$SYS.ACCOUNT.*.DISCONNECT', { callback: (_, message) => ended.push(message.json()) });
    await nc.flush();
    const account = await accountIn(dir);
    const token = await mintToken({ account, project: 'p1', user: 'ada', role: 'writer' });
    const ada = await raw({ ...token, inboxPrefix: '' });
    await ada.nc.close();
    await until(() => ended.length > 0, { what: 'the event' });
    const [{ client } = { client: { acc: '', jwt: '' } }] = ended;
    expect([client.acc, decode(client.jwt).name]).toEqual([account.issuerAccount, 'ada']);
    await nc.close();
  });

  it('takes no client without credentials, and no JWT without its key', async () => {
    const { wsFactory } = await sockets(join(dir, 'tls/ca.pem'));
    const dial = (authenticator?: () => { jwt: string }) =>
      natsConnect({ servers: server.url, reconnect: false, ...(authenticator && { authenticator }), ...{ wsFactory } });
    await expect(dial()).rejects.toThrow(/authorization/i);
    const key = await readFile(join(dir, 'keys/account.nk'), 'utf8');
    const jwt = await encodeUser('ada', createUser(), key.trim(), { bearer_token: true });
    await expect(dial(() => ({ jwt }))).rejects.toThrow(/authorization/i);
  });

  it('a command says what is wrong with its credentials', async () => {
    const cases: [string[], NodeJS.ProcessEnv, number, RegExp][] = [
      [['tail', '--creds', 'nowhere.creds'], {}, 2, /names nowhere\.creds, which could not be read \(ENOENT\)/],
      [['tail', '--creds', join(dir, 'tokens.env')], {}, 2, /holds no credentials of NATS/],
      [['tail', '--creds', join(dir, 'creds/monitor.creds'), '-u', 'ada'], {}, 2, /cannot be combined with --user/],
      [['docs'], env('janitor'), 4, /slate.collab.doc|JS.API/],
    ];
    for (const [args, variables, code, words] of cases) {
      const { code: ended, told } = await slate(args, { SLATE_SERVERS: server.url, ...variables });
      expect([ended, told]).toEqual([code, expect.stringMatching(words)]);
      expect(told).not.toMatch(/S[AOU][A-Z2-7]{20}/);
    }
  }, 60_000);
});

it('makes a cluster of three, which keeps documents on all', async () => {
  const dir = join(home, 'cluster');
  expect((await slate(['init', dir, '--local', '--cluster', '3'])).told).toBe('');
  const names = ['slate-1', 'slate-2', 'slate-3'];
  // What is written has the usual ports, and this machine may use them: others take their places, and nothing else.
  const used = new Map<string, number>();
  const texts = await Promise.all(names.map((name) => readFile(join(dir, `${name}.conf`), 'utf8')));
  const ports = new Set(texts.flatMap((text) => text.match(/:(?:[4689]22\d)\b/g) ?? []));
  const free = await freePorts(ports.size);
  for (const [index, port] of [...ports].entries()) used.set(port, free[index] as number);
  for (const [index, name] of names.entries()) {
    const text = texts[index]?.replace(/:(?:[4689]22\d)\b/g, (port) => `:${used.get(port)}`) ?? '';
    await writeFile(join(dir, `${name}.conf`), text);
  }
  const servers = await Promise.all(names.map((name) => runConfiguration(join(dir, `${name}.conf`))));
  try {
    const { socket } = await sockets(join(dir, 'tls/ca.pem'));
    const creds = await readCreds(join(dir, 'creds/documents.creds'));
    const env = {
      NODE_EXTRA_CA_CERTS: join(dir, 'tls/ca.pem'),
      SLATE_SERVERS: servers.map(({ url }) => url).join(','),
      SLATE_CREDS: join(dir, 'creds/documents.creds'),
    };
    const docs = await until(
      async () => {
        const program = programs.run(CLI, ['docs', '--replicas', '3'], env);
        const ready = () => /Compacting documents at/.test(program.stderr());
        await until(() => ready() || program.process.exitCode !== null, { deadlineMs: 30_000 });
        return ready() ? program : undefined; // until the three have chosen a leader, it ends with an error
      },
      { what: 'slate docs', deadlineMs: 60_000 },
    );
    const bus = await connect({ servers: servers[2]?.url ?? '', WebSocket: socket, ...creds });
    const info = (await bus.request('$JS.API.STREAM.INFO.SLATE_DOCS', {}, 10_000)).json();
    expect(info).toMatchObject({ config: { num_replicas: 3 }, cluster: { replicas: [{}, {}] } });
    await bus.close();
    docs.process.kill('SIGTERM');
    await within(docs.ended, 'its end', 30_000);
  } finally {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  }
}, 180_000);

it('writes for machines of their own: names, origins, the certificate that was given', async () => {
  const dir = join(home, 'production');
  const [cert, key] = [join(home, 'cert.pem'), join(home, 'key.pem')];
  for (const file of [cert, key]) await writeFile(file, '');
  const hosts = ['n1', 'n2', 'n3'].flatMap((name) => ['--host', `${name}.example.com`]);
  const made = await slate([
    ...['init', dir, '--cluster', '3', ...hosts, '--cert', cert, '--cert-key', key],
    ...['--origin', 'https://app.example.com', '--origin', 'https://other.example.com', '--max-file', '2GB'],
  ]);
  expect(made).toMatchObject({ code: 0, told: '' });
  const text = await readFile(join(dir, 'slate-2.conf'), 'utf8');
  for (const words of [
    'server_name: slate-2',
    'WS_LISTEN: "0.0.0.0:9222"',
    'WS_ADVERTISE: "n2.example.com:9222"',
    'NATS_LISTEN: "127.0.0.1:4222"',
    `tls { cert_file: "${cert}", key_file: "${key}" }`,
    'allowed_origins: ["https://app.example.com", "https://other.example.com"]',
    'routes: ["nats-route://n1.example.com:6222", "nats-route://n2.example.com:6222", "nats-route://n3.example.com:6222"]',
    'verify: true',
    'max_file: 2000000000',
  ]) {
    expect(text).toContain(words);
  }
  expect(await readFile(join(dir, 'tokens.env'), 'utf8')).toContain('SLATE_PAGE_SERVER=wss://n1.example.com:9222');
  expect(made.said).toContain('Copy accounts.conf, tls/ and its own .conf');
});

it('says what is missing', async () => {
  const given = ['--host', 'a.example', '--cert', 'c.pem', '--cert-key', 'k.pem', '--origin', 'https://a.example'];
  const dir = join(home, 'missing');
  const without = (option: string) => given.filter((_, n) => given[n - (n % 2)] !== option);
  const cases: [string[], NodeJS.ProcessEnv, number, RegExp][] = [
    [['init', dir, ...without('--origin')], {}, 2, /needs --origin/],
    [['init', dir, ...without('--host')], {}, 2, /needs --host once, or --local/],
    [['init', dir, ...without('--cert')], {}, 2, /needs --cert and --cert-key, or --local/],
    [['init', dir, ...given], {}, 2, /c\.pem could not be read \(ENOENT\)/],
    [['init', dir, ...given, '--cluster', '3'], {}, 2, /needs --host 3 times/],
    [['init', dir, '--local', '--cluster', '2'], {}, 2, /--cluster must be 3/],
    [['init', dir, '--local', '--host', 'a b'], {}, 2, /is no name of a machine/],
    [['init', dir, '--local', '--origin', 'app.example.com'], {}, 2, /is no origin of pages/],
    [['init', dir, '--local', '--max-file', 'much'], {}, 2, /--max-file/],
    [['init', dir, '--local', '--set', 'WS_PORT=1'], {}, 2, /it has WS_LISTEN, NATS_LISTEN/],
    [['init', dir, dir, '--local'], {}, 2, /takes one folder/],
    [
      ['init', dir, '--local'],
      { PATH: '/nowhere' },
      1,
      /openssl, which makes certificates, is not on PATH\. Install it/,
    ],
    [['revoke', dir, '--all'], {}, 1, /which slate init writes, could not be read/],
    [['revoke', dir], {}, 2, /needs either --key or --all/],
    [['revoke', dir, '--key', 'SUAX'], {}, 2, /is no public key of a user/],
  ];
  for (const [args, env, code, words] of cases) {
    const ended = await slate(args, env);
    expect([ended.code, ended.told], args.join(' ')).toEqual([code, expect.stringMatching(words)]);
    expect(ended.told).not.toMatch(/\n\s+at /);
  }
  await expect(readdir(dir)).rejects.toThrow(/ENOENT/);
}, 60_000);
