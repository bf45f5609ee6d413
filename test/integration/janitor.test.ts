/** V8: `slate janitor` on a real server, with processes that are killed; what it prints, and how it ends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { type ConnectOptions, connect } from '../../src/bus/nats/connect.js';
import { decodePresence, encodeStates } from '../../src/protocol/presence-codec.js';
import { roomSubjects } from '../../src/protocol/subjects.js';
import { joinRoom } from '../../src/room/join.js';
import { startJanitor } from '../../src/service/index.js';
import type { Gone } from '../../src/service/janitor/types.js';
import { startConfigured, USER } from '../support/config-server.js';
import { JwtIssuer } from '../support/jwt.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { buildPrograms, type Program, type Programs } from '../support/program.js';
import { readBlocks } from '../support/snippets.js';
import { until, within } from '../support/wait.js';

const CLI = 'src/service/cli';
const MEMBER = 'test/support/member-program';
const SECONDS = 20_000;
const CONFIG = `
  accounts {
    APP { users = [ { user: page, password: p }, { user: slate_janitor, password: j } ] }
    SYS { users = [ { user: slate_system, password: s } ] }
  }
  system_account: SYS
`;
const JANITOR = ['janitor', '--user', 'slate_janitor', '--system-user', 'slate_system'];
const SECRETS = { SLATE_PASSWORD: 'j', SLATE_SYSTEM_PASSWORD: 's' };

let server: LocalServer;
let programs: Programs;
const buses: Bus[] = [];

beforeAll(async () => {
  server = await natsServer({ config: CONFIG });
  programs = await buildPrograms([CLI, MEMBER]);
});
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
});
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await server.stop();
});

async function client(options: ConnectOptions): Promise<Bus> {
  const bus = await connect(options);
  buses.push(bus);
  return bus;
}

const slate = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  programs.run(CLI, args, { SLATE_SERVERS: server.wsUrl, ...SECRETS, ...env });
const prints = (program: Program, pattern: RegExp) =>
  until(() => pattern.exec(program.stdout() + program.stderr()), { what: `${pattern}`, deadlineMs: SECONDS });
const watching = (program: Program) => prints(program, /Watching the connections of the account (\S+)/);
const ended = (program: Program) => within(program.ended, 'its end', SECONDS);

/** A member in a process of its own. */
async function member(wsUrl: string, project: string, { user, pass } = { user: 'page', pass: 'p' }) {
  const program = programs.run(MEMBER, [wsUrl, user, pass, project, 'ada']);
  await until(() => program.lines().length > 0, { what: 'a member that has joined', deadlineMs: SECONDS });
  return { id: Number(program.lines()[0]), kill: () => program.process.kill('SIGKILL') };
}

/** The clients that are reported in a project. */
function reports(bus: Bus, project: string): { by: number; client: number; clock: number }[] {
  const found: { by: number; client: number; clock: number }[] = [];
  bus.subscribe(roomSubjects(project).gone, ({ data }) => {
    const message = decodePresence(data);
    if (message.type === 'unreachable') found.push(message);
  });
  return found;
}

