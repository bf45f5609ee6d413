/** `npm start`, as a newcomer runs it, on free ports: what it prints, what it serves, and that it stops completely. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, connect as dial } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { openDocument } from '../../src/documents/open.js';
import type { SharedDocument } from '../../src/documents/types.js';
import { natsServer } from '../support/nats.js';
import { freePort } from '../support/ports.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FREE = { PORT: '0', SLATE_WS_PORT: '0', SLATE_NATS_PORT: '0', SLATE_MONITOR_PORT: '0' };
const started: ChildProcess[] = [];

interface Run {
  child: ChildProcess;
  output(): string;
  /** The first match in its output; rejects if it ends without one. */
  printed(pattern: RegExp): Promise<string>;
  ended: Promise<number | null>;
}

function npm(script: string, env: NodeJS.ProcessEnv): Run {
  const { NODE_ENV, VITEST, ...clean } = process.env; // a newcomer's shell has neither
  const child = spawn('npm', ['run', script], { cwd: root, env: { ...clean, ...FREE, ...env }, detached: true });
  started.push(child);
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      text += `${line}\n`;
      for (const check of waiting) check();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const printed = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        const match = pattern.exec(text);
        if (match) resolve(match[1] ?? match[0]);
      };
      waiting.add(check);
      check();
      void ended.then(() => reject(new Error(`It ended without printing ${pattern}:\n${text}`)));
    });
  return { child, output: () => text, printed, ended };
}

afterEach(() => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
  }
});

function listens(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial({ host: '127.0.0.1', port: Number(new URL(url).port) });
    socket.once('connect', () => socket.destroy());
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
}

describe('npm start', { timeout: 60_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves the page and starts a server, and stops both on %s', async (by) => {
    const run = npm('start', {});
    const page = await run.printed(/(http:\/\/127\.0\.0\.1:\d+\/)\n/);
    const ws = await run.printed(/NATS for browsers +(\S+)/);
    const nats = await run.printed(/NATS for programs +(\S+)/);
    const monitor = await run.printed(/NATS monitoring +(\S+)/);
    expect(run.output()).toMatch(/Using nats-server \d+\.\d+\.\d+ from .*: \//);

    const html = await (await fetch(page)).text();
    expect(html).toContain('<slate-room');
    const [, script] = /<script type="module"[^>]* src="\/([^"]+)"/.exec(html) ?? [];
    const code = await (await fetch(`${page}${script}`)).text();
    expect(code).toContain('slate-avatars');
    expect(code).not.toContain('dev-mode'); // the development build of Lit contains it
    expect(await (await fetch(`${page}slate.json`)).json()).toMatchObject({ servers: [ws] });
    expect(await (await fetch(`${page.replace('127.0.0.1', 'localhost')}slate.json`)).json()).toMatchObject({
      servers: [ws],
    });
    expect(await (await fetch(`${monitor}/jsz`)).json()).not.toHaveProperty('disabled');
    expect(await listens(ws)).toBe(true);

    run.child.kill(by);
    await run.ended; // npm and its children have closed their output, so none of them runs
    expect(run.output()).toContain('Stopped.');
    for (const url of [page, ws, nats, monitor]) expect(await listens(url)).toBe(false);
  });

  it('keeps the note of the demo through a restart', async () => {
    const port = await freePort();
    const storeDir = `${root}.cache/jetstream-${port}`;
    onTestFinished(() => rm(storeDir, { recursive: true, force: true }));
    /** Starts everything, uses the note, and stops everything. */
    const withNote = async (use: (note: SharedDocument) => unknown) => {
      const run = npm('start', { SLATE_NATS_PORT: String(port) });
      await run.printed(/Ctrl-C/);
      const bus = await connect({ servers: await run.printed(/NATS for browsers +(\S+)/) });
      const note = await openDocument(bus, { project: 'demo', name: '' });
      await use(note);
      await note.close();
      await bus.close();
      run.child.kill('SIGINT');
      await run.ended;
    };
    await withNote((note) => note.doc.getText('notes').insert(0, 'Night.'));
    await withNote((note) => expect(String(note.doc.getText('notes'))).toBe('Night.'));
  });

  it('stops everything when npm is killed', async () => {
    const run = npm('start', {});
    await run.printed(/Ctrl-C/);
    const ws = await run.printed(/NATS for browsers +(\S+)/);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(await listens(ws)).toBe(false);
  });

  it('uses a running deployment instead of starting a server', async () => {
    await using server = await natsServer();
    const run = npm('start', { SLATE_SERVERS: `${server.wsUrl},wss://second.example` });
    const page = await run.printed(/(http:\/\/127\.0\.0\.1:\d+\/)\n/);
    const { servers } = (await (await fetch(`${page}slate.json`)).json()) as { servers: string[] };
    expect(servers).toEqual([server.wsUrl, 'wss://second.example']);
    await run.printed(/Ctrl-C/);
    expect(run.output()).not.toContain('Using nats-server');
    expect(run.output()).toContain(`NATS for browsers  ${server.wsUrl},wss://second.example\n\n`);
    run.child.kill('SIGINT');
    await run.ended;
    expect(await listens(server.wsUrl)).toBe(true);
  });

  it.each([
    ['PORT', 'the page'],
    ['SLATE_WS_PORT', 'NATS WebSocket'],
    ['SLATE_NATS_PORT', 'NATS clients'],
    ['SLATE_MONITOR_PORT', 'NATS monitoring'],
  ])(
    'names the port that is in use and the setting %s that changes it, and exits with code 1',
    async (setting, what) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      const run = npm('start', { [setting]: String(port) });
      expect(await run.ended).toBe(1);
      expect(run.output()).toContain(`Port ${port} (${what}) is in use`);
      expect(run.output()).toContain(`${setting}=<port>`);
      other.close();
    },
  );

  it.each([
    ['phone', 'HOST is "phone", which is not an address of this computer'],
    ['203.0.113.9', 'HOST is 203.0.113.9: this computer has no such address.'],
  ])('refuses HOST=%s, at which it cannot listen', async (HOST, words) => {
    const run = npm('start', { HOST });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(words);
  });

  it('refuses a setting that is not a port', async () => {
    const run = npm('start', { SLATE_WS_PORT: '92222' });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('SLATE_WS_PORT is "92222", which is not a port number');
  });
});

describe('npm run dev', () => {
  it('serves the sources with the same address of the server', async () => {
    const run = npm('dev', {});
    const page = await run.printed(/(http:\/\/127\.0\.0\.1:\d+\/)\n/);
    const ws = await run.printed(/NATS for browsers +(\S+)/);
    expect(await (await fetch(page)).text()).toContain('/@vite/client');
    expect(await (await fetch(`${page}slate.json`)).json()).toMatchObject({ servers: [ws] });
    await run.printed(/Ctrl-C/);
    run.child.kill('SIGINT');
    await run.ended;
    for (const url of [page, ws]) expect(await listens(url)).toBe(false);
  });
});
