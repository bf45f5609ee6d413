/** The servers, each in its own process on a free port of 127.0.0.1, with its store in a folder that outlives it. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, Empty, JSONCodec } from 'nats.ws';
import { startNatsServer } from '../../../src/service/local-server.js';
import { end, start } from '../children.js';
import { installGlobalSocket } from '../socket.js';
import type { ServerKind } from './adapter.js';

/** What was given to the store since the server began, as payloads, and in how many writes. */
export interface Stored {
  readonly bytes: number;
  readonly writes: number;
}

export interface DocumentServer {
  readonly url: string;
  readonly pid: number;
  stored(): Promise<Stored>;
  stop(): Promise<void>;
}

/** Said of nats-server in the report, once one ran. */
export let natsVersion = '';

const folders = new Set<string>();
const running = new Set<DocumentServer>();

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slate-bench-'));
  folders.add(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

export async function stopServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

async function nodeServer(file: string, folder: string): Promise<DocumentServer> {
  const { child, first } = await start(file, [folder]);
  const { port } = first as { port: number };
  return {
    url: `ws://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stored: () => askStored(child),
    stop: () => end(child),
  };
}

function askStored(child: ChildProcess): Promise<Stored> {
  return new Promise((resolve) => {
    child.once('message', (stored) => resolve(stored as Stored));
    child.send('stored');
  });
}

async function natsServer(folder: string): Promise<DocumentServer> {
  const server = await startNatsServer({ storeDir: folder });
  natsVersion = server.version;
  return {
    url: server.wsUrl,
    pid: server.pid,
    stored: () => storedInStreams(server.wsUrl),
    stop: () => server.stop(),
  };
}

interface StreamList {
  readonly streams?: readonly { readonly config: { readonly name: string }; readonly state: StreamState }[] | null;
}

interface StreamState {
  readonly messages: number;
  /** With subjects, headers and 22 bytes for each message. */
  readonly bytes: number;
  readonly first_seq: number;
  readonly last_seq: number;
}

/** Payloads of the messages are asked for one by one, in streams of up to so many; larger ones say their own bytes. */
const ASKED = 256;

async function storedInStreams(url: string): Promise<Stored> {
  installGlobalSocket();
  const codec = JSONCodec();
  const connection = await connect({ servers: url });
  try {
    const api = async (call: string, body?: unknown) =>
      codec.decode((await connection.request(`$JS.API.${call}`, body ? codec.encode(body) : Empty)).data);
    const { streams } = (await api('STREAM.LIST')) as StreamList;
    let bytes = 0;
    let writes = 0;
    for (const { config, state } of streams ?? []) {
      writes += state.messages;
      if (state.messages > ASKED) {
        bytes += state.bytes;
        continue;
      }
      for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
        const answer = (await api(`STREAM.MSG.GET.${config.name}`, { seq })) as { message?: { data?: string } };
        bytes += Buffer.from(answer.message?.data ?? '', 'base64').length;
      }
    }
    return { bytes, writes };
  } finally {
    await connection.close();
  }
}

const starters: Record<ServerKind, (folder: string) => Promise<DocumentServer>> = {
  nats: natsServer,
  'y-websocket': (folder) => nodeServer('y-websocket-server.js', folder),
  hocuspocus: (folder) => nodeServer('hocuspocus-server.js', folder),
};

export async function startServer(kind: ServerKind, folder = newFolder()): Promise<DocumentServer> {
  const server = await starters[kind](folder);
  const tracked: DocumentServer = {
    ...server,
    async stop() {
      running.delete(tracked);
      await server.stop();
    },
  };
  running.add(tracked);
  return tracked;
}

/** Bytes of the files in a folder, as they are on the disk. */
export function bytesOnDisk(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** Resident memory of a process in bytes; NaN on a system without /proc. */
export function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  } catch {
    return Number.NaN;
  }
}