describe('slate janitor', () => {
  it('V8: reports a process that was killed, and nobody who is there; ends on SIGTERM', async () => {
    const program = slate([...JANITOR, '--json']);
    expect((await watching(program))[1]).toBe('APP');
    const bus = await client({ servers: server.wsUrl, user: 'page', pass: 'p' });
    const room = await joinRoom(bus, { project: 'p1', user: { id: 'bob', name: 'Bob' } });
    const found = reports(bus, 'p1');
    const ada = await member(server.wsUrl, 'p1');
    const stays = await member(server.wsUrl, 'p1');
    await until(() => room.members.some(({ sessions }) => sessions.length === 2));
    ada.kill();
    await until(() => found.length > 0, { what: 'a report', deadlineMs: SECONDS });
    await until(() => program.lines().length > 0, { what: 'a line', deadlineMs: SECONDS });
    expect(found).toMatchObject([{ by: 0, client: ada.id }]);
    expect(JSON.parse(program.lines()[0] ?? '')).toMatchObject({
      project: 'p1',
      client: ada.id,
      ms: expect.any(Number),
    });
    await room.leave();
    program.process.kill('SIGTERM');
    expect(await ended(program)).toBe(0);
    expect(program.stderr()).toMatch(/Stopped: 1 reported, of \d+ connections that ended; \d+ clients known\./);
    stays.kill();
  });

  it('V8: a member whose process was killed is shown as stale long before the others would find out', async () => {
    const program = slate(JANITOR);
    await watching(program);
    const bus = await client({ servers: server.wsUrl, user: 'page', pass: 'p' });
    const room = await joinRoom(bus, { project: 'dims', user: { id: 'bob', name: 'Bob' } });
    const found = reports(bus, 'dims');
    const isShown = (id: number, status?: string) =>
      room.members.some(({ sessions }) =>
        sessions.some((each) => each.client === id && (status === undefined || each.status === status)),
      );
    const ada = await member(server.wsUrl, 'dims');
    await until(() => isShown(ada.id), { what: 'a member that is seen', deadlineMs: SECONDS });
    ada.kill();
    await until(() => isShown(ada.id, 'stale'), { what: 'a member that is stale', deadlineMs: SECONDS });
    expect(found).toMatchObject([{ by: 0, client: ada.id }]); // the janitor came first
    await room.leave();
    program.process.kill('SIGTERM');
    expect(await ended(program)).toBe(0);
  });

  it('V8: goes on when it has lost its connections, and does without one of several janitors', async () => {
    const own = await natsServer({ config: CONFIG });
    const [one, two] = [slate([...JANITOR, '-s', own.wsUrl]), slate([...JANITOR, '-s', own.wsUrl])];
    await Promise.all([watching(one), watching(two)]);
    await own.kill();
    await using again = await restarted(own, { config: CONFIG });
    one.process.kill('SIGKILL');
    await one.ended;
    const bus = await client({ servers: again.wsUrl, user: 'page', pass: 'p' });
    const found = reports(bus, 'p1');
    await bus.flush();
    // Until the janitor is back, and has heard it, members die unseen.
    for (let tries = 0; tries < 10 && found.length === 0; tries++) {
      const ada = await member(again.wsUrl, 'p1');
      ada.kill();
      await until(() => found.length > 0, { what: 'a report', deadlineMs: 2_000 }).catch(() => undefined);
    }
    expect(found.length).toBeGreaterThan(0);
    two.process.kill('SIGTERM');
    expect(await ended(two)).toBe(0);
  });

  it.each([
    [[], 2, /--system-user or --system-creds/],
    [['--system-user', 'slate_system', '--probes', '1'], 2, /--probes/],
    [['--system-creds', '/nowhere/x.creds'], 2, /x\.creds, which could not be read/],
    [['--system-user', 'slate_system', '-s', 'ws://127.0.0.1:1'], 3, /127\.0\.0\.1:1/],
    [['--system-user', 'nobody'], 4, /authorization violation/],
    [['--system-user', 'slate_janitor', '--user', 'slate_system'], 4, /authorization violation/],
  ])('%j ends with %i', async (args, code, words) => {
    const program = slate(['janitor', ...args]);
    expect(await ended(program)).toBe(code);
    expect(program.stderr()).toMatch(words);
  });

  it('says that its system user is in another account', async () => {
    const program = slate(['janitor', '--user', 'slate_janitor', '--system-user', 'page'], {
      SLATE_SYSTEM_PASSWORD: 'p',
    });
    expect(await ended(program)).toBe(4);
    expect(program.stderr()).toMatch(/not in the system account.*--system-user/);
  });

  it('does with a system user who may hear of ends and nothing else, and a user who may not hear other janitors', async () => {
    await using own = await natsServer({
      config: `
        accounts {
          APP { users = [ { user: page, password: p }, { user: slate_janitor, password: j, permissions: {
            publish: ["slate.collab.alive.>", "slate.collab.gone.*"]
            subscribe: ["slate.collab.presence", "slate.collab.presence.>", "slate.inbox.slate_janitor.>"]
          } } ] }
          SYS { users = [ { user: slate_system, password: s, permissions: {
            publish: { deny: ">" }, subscribe: ["$SYS.ACCOUNT.*.DISCONNECT", "slate.inbox.slate_system.>"]
          } } ] }
        }
        system_account: SYS
      `,
    });
    const program = slate([...JANITOR, '--json', '-s', own.wsUrl]);
    await prints(program, /Watching the connections of all accounts/);
    const ada = await member(own.wsUrl, 'p1');
    ada.kill();
    await until(() => program.lines().length > 0, { what: 'a line', deadlineMs: SECONDS });
    expect(JSON.parse(program.lines()[0] ?? '')).toMatchObject({ client: ada.id });
    expect(program.stderr()).toMatch(/PermissionError.*slate\.collab\.gone/);
    program.process.kill('SIGTERM');
    expect(await ended(program)).toBe(0);
  });

  it('says that the users of the rooms are in no account, of which the server tells nothing', async () => {
    await using plain = await natsServer({
      config: `
        authorization { users = [ { user: slate_janitor, password: j } ] }
        accounts { $SYS { users = [ { user: slate_system, password: s } ] } }
      `,
    });
    const program = slate([...JANITOR, '-s', plain.wsUrl]);
    expect(await ended(program)).toBe(4);
    expect(program.stderr()).toMatch(/global account.*account of their own/);
  });
});

