/**
 * The `slate` command as a process, on a real server with real rooms: what it prints and how it ends.
 * Past 300 lines: one server with rooms, and each command on it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { NoRespondersError } from '../../src/errors.js';
import { publishProjectEvent } from '../../src/events/project.js';
import { joinRoom } from '../../src/room/join.js';
import type { Room } from '../../src/room/types.js';
import { enqueue, type LocalServer, worker } from '../../src/service/index.js';
import { natsServer } from '../support/nats.js';
import { freePort } from '../support/ports.js';
import { buildPrograms, type Program, type Programs } from '../support/program.js';
import { until, within } from '../support/wait.js';

const CLI = 'src/service/cli';
/** The server soon disconnects a client that does not read. */
const CONFIG = 'max_payload: 200KB, max_pending: 200KB, write_deadline: "200ms", server_name: SBX01';

let server: LocalServer;
let bus: Bus;
let programs: Programs;
const rooms: Room[] = [];
const buses: Bus[] = [];

beforeAll(async () => {
  server = await natsServer({ config: CONFIG, jetstream: true });
  bus = await connect({ servers: server.wsUrl, name: 'test' });
  programs = await buildPrograms([CLI]);
});

afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.leave()));
  await Promise.all(buses.splice(0).map((each) => each.close()));
});

afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await bus.close();
  await server.stop();
});

async function join(project: string, name: string): Promise<Room> {
  const own = await connect({ servers: server.wsUrl, name });
  buses.push(own);
  const room = await joinRoom(own, { project, file: 'src/main.ts', user: { id: name.toLowerCase(), name } });
  rooms.push(room);
  return room;
}

const slate = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  programs.run(CLI, args, { SLATE_SERVERS: server.wsUrl, SLATE_MONITORS: server.monitorUrl, ...env });
const prints = (program: Program, pattern: RegExp) =>
  until(() => pattern.exec(program.stdout() + program.stderr())?.[0], { what: `${pattern}`, deadlineMs: 15_000 });
const listening = (program: Program) => prints(program, /Listening at/);

/** Runs the command in a terminal. */
function terminal(args: string[], [rows, columns] = [30, 100]) {
  const command = [process.execPath, programs.path(CLI), ...args].map((part) => `'${part}'`).join(' ');
  const wrapped = `stty rows ${rows} cols ${columns}; ${command}; echo "exit=$?"`;
  const script =
    process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', wrapped] : ['-qfc', wrapped, '/dev/null'];
  const child = spawn('script', script, { env: { ...process.env, TERM: 'xterm', NO_COLOR: undefined } });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk;
  });
  return { child, screen: () => screen, type: (keys: string) => child.stdin.write(keys) };
}

