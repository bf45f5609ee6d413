/** One nats-server on free ports of this machine, which never outlives its owner. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PortTakenError, ServerStartError } from '../../src/service/errors.js';
import { natsServer, restarted } from '../support/nats.js';

/** True where something listens on the port. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** True while the process runs; false for a zombie, whose parent has not read its exit code. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat !== undefined) return !/\) [ZX] /.test(stat);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The first message of the server to a WebSocket client. */
async function greeting(url: string): Promise<string> {
  const socket = new WebSocket(url);
  const [data] = (await once(socket, 'message')) as [Buffer];
  socket.terminate(); // nats-server answers a close without a code in a way that ws takes for an error
  return data.toString();
}

describe('a local server', () => {
  it('answers on its three listeners, and names its version', async () => {
    await using server = await natsServer();
    expect(await greeting(server.wsUrl)).toMatch(/^INFO \{/);
    expect(await listens(server.natsPort)).toBe(true);
    const about = (await (await fetch(`${server.monitorUrl}/varz`)).json()) as { version: string; host: string };
    expect(about).toMatchObject({ version: server.version, host: '127.0.0.1' });
    expect(server.output()).toContain('Server is ready');
  });

  it("adds the caller's text to its configuration", async () => {
    await using server = await natsServer({ config: 'max_payload: 4321', websocket: 'handshake_timeout: "3s"' });
    expect(await greeting(server.wsUrl)).toContain('"max_payload":4321');
  });

  it.each(['stop', 'kill'] as const)('leaves nothing running or listening after %s', async (how) => {
    const server = await natsServer();
    await server[how]();
    expect(await runs(server.pid)).toBe(false);
    for (const port of [server.wsPort, server.natsPort, server.monitorPort]) expect(await listens(port)).toBe(false);
    await expect(server.exited).resolves.toEqual(how === 'kill' ? null : expect.any(Number));
    await server.stop(); // again: harmless
  });

  it('comes back on the same ports', async () => {
    const first = await natsServer();
    await first.kill();
    await using second = await restarted(first);
    expect(second.wsUrl).toBe(first.wsUrl);
    expect(await greeting(first.wsUrl)).toMatch(/^INFO/);
  });

  it('keeps JetStream in the folder it is given', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'slate-store-'));
    {
      await using server = await natsServer({ storeDir });
      const jsz = await (await fetch(`${server.monitorUrl}/jsz`)).json();
      expect(jsz).toMatchObject({ config: { store_dir: join(storeDir, 'jetstream') } });
    }
    await access(join(storeDir, 'jetstream')); // the server has ended, what it stored is still there
    await rm(storeDir, { recursive: true });
  });

  it.each([
    ['wsPort', 'NATS WebSocket'],
    ['natsPort', 'NATS clients'],
    ['monitorPort', 'NATS monitoring'],
  ] as const)('names the port that is taken and the setting that moves it: %s', async (setting, listener) => {
    await using other = await natsServer();
    const port = other.natsPort;
    const error = await natsServer({ [setting]: port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortTakenError);
    expect(error).toMatchObject({ port, listener, setting });
    expect((error as Error).message).toContain(String(port));
  });

  it("shows the server's own output when it does not start", async () => {
    const start = natsServer({ config: 'max_payload: {' });
    await expect(start).rejects.toThrow(ServerStartError);
    await expect(start).rejects.toThrow(/Parse error/);
  });

  it('starts four at once', async () => {
    const servers = await Promise.all([1, 2, 3, 4].map(() => natsServer()));
    expect(new Set(servers.map(({ wsPort }) => wsPort)).size).toBe(4);
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('ends when its signal is aborted', async () => {
    const owner = new AbortController();
    const server = await natsServer({ signal: owner.signal });
    owner.abort();
    await server.exited;
    expect(await runs(server.pid)).toBe(false);
    await expect(natsServer({ signal: owner.signal })).rejects.toThrow('abort');
    const hasty = new AbortController();
    const start = natsServer({ signal: hasty.signal });
    hasty.abort(); // before there is a process
    await expect(start).rejects.toThrow('abort');
  });

  it.concurrent.for(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'does not outlive its owner, ended by %s',
    async (by, { expect }) => {
      const script = `
      import { importTypeScript } from './scripts/prepare.js';
      const { startNatsServer } = await importTypeScript('src/service/local-server.ts');
      console.log((await startNatsServer()).pid);`;
      const root = fileURLToPath(new URL('../..', import.meta.url));
      const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
      const pid = Number(line);
      expect(await runs(pid)).toBe(true);
      owner.kill(by);
      await expect.poll(() => runs(pid), { timeout: 10_000 }).toBe(false);
    },
  );
});
