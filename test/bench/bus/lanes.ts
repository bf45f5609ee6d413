/**
 * The ways an event can go, behind one face: from a publisher to a listener, each with a connection of its own, in this
 * process. Raw is what a program writes that has nats.ws and nothing else; a lane must not help or hinder its system.
 */
import { connect as natsConnect } from 'nats.ws';
import { WebSocket } from 'ws';
import { slateNaming } from '../../../src/events/naming.js';
import {
  type BuildEvent,
  connect,
  type FileEvent,
  onBuildEvents,
  onFileEvents,
  publishBuildEvent,
  publishFileEvent,
} from '../../../src/index.js';
import { clientOf } from '../../../src/messaging/client.js';

export interface Lane {
  readonly id: string;
  readonly title: string;
  /** Its name ends in the number that it carries. */
  send(index: number): unknown;
  /** Resolves when the server has everything sent before: how a program that must not flood waits. */
  sent(pending: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Called with the number of each event that arrived. */
export type Heard = (index: number) => void;

export const build = (index: number): BuildEvent => ({
  type: 'progress',
  projectId: 'project-1',
  userId: 'user-456',
  timestamp: 1_700_000_000_000 + index,
  data: { percent: index % 100, message: 'Linking the modules of the page' },
});

export const file = (index: number): FileEvent => ({
  type: 'updated',
  fileId: 'file-17',
  projectId: 'project-1',
  userId: 'user-456',
  timestamp: 1_700_000_000_000 + index,
  data: { lines: index % 100, message: 'Renamed a function in the module' },
});

const START = 1_700_000_000_000;
const SUBJECT = 'slate.build.progress.project-1';
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const wsFactory = async (url: string) => ({
  socket: new WebSocket(url) as unknown as globalThis.WebSocket,
  encrypted: false,
});

/** nats.ws, `JSON.stringify` before and `JSON.parse` after. */
export async function raw(url: string, heard: Heard): Promise<Lane> {
  const publisher = await natsConnect({ servers: url, ...{ wsFactory } });
  const listener = await natsConnect({ servers: url, ...{ wsFactory } });
  listener.subscribe(SUBJECT, {
    callback: (error, message) => {
      if (error) throw error;
      heard((JSON.parse(decoder.decode(message.data)) as BuildEvent).timestamp - START);
    },
  });
  await listener.flush();
  return {
    id: 'raw',
    title: 'raw nats.ws, JSON both sides',
    send: (index) => publisher.publish(SUBJECT, encoder.encode(JSON.stringify(build(index)))),
    sent: () => publisher.flush(),
    close: async () => {
      await publisher.close();
      await listener.close();
    },
  };
}

async function buses(url: string) {
  const publisher = await connect({ servers: url });
  const listener = await connect({ servers: url });
  const close = async () => {
    await publisher.close();
    await listener.close();
  };
  const sent = (pending: readonly unknown[]) => Promise.all(pending);
  return { publisher, listener, sent, close };
}

/** `publish` and `subscribe`: confirmed and shared, not validated. */
export async function plain(url: string, heard: Heard): Promise<Lane> {
  const { publisher, listener, sent, close } = await buses(url);
  const [out, into] = [clientOf(publisher, slateNaming), clientOf(listener, slateNaming)];
  await into.subscribe(SUBJECT, (data) => heard((data as BuildEvent).timestamp - START)).confirmed;
  const send = (index: number) => out.outbox.publish(SUBJECT, build(index), 'reject');
  return { id: 'plain', title: '`publish`, `subscribe`', send, sent, close };
}

/** `publishBuildEvent` and `onBuildEvents`: validated at both ends, confirmed, held while offline, copies dropped. */
export async function typed(url: string, heard: Heard): Promise<Lane> {
  const { publisher: bus, listener, sent, close } = await buses(url);
  onBuildEvents('project-1', ({ timestamp }) => heard(timestamp - START), { bus: listener });
  await listener.flush();
  const send = (index: number) => publishBuildEvent(build(index), { bus });
  return { id: 'typed', title: '`publishBuildEvent`, `onBuildEvents`', send, sent, close };
}

/** An event that goes to two subjects, and is heard on one. */
export async function twice(url: string, heard: Heard): Promise<Lane> {
  const { publisher: bus, listener, sent, close } = await buses(url);
  onFileEvents('project-1', ({ timestamp }) => heard(timestamp - START), { bus: listener });
  await listener.flush();
  const send = (index: number) => publishFileEvent(file(index), { bus });
  return { id: 'twice', title: '`publishFileEvent` (two subjects), `onFileEvents`', send, sent, close };
}
