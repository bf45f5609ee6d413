/**
 * A process that has documents open. It does what the main process asks over IPC, and ends when the main process is
 * gone. It measures; it does not judge.
 */
import type WebSocket from 'ws';
import { Doc, encodeSnapshot, encodeStateAsUpdateV2, snapshot } from 'yjs';
import { answering } from '../answering.js';
import { now, sleep, until } from '../clock.js';
import { startProfile, writeProfile } from '../profile.js';
import { CountedSocket } from '../socket.js';
import type { OpenDocument, Payload } from './adapter.js';
import { fillLog } from './fill-log.js';
import { systemOf } from './systems.js';
import { play, readTrace } from './trace.js';
import { type Arrived, type Typed, Typist } from './typist.js';

interface Held {
  readonly typist: Typist;
  readonly opened: OpenDocument;
}

export interface Harvest {
  readonly typed: readonly Typed[];
  readonly arrived: readonly Arrived[];
}

export interface Joined {
  /** Milliseconds from the call to the whole text; undefined where it never was whole. */
  readonly held: number | undefined;
  /** To what the system calls synced. */
  readonly synced: number;
  /** Its characters; equal texts have an equal checksum. */
  readonly length: number;
  readonly checksum: string;
}

const JOIN_MS = 60_000;
/** Edits in one transaction where a trace is played into an open document. */
const TOGETHER = 100;

const sockets: Payload = { up: 0, down: 0 };

/** Counts what the messages of the socket carry. */
class PayloadSocket extends CountedSocket {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(address, protocols);
    this.on('message', (data: Buffer | ArrayBuffer) => {
      sockets.down += data.byteLength;
    });
  }

  override send(data: WebSocket.Data, ...rest: unknown[]): void {
    if (typeof data === 'string') sockets.up += Buffer.byteLength(data);
    else if (!Array.isArray(data)) sockets.up += data.byteLength;
    Reflect.apply(super.send, this, [data, ...rest]);
  }
}
Object.assign(globalThis, { WebSocket: PayloadSocket });

const here: Held[] = [];

async function checksumOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(hash).toString('hex').slice(0, 16);
}

const ops = {
  async open(systemId: string, url: string, name: string, people: readonly number[], count = false) {
    await Promise.all(
      people.map(async (person) => {
        const doc = new Doc();
        const typist = new Typist(person, doc);
        const opened = await systemOf(systemId).open({ url, name, doc, count });
        here.push({ typist, opened });
      }),
    );
  },

  /** Everyone in this process types so often. */
  async type(everyMs: number, times: number) {
    await Promise.all(here.map(({ typist }) => typist.type(everyMs, times)));
  },

  /** What was typed here and what arrived since the last harvest. */
  harvest: (): Harvest => ({
    typed: here.flatMap(({ typist }) => typist.typed.splice(0)),
    arrived: here.flatMap(({ typist }) => typist.arrived.splice(0)),
  }),

  /** The state of each document here, deletes included: equal documents have equal ones. */
  async states(): Promise<string[]> {
    return Promise.all(
      here.map(({ typist }) => checksumOf(Buffer.from(encodeSnapshot(snapshot(typist.doc))).toString('latin1'))),
    );
  },

  /** Of the messages of the one document here, since this process began. */
  payload: (): Payload => here[0]?.opened.payload?.() ?? { ...sockets },

  async save() {
    await Promise.all(here.map(({ opened }) => opened.save()));
  },

  async snapshot() {
    for (const { opened } of here) await opened.snapshot?.();
  },

  /** Plays the trace into the one document here, as fast as it goes, and says what its text is in the end. */
  async play(file: string | undefined) {
    const [held] = here;
    if (held === undefined) throw new Error('No document is open.');
    const { doc } = held.typist;
    const text = doc.getText('text');
    const { edits } = readTrace(file);
    for (let i = 0; i < edits.length; i += TOGETHER) {
      doc.transact(() => play(text, edits.slice(i, i + TOGETHER)));
      await sleep(0);
    }
    await held.opened.save();
    const state = encodeStateAsUpdateV2(doc).length;
    return { length: text.length, checksum: await checksumOf(text.toString()), state };
  },

  /**
   * Opens the document, and resolves when its text has so many characters. It stays open. With `profile`, a name, a
   * processor profile is written to a file beside this one.
   */
  async join(systemId: string, url: string, name: string, length: number, profile = ''): Promise<Joined> {
    const session = profile === '' ? undefined : await startProfile();
    const doc = new Doc();
    const text = doc.getText('text');
    let held: number | undefined;
    const began = now();
    doc.on('afterTransaction', () => {
      if (held === undefined && text.length >= length) held = now() - began;
    });
    const typist = new Typist(0, doc);
    const opened = await systemOf(systemId).open({ url, name, doc });
    const synced = now() - began;
    here.push({ typist, opened });
    await until(JOIN_MS, () => held !== undefined);
    if (session !== undefined) await writeProfile(session, `${profile}-${process.pid}`);
    return { held, synced, length: text.length, checksum: await checksumOf(text.toString()) };
  },

  fillLog: (url: string, name: string, file: string | undefined, edits: number) => fillLog(url, name, file, edits),

  async leave() {
    await Promise.all(here.splice(0).map(({ opened }) => opened.close()));
  },
};

export type DocumentOps = typeof ops;

process.setMaxListeners(0);
answering(ops);