describe('slate tail', () => {
  it('prints the events of two rooms, their bytes decoded', async () => {
    const program = slate(['tail', 'slate.>']);
    await prints(program, /Rooms ask questions here/);
    await listening(program);
    const [ada, , bob] = [await join('p1', 'Ada'), await join('p1', 'Grace'), await join('p2', 'Bob')];
    ada.setLocation('line 12');
    for (const percent of [25, 30, 40]) {
      ada.pointer.move({ x: percent / 100, y: 0.5, anchor: '#canvas' }); // later batches have the anchor's number alone
      await prints(program, new RegExp(`to ${percent}\\.0 %, 50\\.0 % of #canvas`));
    }
    await publishProjectEvent(
      { type: 'updated', projectId: 'p1', userId: 'ada', timestamp: Date.now(), data: { name: 'Rocket\x1b[2J' } },
      { bus },
    );
    bus.publish('slate.test', { hello: 'world' });
    bus.publish('slate.collab.presence.p2', Uint8Array.of(0, 99));
    await bob.leave();
    await prints(program, /p2 {2}state {2}client \d+ has left/);
    await prints(program, /slate\.test/);
    await prints(program, /presence\.p2 {2}bad/);
    const text = program.stdout();
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}slate\.collab\.presence\.p1 {2}state {2}client \d+ is "Grace" \(grace\)/m,
    );
    expect(text).toMatch(/slate\.collab\.presence\.p1 {2}state {2}client \d+ is "Ada" \(ada\) at line 12/);
    expect(text).toMatch(/slate\.collab\.joined\.p2 {2}userId=bob/);
    expect(text).toMatch(
      /batch\.p1\.src\/main%2Ets {2}cursors {2}client \d+ \d points? to .0\.0 %, 50\.0 % of #canvas/,
    );
    expect(text).toMatch(/slate\.project\.updated\.p1 {2}userId=ada name="Rocket\\u001b\[2J"$/m);
    expect(text).toMatch(/slate\.test {2}\{"hello":"world"\}$/m);
    expect(text).toMatch(
      /presence\.p2 {2}bad {2}A message was refused \(bytes\): message kind 99 is not known\. 0063$/m,
    );
    expect(text).not.toContain('\x1b'); // no terminal, no colour
    expect(text).not.toContain('probe');
    program.process.kill('SIGINT');
    expect(await within(program.ended, 'the end')).toBe(0);
  });

  it('without a subject, subscribes to all but the questions of rooms, so that no room waits for it', async () => {
    const program = slate(['tail']);
    await listening(program);
    for (const subject of ['slate.collab.sync', 'slate.collab.sync.p9', 'slate.collab.alive.p9.17']) {
      await expect(bus.request(subject, {}, 2000)).rejects.toThrow(NoRespondersError);
    }
    const subjects = [
      'slate.test',
      'slate.runtime.log.s1',
      'slate.collab.presence',
      'slate.collab.joined.p9',
      'slate.dead.a.b',
    ];
    for (const subject of subjects) bus.publish(subject, {});
    await prints(program, /slate\.dead/);
    expect(program.lines().map((line) => line.split(/ +/)[1])).toEqual(subjects);
    program.process.kill('SIGINT');
    expect(await within(program.ended, 'the end')).toBe(0);
  });

  it('leaves out the answers to others, unless it is asked for them', async () => {
    const everything = slate(['tail', 'slate.>', '--all']);
    const quiet = slate(['tail', 'slate.>']);
    const inboxes = slate(['tail', 'slate.inbox.>']);
    for (const program of [everything, quiet, inboxes]) await listening(program);
    const answering = bus.subscribe('slate.ask', (message) => message.respond({ said: 'yes' }));
    expect((await bus.request('slate.ask', {}, 2000)).json()).toEqual({ said: 'yes' });
    bus.publish('slate.after', {});
    answering.unsubscribe();
    for (const program of [everything, inboxes]) await prints(program, /slate\.inbox\.\S+ {2}said=yes|{"said":"yes"}/);
    await prints(quiet, /slate\.after/);
    expect(quiet.stdout()).not.toContain('slate.inbox');
    for (const program of [everything, quiet, inboxes]) program.process.kill('SIGINT');
    await within(Promise.all([everything.ended, quiet.ended, inboxes.ended]), 'the end of all');
    expect(quiet.stderr()).toMatch(/answers are not shown; --all shows them/);
  });

  it('prints JSON, ends after a count, and prints a message once though two of its subjects match', async () => {
    const program = slate(['tail', 'slate.json.>', 'slate.json.a', '--json', '-n', '3']);
    await listening(program);
    bus.publish('slate.json.a', { n: 1 });
    bus.publish('slate.json.b', Uint8Array.of(255), { reply: 'slate.inbox.x' });
    bus.publish('slate.json.c', 'te\u009b2Jxt\u202e'); // unsafe on a terminal
    expect(await within(program.ended, 'the end')).toBe(0);
    expect(program.stdout()).not.toMatch(/[\u0080-\u009f\u202e]/);
    const lines = program.lines().map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { subject: 'slate.json.a', kind: 'json', bytes: 7, data: { n: 1 } },
      { subject: 'slate.json.b', kind: 'bytes', bytes: 1, data: 'ff', reply: 'slate.inbox.x' },
      { subject: 'slate.json.c', kind: 'json', data: 'te\u009b2Jxt\u202e' },
    ]);
    expect(new Date(lines[0].time).toISOString()).toBe(lines[0].time);
  });

  it('notes when the connection is lost and when it is back, and goes on', async () => {
    await using own = await natsServer();
    const program = slate(['tail', '-s', own.wsUrl]);
    await listening(program);
    await own.kill();
    await prints(program, /The connection is lost/);
    await using again = await natsServer({ wsPort: own.wsPort });
    await prints(program, /Connected again/);
    const other = await connect({ servers: again.wsUrl });
    buses.push(other);
    await until(
      () => {
        other.publish('slate.test', { after: true });
        return program.stdout().includes('{"after":true}');
      },
      { what: 'a message after' },
    );
    program.process.kill('SIGTERM');
    expect(await within(program.ended, 'the end')).toBe(0);
  });

  it('ends without an error when the reader of its output ends', async () => {
    const program = slate(['tail']);
    await listening(program);
    program.process.stdout?.destroy();
    expect(program.process.exitCode).toBeNull();
    await until(
      () => {
        bus.publish('slate.test', {});
        return program.process.exitCode !== null;
      },
      { what: 'its end' },
    );
    expect(program.process.exitCode).toBe(0);
    expect(program.stderr()).not.toMatch(/slate:|EPIPE/);
  });

  it('goes on when the reader of its notes ends', async () => {
    const program = slate(['tail', 'slate.deaf']);
    program.process.stderr?.destroy();
    await until(
      () => {
        bus.publish('slate.deaf', {});
        return program.lines().length > 1;
      },
      { what: 'messages', deadlineMs: 15_000 },
    );
    program.process.kill('SIGINT');
    expect(await within(program.ended, 'the end')).toBe(0);
  });

  it('fails when its output cannot be written', async () => {
    const cli = `'${programs.path(CLI)}'`;
    const command = `'${process.execPath}' ${cli} config single 1< ${cli}`; // its output is a file open for reading
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      words += chunk;
    });
    expect((await once(child, 'close'))[0]).toBe(1);
    expect(words).toMatch(/^slate: EBADF/);
  });

  it('has an exit code and a message for each error', async () => {
    await using strict = await natsServer({ config: 'authorization { user: ops, password: right }' });
    await using full = await natsServer({ config: 'max_connections: 1' });
    const only = await connect({ servers: full.wsUrl });
    buses.push(only);
    const port = await freePort();
    const cases: [string[], NodeJS.ProcessEnv, number, RegExp][] = [
      [['tail', '-s', `ws://127.0.0.1:${port}`], {}, 3, /^slate: No NATS server answered at ws:/],
      [['tail', '-s', strict.wsUrl, '-u', 'ops'], { SLATE_PASSWORD: 'wrong' }, 4, /authorization violation/],
      [['tail', '-s', full.wsUrl], {}, 4, /maximum connections exceeded/],
      [['tail', '-s', 'nats://127.0.0.1:4222'], {}, 2, /must be the server's WebSocket listener/],
      [['tail', 'slate..x'], {}, 2, /empty token/],
      [['tail', '-n', '0'], {}, 2, /--count/],
      [['tail', '--colour'], {}, 2, /Unknown option/],
      [['tial'], {}, 2, /no command "tial"/],
      [[], {}, 2, /slate <command>/],
      [['top', '-m', `http://127.0.0.1:${port}`], {}, 3, /monitoring page .*could not be read: ECONNREFUSED/],
      [['top', '-m', server.wsUrl], {}, 2, /is not an address/],
      [['config', 'triple'], {}, 2, /single, cluster-two, cluster-three/],
    ];
    const check = async ([args, env, code, words]: (typeof cases)[number]) => {
      const program = slate(args, env);
      expect(await within(program.ended, `the end of ${args}`, 20_000), args.join(' ')).toBe(code);
      expect(program.stderr()).toMatch(words);
      expect(program.stderr()).not.toMatch(/\n\s+at /); // no stack
      expect(program.stdout()).toBe('');
    };
    await Promise.all(cases.map(check));
    const right = slate(['tail', '-s', strict.wsUrl, '-u', 'ops'], { SLATE_PASSWORD: 'right' });
    await listening(right);
    right.process.kill('SIGINT');
    expect(await right.ended).toBe(0);
  });

  it('describes itself', async () => {
    const cases = [
      [['--help'], /tail +prints.*\n +top +shows/],
      [['tail', '--help'], /SLATE_SERVERS/],
      [['top', '-h'], /Ctrl-C/],
      [['init', '--help'], /--local[\s\S]+--origin/],
      [['tokens', '--help'], /--authorize[\s\S]+SLATE_SIGNING_SEED/],
      [['revoke', '-h'], /--key[\s\S]+--all/],
      [['docs', '--help'], /--creds/],
      [['--version'], /^\d+\.\d+\.\d+\n$/],
      [['config', 'single', '--set', 'WS_LISTEN=127.0.0.1:9333'], /WS_LISTEN: "127.0.0.1:9333"/],
    ] as const;
    const check = async ([args, words]: (typeof cases)[number]) => {
      const program = slate([...args]);
      expect(await program.ended).toBe(0);
      expect(program.stdout()).toMatch(words);
    };
    await Promise.all(cases.map(check));
  });
});

