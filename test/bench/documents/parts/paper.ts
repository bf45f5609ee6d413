/** A whole paper in the store of a system: how it comes there, and how long a session takes that opens it. */
import { cpSync } from 'node:fs';
import { Worker } from '../../children.js';
import { now, sleep } from '../../clock.js';
import type { DocumentSystem } from '../adapter.js';
import { countingProxy } from '../counting-proxy.js';
import { bytesOnDisk, memoryOf, newFolder, startServer } from '../servers.js';
import type { DocumentOps, Joined } from '../worker.js';

export interface Paper {
  readonly folder: string;
  readonly name: string;
  /** Characters at the end, and their checksum. */
  readonly length: number;
  readonly checksum: string;
  /** Bytes of the state as one V2 update, and of the store on the disk. */
  readonly state: number;
  readonly onDisk: number;
}

export interface JoinResult {
  readonly system: string;
  readonly round: number;
  /** `cold`: the server has just started and nobody has the document open; `warm`: somebody has it open. */
  readonly how: 'cold' | 'warm';
  /** Milliseconds to the whole text, in a new process; undefined: never, or another text. */
  readonly held: number | undefined;
  readonly synced: number;
  /** Bytes on the TCP connection. */
  readonly up: number;
  readonly down: number;
  /** Resident memory of the server in bytes, before and with the document open. */
  readonly memoryBefore: number;
  readonly memoryAfter: number;
}

/** The store is quiet for this long when it has everything; Hocuspocus stores 2 s after the last change. */
const QUIET_MS = 4000;
const STORED_MS = 60_000;
/** After the join, messages that follow from it count. */
const AFTER_JOIN_MS = 500;

/** Types the paper into the store of a system, and stops its server. */
export async function writePaper(system: DocumentSystem, trace: string | undefined): Promise<Paper> {
  const folder = newFolder();
  const server = await startServer(system.server, folder);
  const writer = await Worker.start<DocumentOps>();
  const name = 'paper';
  try {
    await writer.call('open', system.id, server.url, name, [0]);
    const played = await writer.call('play', trace);
    await writer.call('snapshot');
    let last = '';
    let since = now();
    const deadline = now() + STORED_MS;
    while (now() - since < QUIET_MS) {
      if (now() > deadline) throw new Error(`${system.title} goes on storing ${STORED_MS / 1000} s after the end.`);
      const stored = JSON.stringify(await server.stored());
      if (stored !== last) since = now();
      last = stored;
      await sleep(500);
    }
    await writer.call('leave');
    return { folder, name, ...played, onDisk: bytesOnDisk(folder) };
  } finally {
    await writer.end();
    await server.stop();
  }
}

/** A history of so many edits that nobody has folded. */
export async function writeTail(system: DocumentSystem, trace: string | undefined, edits: number) {
  const folder = newFolder();
  const server = await startServer(system.server, folder);
  const writer = await Worker.start<DocumentOps>();
  const name = 'tail';
  try {
    await writer.call('open', system.id, server.url, name, [0]); // makes the stream
    await writer.call('leave');
    const length = await writer.call('fillLog', server.url, name, trace, edits);
    return { folder, name, length };
  } finally {
    await writer.end();
    await server.stop();
  }
}

export async function joinPaper(
  system: DocumentSystem,
  paper: Pick<Paper, 'folder' | 'name' | 'length'> & { readonly checksum?: string },
  how: JoinResult['how'],
  round: number,
  profiled: boolean,
): Promise<JoinResult> {
  const folder = newFolder();
  cpSync(paper.folder, folder, { recursive: true }); // what one session folds would help the next
  const server = await startServer(system.server, folder);
  await using proxy = await countingProxy(server.url);
  const holder = how === 'warm' ? await Worker.start<DocumentOps>() : undefined;
  const joiner = await Worker.start<DocumentOps>();
  try {
    const memoryBefore = memoryOf(server.pid);
    await holder?.call('join', system.id, server.url, paper.name, paper.length);
    await sleep(AFTER_JOIN_MS);
    const profile = profiled ? `${system.id}-${paper.name}-${how}` : '';
    const joined: Joined = await joiner.call('join', system.id, proxy.url, paper.name, paper.length, profile);
    await sleep(AFTER_JOIN_MS);
    const { up, down } = proxy.counts();
    const whole = joined.length === paper.length && (joined.checksum === paper.checksum || !paper.checksum);
    return {
      system: system.id,
      round,
      how,
      held: whole ? joined.held : undefined,
      synced: joined.synced,
      up,
      down,
      memoryBefore,
      memoryAfter: memoryOf(server.pid),
    };
  } finally {
    await holder?.end();
    await joiner.end();
    await server.stop();
  }
}
