/**
 * Describes a message of a document (docs/PROTOCOL.md, Y2 and Y9) in one line: what it is, how large, and which clients
 * it is about. What is sealed (Y21) looks like a message that cannot be read. Throws where it cannot be.
 */
import { parseUpdateMeta, parseUpdateMetaV2 } from 'yjs';
import { decodeEntry } from '../../protocol/document-history.js';
import { type DocumentMessage, decodeDocumentMessage, decodeQuestion } from '../../protocol/document-messages.js';
import type { Part } from '../../protocol/document-parts.js';
import type { documentLane } from '../../protocol/document-subjects.js';
import { Reader } from '../../protocol/reader.js';
import type { Description } from './description.js';
import { short } from './text.js';

/** How many clients are named. */
const SHOWN = 8;

export function describeDocument(
  lane: Exclude<ReturnType<typeof documentLane>, 'head' | undefined>,
  bytes: Uint8Array,
): Description {
  if (lane === 'question') return question(bytes);
  if (lane === 'log' || lane === 'bad') return entry(bytes);
  if (lane === 'chunk') return { kind: 'chunk', data: { bytes: bytes.length }, words: size(bytes.length) };
  return message(decodeDocumentMessage(bytes));
}

function question(bytes: Uint8Array): Description {
  const { vector, client } = decodeQuestion(bytes);
  const holds = new Reader(vector).uint('number of clients');
  const who = client === undefined ? 'a stock client' : `client ${client}`;
  return { kind: 'question', data: { client, holds }, words: `${who} asks, and holds edits of ${counted(holds)}` };
}

function message(said: DocumentMessage): Description {
  const { type } = said;
  if (type === 'update' || type === 'step2') {
    return { kind: type === 'update' ? 'edit' : 'answer', ...edits(said.update, parseUpdateMeta) };
  }
  if (type === 'step1') {
    const holds = new Reader(said.vector).uint('number of clients');
    return { kind: 'vector', data: { holds }, words: `holds edits of ${counted(holds)}` };
  }
  if (type === 'part') return part(said.part);
  if (type === 'digest') {
    const { digest, saved, lineage } = said;
    const words = `${digest}${saved ? ', all saved' : ''}${lineage && `, lineage ${lineage}`}`;
    return { kind: 'digest', data: { digest, saved, lineage }, words };
  }
  if (type === 'kept') {
    const { client, clock } = said;
    if (clock === 0) return claim(client);
    return { kind: 'saved', data: { client, clock }, words: `all of client ${client} below ${clock}` };
  }
  return { kind: 'look', data: null, words: 'the head has moved' };
}

function entry(bytes: Uint8Array): Description {
  const read = decodeEntry(bytes);
  if (read.type === 'part') return part(read);
  if (read.type === 'sealed') {
    return { kind: 'sealed', data: { bytes: read.bytes.length }, words: size(read.bytes.length) };
  }
  if (read.type === 'claim') return claim(read.client);
  const { data, words } = edits(read.update, parseUpdateMetaV2);
  const { rescue } = read;
  return {
    kind: rescue === undefined ? 'entry' : 'rescue',
    data: { ...data, ...(rescue !== undefined && { user: rescue }) },
    words: rescue === undefined ? words : `${words}, for ${rescue}`,
  };
}

/** Y20: the sender says that a client id is its own. */
function claim(client: number): Description {
  return { kind: 'claim', data: { client }, words: `client ${client} is its sender's` };
}

function part({ id, index, count, total, bytes }: Part): Description {
  const data = { id, index, count, total, bytes: bytes.length };
  return { kind: 'part', data, words: `${index + 1} of ${count}, ${size(bytes.length)} of ${size(total)}` };
}

function edits(update: Uint8Array, read: typeof parseUpdateMeta) {
  const clients = [...read(update).from.keys()];
  const shown = clients.slice(0, SHOWN).join(', ');
  const more = clients.length > SHOWN ? ` and ${clients.length - SHOWN} more` : '';
  const by = clients.length === 0 ? 'deletions alone' : `by ${shown}${more}`;
  return { data: { bytes: update.length, clients }, words: `${size(update.length)}, ${by}` };
}

const size = (bytes: number) => `${short(bytes)}B`;
const counted = (clients: number) => (clients === 1 ? '1 client' : `${clients} clients`);
