/** What one keystroke takes on the line of who types, and of another person; and what it leaves in the history. */
import { Worker } from '../../children.js';
import { sleep } from '../../clock.js';
import type { DocumentSystem } from '../adapter.js';
import { countingProxy } from '../counting-proxy.js';
import { bytesOnDisk, type DocumentServer, newFolder, startServer } from '../servers.js';
import type { DocumentOps } from '../worker.js';

export interface BytesResult {
  readonly system: string;
  readonly round: number;
  /** Bytes of payload a keystroke: sent by who types, and received by another. */
  readonly payloadUp: number;
  readonly payloadDown: number;
  /** Bytes on the TCP connection a keystroke, both directions together: of who types, and of another. */
  readonly typistLine: number;
  readonly otherLine: number;
}

export interface HistoryResult {
  readonly system: string;
  readonly round: number;
  /** What 20 keystrokes within a second gave to the store. */
  readonly burstBytes: number;
  readonly burstWrites: number;
  /** What a typist gave to the store, for each second of typing, and for how many seconds that was measured. */
  readonly bytesPerSecond: number;
  readonly writesPerSecond: number;
  readonly diskPerSecond: number;
  readonly seconds: number;
}

const TYPING = { everyMs: 125, times: 40 };
const BURST = { everyMs: 40, times: 20 };
/** After this, a key's consequences are over, acknowledgements and merged saves included. */
const SETTLE_MS = 1500;
/** Hocuspocus stores 2 s after the last change, and 10 s after the first one at the latest. */
const STORED_MS = 3000;

export async function bytes(system: DocumentSystem, url: string, round: number): Promise<BytesResult> {
  await using near = await countingProxy(url);
  await using far = await countingProxy(url);
  const typist = await Worker.start<DocumentOps>();
  const other = await Worker.start<DocumentOps>();
  try {
    await typist.call('open', system.id, near.url, 'bytes', [0], true);
    await other.call('open', system.id, far.url, 'bytes', [1], true);
    await typist.call('type', TYPING.everyMs, 1); // the first key names the text, and is longer
    await sleep(SETTLE_MS);
    const look = async () => ({
      up: (await typist.call('payload')).up,
      down: (await other.call('payload')).down,
      near: near.counts().up + near.counts().down,
      far: far.counts().up + far.counts().down,
    });
    const before = await look();
    await typist.call('type', TYPING.everyMs, TYPING.times);
    await sleep(SETTLE_MS);
    const after = await look();
    return {
      system: system.id,
      round,
      payloadUp: (after.up - before.up) / TYPING.times,
      payloadDown: (after.down - before.down) / TYPING.times,
      typistLine: (after.near - before.near) / TYPING.times,
      otherLine: (after.far - before.far) / TYPING.times,
    };
  } finally {
    await typist.end();
    await other.end();
  }
}

/** `seconds`: how long one person types. */
export async function history(system: DocumentSystem, round: number, seconds: number): Promise<HistoryResult> {
  const folder = newFolder();
  const server: DocumentServer = await startServer(system.server, folder);
  const typist = await Worker.start<DocumentOps>();
  const settled = async () => {
    await typist.call('save');
    await sleep(STORED_MS);
    return server.stored();
  };
  try {
    await typist.call('open', system.id, server.url, 'history', [0]);
    await typist.call('type', BURST.everyMs, 1);
    const start = await settled();
    await typist.call('type', BURST.everyMs, BURST.times);
    const burst = await settled();
    const disk = bytesOnDisk(folder);
    await typist.call('type', TYPING.everyMs, (seconds * 1000) / TYPING.everyMs);
    const typed = await settled();
    return {
      system: system.id,
      round,
      burstBytes: burst.bytes - start.bytes,
      burstWrites: burst.writes - start.writes,
      bytesPerSecond: (typed.bytes - burst.bytes) / seconds,
      writesPerSecond: (typed.writes - burst.writes) / seconds,
      diskPerSecond: (bytesOnDisk(folder) - disk) / seconds,
      seconds,
    };
  } finally {
    await typist.end();
    await server.stop();
  }
}
