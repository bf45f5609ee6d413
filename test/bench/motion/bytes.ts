/** What a receiver takes in for one pointer that moves: payload, NATS and WebSocket. */
import { roomSubjects } from '../../../src/protocol/subjects.js';
import { sendBatches } from './senders.js';
import type { Trace } from './trace.js';

export interface Bytes {
  readonly title: string;
  readonly subject: string;
  /** For each pointer event: the batch alone, and with every byte that the server sends for it. */
  readonly payload: number;
  readonly all: number;
}

/** `MSG {subject} {sid} {size}␍␊{payload}␍␊` in a WebSocket frame of its own (several in one frame take less). */
function onTheWire(subject: string, size: number): number {
  const message = `MSG ${subject} 2 ${size}\r\n`.length + size + 2;
  return message + (message < 126 ? 2 : 4);
}

const ROOMS: readonly (readonly [title: string, project: string, file?: string])[] = [
  ['a project', 'p1'],
  ['a project and a file', 'p1', 'src/main.ts'],
  ['a project by UUID, and a file', '6f9619ff-8b86-4011-b42d-00c04fc964ff', 'src/main.ts'],
];

/** Of the whole trace with its rests; and `steady`, of its batches in full motion, six events each. */
export function countBytes(trace: Trace): { whole: Bytes[]; steady: Bytes[]; share: number } {
  const { sent, events, samples } = sendBatches(trace);
  const sizes = sent.map(({ message }) => message.length);
  const full = sent.filter((_, i) => sent[i]?.events === 6).map(({ message }) => message.length);
  const count = (of: readonly number[], told: number) =>
    ROOMS.map(([title, project, file]) => {
      const subject = roomSubjects(project, file).cursors;
      const sum = (size: (payload: number) => number) => of.reduce((all, payload) => all + size(payload), 0) / told;
      return { title, subject, payload: sum((size) => size), all: sum((size) => onTheWire(subject, size)) };
    });
  return { whole: count(sizes, events), steady: count(full, 6 * full.length), share: samples / events };
}
