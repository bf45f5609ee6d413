/**
 * Reads messages of a stream in their order, from a sequence number to the newest: a consumer of its own, which the
 * server forgets by itself, and which is made again behind the last message where one was lost on the way.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { type Clock, type Random, timeOf } from '../clock.js';
import { JetStreamError, RequestTimeoutError, type SlateError } from '../errors.js';
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

/**
 * How many messages may be on their way, or wait to be handed on. Enough that a reader never waits for the server, and
 * asks seldom: to send a request costs as much as to read a hundred messages.
 */
const WINDOW = 1_000;
/** How long the server keeps a consumer that nobody asks. Enough for a slow page, and for its background. */
const FORGET_MS = 30_000;
/** How long the next message may take, and how often in a row none may come. */
const SILENCE_MS = 3_000;
const MAX_SILENCES = 3;

/**
 * Calls `receive` with messages, up to 1000 at a time, and waits for it, until no message is left. Resolves with how it
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
    if (consumer.pending === 0) return first;
    const pulls = new Pulls(options, consumer);
    try {
      for (;;) {
        const { messages, pending } = await pulls.next();
        const last = messages.at(-1);
        if (!last) break;
        silences = 0;
        if (from !== 'last of each') from = last.seq + 1;
        await receive(messages, first);
        if (pending === 0) return first;
      }
    } finally {
      pulls.stop();
    }
    if (++silences === MAX_SILENCES) throw new RequestTimeoutError(options.filter, SILENCE_MS);
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

/** What one consumer delivers. It is asked for more while what came is being handed on. */
class Pulls {
  readonly #options: ReadOptions;
  readonly #consumer: string;
  readonly #inbox: BusSubscription;
  /** What has come, and was not handed on yet. */
  #messages: StoredMessage[] = [];
  /** How many messages have come; how many more were asked for; and how many are left that were not asked for. */
  #received = 0;
  #asked = 0;
  #pending: number;
  /** A message is missing before the next one, or none may come any more. */
  #ended = false;
  #error: SlateError | undefined;
  #wake: (() => void) | undefined;

  constructor(options: ReadOptions, { name, pending }: Reader) {
    const { bus } = options;
    this.#options = options;
    this.#consumer = name;
    this.#pending = pending;
    this.#inbox = bus.subscribe(bus.inbox(), (message) => this.#take(message));
    void this.#inbox.closed.then((error) => {
      this.#error = error;
      this.#wake?.();
    });
  }

  /**
   * What has come since, and how many messages are left after it; none where they are lost, or stay away. Rejects when
   * the subscription is refused.
   */
  async next(): Promise<Pulled> {
    this.#ask();
    if (this.#messages.length === 0 && !this.#ended) await this.#arrival();
    if (this.#error) throw this.#error;
    const messages = this.#messages;
    this.#messages = [];
    return { messages, pending: this.#pending };
  }

  stop(): void {
    this.#inbox.unsubscribe();
  }

  #ask(): void {
    const room = WINDOW - this.#messages.length - this.#asked;
    if (this.#ended || room < WINDOW / 2) return;
    const batch = Math.min(room, this.#pending - this.#asked);
    if (batch <= 0) return;
    const { bus, stream } = this.#options;
    this.#asked += batch;
    const request = { batch, expires: nanoseconds(SILENCE_MS) };
    bus.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${this.#consumer}`, request, { reply: this.#inbox.subject });
  }

  #take(message: BusMessage): void {
    if (this.#ended) return;
    const stored = readStored(message, this.#options.stream, this.#received);
    if (stored) {
      this.#received++;
      this.#asked--;
      this.#pending = stored.pending;
      this.#messages.push(stored.message);
    } else this.#ended = true; // the end of a request, or a message is missing before this one
    this.#wake?.();
  }

  /** The next message, or {@link SILENCE_MS} without one. */
  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(SILENCE_MS, () => {
        this.#ended = true;
        this.#wake?.();
      });
      this.#wake = () => {
        this.#wake = undefined;
        cancel();
        resolve();
      };
    });
  }
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