describe('the shipped configuration, with what docs/bus.md adds', () => {
  it('permits a janitor what it needs, and nobody else to report', async () => {
    const blocks = await readBlocks('docs/bus.md');
    const block = (name: string) => blocks.find((each) => each.name === name)?.code ?? '';
    const edit = (text: string) =>
      text
        .replace('authorization {', () => 'accounts { SLATE { jetstream: enabled')
        .replace('users = [', () => `users = [\n${block('janitor user')}`)
        .concat(`\n${block('janitor system')}\n}\nsystem_account: SYS\n`);
    await using shipped = await startConfigured('single', {}, 'slate', edit);
    const env = { SLATE_PASSWORD: 'janitor-secret', SLATE_SYSTEM_PASSWORD: 'system-secret' };
    const program = slate([...JANITOR, '-s', shipped.wsUrl], env);
    expect((await watching(program))[1]).toBe('SLATE');
    const page = await client({ servers: shipped.wsUrl, ...USER });
    const found = reports(page, 'p1');
    const ada = await member(shipped.wsUrl, 'p1', USER);
    ada.kill();
    await until(() => found.length > 0, { what: 'a report', deadlineMs: SECONDS });
    expect(found).toMatchObject([{ by: 0, client: ada.id }]);
    const refused = new Promise((resolve) => page.on('error', resolve));
    page.publish(roomSubjects('p1').gone, Uint8Array.of(0));
    expect(await within(refused, 'a refusal')).toMatchObject({
      name: 'PermissionError',
      subject: 'slate.collab.gone.p1',
    });
    program.process.kill('SIGTERM');
    expect(await ended(program)).toBe(0);
    expect(program.stderr()).not.toMatch(/Error/);
  });
});

describe('verified rooms', () => {
  it('V8, V9: of a server that knows users by JWT, the sessions of the user alone are looked at', async () => {
    const issuer = new JwtIssuer({}, ['>']);
    await using own = await natsServer({ config: issuer.config });
    const seed = issuer.seed;
    const folder = await mkdtemp(join(tmpdir(), 'slate-janitor-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const creds = async (name: string, jwt: string) => {
      const block = (what: string, text: string) => `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n`;
      const text = `${block('NATS USER JWT', jwt)}\n${block('USER NKEY SEED', seed)}`;
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const flags = [
      ...['--creds', await creds('janitor.creds', issuer.scopedJwt('janitor'))],
      ...['--system-creds', await creds('system.creds', issuer.systemJwt())],
    ];
    const program = slate(['janitor', '--json', ...flags, '-s', own.wsUrl]);
    await watching(program);
    const listener = await client({ servers: own.wsUrl, jwt: issuer.scopedJwt('eve'), seed });
    const found = reports(listener, 'p1');
    let probes = 0;
    const enter = async (user: string, id: number) => {
      const bus = await client({ servers: own.wsUrl, jwt: issuer.scopedJwt(user), seed });
      const { presence, aliveOwn } = roomSubjects('p1', undefined, user);
      bus.subscribe(aliveOwn(id), () => probes++);
      const terms = { activity: 'active', kind: 'slate', leaseMs: 60_000, ageMs: 0 } as const;
      bus.publish(presence, encodeStates([{ client: id, clock: 3, state: { user: { id: user, name: user } }, terms }]));
      await bus.flush();
      return bus;
    };
    const ada = await enter('ada', 1);
    await enter('bob', 2);
    await ada.close();
    await until(() => found.length > 0, { what: 'a report', deadlineMs: SECONDS });
    expect(found).toEqual([{ type: 'unreachable', by: 0, client: 1, clock: 3 }]);
    await until(() => program.lines().length > 0, { what: 'a line', deadlineMs: SECONDS });
    expect(JSON.parse(program.lines()[0] ?? '')).toMatchObject({ project: 'p1', user: 'ada', client: 1 });
    expect(probes).toBe(0);
    program.process.kill('SIGTERM');
    expect(await ended(program)).toBe(0);
  });
});

it('a program can have a janitor inside', async () => {
  const [bus, system] = [
    await client({ servers: server.wsUrl, user: 'slate_janitor', pass: 'j' }),
    await client({ servers: server.wsUrl, user: 'slate_system', pass: 's' }),
  ];
  const gone: Gone[] = [];
  await using janitor = await startJanitor(bus, system, { onGone: (each) => gone.push(each) });
  const ada = await member(server.wsUrl, 'p9');
  await until(() => janitor.stats.clients > 0, { what: 'the member heard', deadlineMs: SECONDS });
  ada.kill();
  await until(() => gone.length > 0, { what: 'a report', deadlineMs: SECONDS });
  expect(gone).toMatchObject([{ project: 'p9', user: undefined, client: ada.id }]);
});