/** A client that subscribes and then reads nothing, until the server disconnects it. */
async function slowConsumer(): Promise<void> {
  const socket = dial(server.natsPort, '127.0.0.1');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('CONNECT {"verbose":false,"name":"sleeper"}\r\nSUB slate.flood 1\r\nPING\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  socket.on('error', () => socket.destroy());
  const block = new Uint8Array(100_000);
  const slow = async () => {
    bus.publish('slate.flood', block);
    const page = (await (await fetch(`${server.monitorUrl}/varz`)).json()) as { slow_consumers: number };
    return page.slow_consumers > 0;
  };
  await until(slow, { what: 'a slow consumer', deadlineMs: 20_000 });
  socket.destroy();
}

describe('slate top', () => {
  it('measures once for a script: connections, rates, subscriptions and durable jobs', async () => {
    await using crew = await worker('slate.top.jobs', () => new Promise(() => undefined), {
      bus,
      durable: true,
      graceMs: 0,
    });
    await enqueue('slate.top.jobs', {}, { bus });
    await enqueue('slate.top.jobs', {}, { bus });
    await until(() => crew.running === 1, { what: 'the job' });
    const traffic = setInterval(() => bus.publish('slate.noise', {}), 5);
    const program = slate(['top', '--once', '--json', '-i', '0.2']);
    const text = slate(['top', '--once', '-i', '0.2']);
    expect(await within(program.ended, 'the end', 10_000)).toBe(0);
    clearInterval(traffic);
    const load = JSON.parse(program.stdout());
    expect(load.servers).toMatchObject([{ name: 'SBX01', version: server.version, monitor: server.monitorUrl }]);
    expect(load.total.connections).toBeGreaterThanOrEqual(1);
    expect(load.total.subscriptions).toBeGreaterThan(0);
    expect(load.total.rates.inMessages).toBeGreaterThan(0);
    expect(load.connections[0]).toMatchObject({ name: 'test', server: 'SBX01' });
    expect(load.queues).toContainEqual({
      stream: 'slate-top-jobs',
      queue: 'workers',
      waiting: 1,
      running: 1,
      again: 0,
    });
    expect(load.faults).toEqual([]);
    expect(await within(text.ended, 'the end', 10_000)).toBe(0);
    expect(text.stdout()).toMatch(/^slate top .* connections? .*0 slow consumers/);
    expect(text.stdout()).not.toContain('\x1b');
  });

  it('shows a slow consumer that the server disconnects, and a server that cannot be read', async () => {
    const port = await freePort();
    const program = slate(['top', '--json', '-i', '0.2', '-m', server.monitorUrl, '-m', `http://127.0.0.1:${port}`]);
    const loads = () => program.lines().flatMap((line) => (line.endsWith('}') ? [JSON.parse(line)] : []));
    await until(() => loads().length > 0, { what: 'a reading', deadlineMs: 10_000 });
    await slowConsumer();
    // The pages of one reading are not of one instant: the counter may follow the error.
    const shown = () => loads().find(({ faults, total }) => faults.length > 0 && total.slowConsumers > 0);
    const load = await until(shown, { what: 'the error', deadlineMs: 10_000 });
    expect(load.faults[0]).toMatchObject({
      name: 'sleeper',
      server: 'SBX01',
      reason: expect.stringMatching(/^Slow Consumer/),
    });
    expect(load.servers[1]).toEqual({ monitor: `http://127.0.0.1:${port}`, error: 'ECONNREFUSED' });
    program.process.kill('SIGTERM');
    expect(await within(program.ended, 'the end')).toBe(0);
  });

  it('in a terminal, draws again and again on a screen of its own, in colour, and restores the terminal', async () => {
    const { child, screen, type } = terminal(['top', '-i', '0.1', '-m', server.monitorUrl]);
    const pictures = () => screen().split('\x1b[H').length - 1;
    await until(() => pictures() >= 3, { what: 'three pictures', deadlineMs: 15_000 });
    expect(screen()).toContain('\x1b[?1049h\x1b[?25l');
    expect(screen()).toContain('\x1b[1mslate top\x1b[0m');
    const [picture = ''] = screen().split('\x1b[H').slice(-2);
    expect(picture).toMatch(/SBX01 +\d+\.\d+\.\d+ /);
    expect(picture.split('\r\n').length).toBeLessThanOrEqual(30);
    type('q');
    await until(() => screen().includes('exit=0'), { what: 'its end', deadlineMs: 5000 });
    expect(screen().split('\x1b[H').at(-1)).toContain('\x1b[?25h\x1b[?1049l'); // after the last picture
    child.kill();
  });

  it('draws in a terminal whose size is unknown', async () => {
    const { child, screen, type } = terminal(['top', '-m', server.monitorUrl], [0, 0]);
    await until(() => screen().includes('SERVER'), { what: 'a picture', deadlineMs: 15_000 });
    type('q');
    await until(() => screen().includes('exit=0'), { what: 'its end' });
    child.kill();
  });
});
