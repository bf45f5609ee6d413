/**
 * Reads messages of a stream in their order, from a sequence number to the newest: a consumer of its own, which the
 * server forgets by itself, and which is made again behind the last message where one was lost on the way.
 */
import type { Bus, BusMessage } from '../bus/bus.js';
import { type Clock, type Random, timeOf } from '../clock.js';
import { JetStreamError, RequestTimeoutError } from '../errors.js';
import { randomId } from '../id.js';
import { callApi, nanoseconds } from './api.js';
import { readDelivery } from './delivery.js';
import type { StoredMessage } from './direct.js';

/** What reading needs of a bus. */
export type ReadingBus = Pick<Bus, 'request' | 'publish' | 'subscribe' | 'inbox'>;

export interface ReadOptions {
  readonly bus: ReadingBus;
  readonly clock: Clock;
  readonly random: Random;
  readonly stream: string;
  /** The subjects to read, with wildcards. */
  readonly filter: string;
  /** The first sequence number, from 1; or only the last message of each subject. */
  readonly from: number | 'last of each';
}

/** What the server said when the reading began. */
export interface ReadingStart {
  /** The server's time then, in milliseconds since 1970. */
  readonly now: number;
  /**
   * The sequence number from which it reads: the one that was asked for, or less where the stream ends before it, which
   * it does after it was made anew or restored.
   */
  readonly from: number;
  /** How many messages there are to read. */
  readonly pending: number;
}

/** How many messages one request asks for; that many are handed on at a time at most. */
const BATCH = 200;
/** How long the server keeps a consumer that nobody asks. Enough for a slow page, and for its background. */
const FORGET_MS = 30_000;
/** How long the next message may take, and how often in a row none may come. */
const SILENCE_MS = 3_000;
const MAX_SILENCES = 3;

/**
 * Calls `receive` with up to 200 messages at a time, and waits for it, until no message is left. Resolves with how it
 * began. Rejects with what `receive` throws, with {@link RequestTimeoutError} where messages fail to come, and as
 * `callApi` does.
 */
export async function readMessages(
  options: ReadOptions,
  receive: (messages: StoredMessage[], start: ReadingStart) => void | Promise<void>,
): Promise<ReadingStart> {
  let from = options.from;
  let first: ReadingStart | undefined;
  for (let silences = 0; ; ) {
    const consumer = await createReader(options, from);
    first ??= consumer;
    for (let read = 0; ; ) {
      if (read === 0 && consumer.pending === 0) return first;
      const { messages, pending } = await pull(options, consumer.name, read);
      const last = messages.at(-1);
      if (!last) {
        if (++silences === MAX_SILENCES) throw new RequestTimeoutError(options.filter, SILENCE_MS);
        break;
      }
      silences = 0;
      read += messages.length;
      if (from !== 'last of each') from = last.seq + 1;
      await receive(messages, first);
      if (pending === 0) return first;
    }
  }
}

interface Reader extends ReadingStart {
  readonly name: string;
}

interface ConsumerCreated {
  readonly created: string;
  readonly num_pending: number;
  readonly delivered: { readonly stream_seq: number };
}

async function createReader({ bus, random, stream, filter }: ReadOptions, from: ReadOptions['from']): Promise<Reader> {
  const name = randomId(random); // who knew it could take its messages
  const start =
    from === 'last of each'
      ? { deliver_policy: 'last_per_subject' }
      : { deliver_policy: 'by_start_sequence', opt_start_seq: from };
  const call = `CONSUMER.CREATE.${stream}.${name}.${filter}`;
  const info = await callApi<ConsumerCreated>(bus, call, {
    stream_name: stream,
    config: {
      ...start,
      name,
      filter_subject: filter,
      ack_policy: 'none',
      replay_policy: 'instant',
      inactive_threshold: nanoseconds(FORGET_MS),
      mem_storage: true,
      num_replicas: 1,
    },
  });
  const { created, num_pending: pending, delivered } = Object(info) as Partial<ConsumerCreated>;
  const before = delivered?.stream_seq;
  if (typeof pending !== 'number' || typeof before !== 'number') {
    throw new JetStreamError(`$JS.API.${call}`, 0, 'a subscriber answered that is not the stream');
  }
  return { name, now: timeOf(String(created)), from: before + 1, pending };
}

interface Pulled {
  readonly messages: StoredMessage[];
  /** How many messages are left after them. */
  readonly pending: number;
}

/** Up to {@link BATCH} messages in a row, of which `read` came before; none where they are lost, or stay away. */
function pull({ bus, clock, stream }: ReadOptions, consumer: string, read: number): Promise<Pulled> {
  return new Promise((resolve, reject) => {
    const messages: StoredMessage[] = [];
    let pending = 1;
    let cancel = () => undefined as unknown;
    const inbox = bus.subscribe(bus.inbox(), (message) => {
      const stored = readStored(message, stream, read + messages.length);
      if (!stored) return finish(); // the end of the request, or a message is missing before this one
      messages.push(stored.message);
      pending = stored.pending;
      if (pending === 0 || messages.length === BATCH) finish();
      else watch();
    });
    const finish = () => {
      cancel();
      inbox.unsubscribe();
      resolve({ messages, pending });
    };
    const watch = () => {
      cancel();
      cancel = clock.after(SILENCE_MS, finish);
    };
    watch();
    void inbox.closed.then((error) => error && reject(error));
    try {
      const request = { batch: BATCH, expires: nanoseconds(SILENCE_MS) };
      bus.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: inbox.subject });
    } catch (error) {
      cancel();
      inbox.unsubscribe();
      reject(error);
    }
  });
}

const NANOSECONDS_DIGITS = 6;

function readStored(message: BusMessage, stream: string, before: number) {
  const delivery = readDelivery(message);
  if (!delivery || delivery.stream !== stream || delivery.before !== before) return undefined;
  const { seq, stored, pending } = delivery;
  const { subject, data } = message;
  const at = Number(stored.slice(0, -NANOSECONDS_DIGITS));
  return { message: { subject, seq, stored: at, data }, pending };
}
