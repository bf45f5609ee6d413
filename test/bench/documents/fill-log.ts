/**
 * A history that nobody has folded, as no session would leave it: one entry for each edit. Written past the library,
 * into the stream that it has made.
 */
import { connect } from 'nats.ws';
import { Doc } from 'yjs';
import { documentSubjects } from '../../../src/protocol/document-subjects.js';
import { play, readTrace } from './trace.js';

/** So many entries wait for their acknowledgement at a time. */
const WINDOW = 500;
/** What comes before the V2 update in an entry: the format, and no flags. */
const ENTRY = [1, 0];

/** Writes the first edits of the trace; says how many characters they leave. */
export async function fillLog(url: string, name: string, file: string | undefined, count: number): Promise<number> {
  const connection = await connect({ servers: url });
  const stream = connection.jetstream();
  const subject = documentSubjects('bench', name).log;
  const doc = new Doc();
  const text = doc.getText('text');
  let waiting: Promise<unknown>[] = [];
  doc.on('updateV2', (update: Uint8Array) => {
    waiting.push(stream.publish(subject, Uint8Array.from([...ENTRY, ...update])));
  });
  const { edits } = readTrace(file);
  for (let i = 0; i < count; i += WINDOW) {
    play(text, edits.slice(i, Math.min(count, i + WINDOW)));
    await Promise.all(waiting);
    waiting = [];
  }
  await connection.close();
  return text.length;
}
