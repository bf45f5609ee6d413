/**
 * What Slate needs of JetStream, spoken over the bus: streams that are work queues, their consumers, publishes that are
 * confirmed, acknowledgements that are confirmed. Not through the client's own implementation: there an acknowledgement
 * that was lost cannot be sent again (the job would be done twice), and a page that brings another client has none.
 * Nothing here needs more than nats-server 2.9.
 */
import type { Bus, BusMessage } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import { JetStreamError, NoRespondersError, OptionError, RequestTimeoutError } from '../errors.js';
import { DEAD_PREFIX } from '../protocol/subjects.js';

const DEAD_STREAM = 'SLATE_DEAD';
/** What the headers of a dead letter may add to a job, which must still fit. Bytes. */
export const DEAD_ROOM = 4096;
const DEAD_DAYS = 30;
/** Jobs being done at a time, all workers of a queue together. */
const MAX_ACK_PENDING = 20_000;
const REQUEST_TIMEOUT_MS = 5000;
/** The server's numbers for "not there". */
const CONSUMER_NOT_FOUND = 10014;
const MESSAGE_NOT_FOUND = 10037;
const MESSAGE_NOT_DELETED = 10057;
const STREAM_NOT_FOUND = 10059;
const GONE = [MESSAGE_NOT_FOUND, MESSAGE_NOT_DELETED, STREAM_NOT_FOUND];

const NANOSECONDS = 1_000_000;
export const nanos = (ms: number) => Math.round(ms * NANOSECONDS);
const DAY_MS = 86_400_000;

interface StreamInfo {
  readonly config: { readonly name: string; readonly retention: string };
}

interface ConsumerInfo {
  readonly config: { readonly ack_wait: number; readonly filter_subject?: string };
}

/** Where the server keeps a message. `duplicate`: it had one of that id already, and kept that one. */
export interface Stored {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** One delivery of a kept message, as its reply subject tells it. */
export interface DeliveryInfo {
  readonly stream: string;
  readonly seq: number;
  /** When it was stored, in nanoseconds: a stream that is deleted and made again counts from 1 again. */
  readonly stored: string;
  /** 1 for the first. */
  readonly count: number;
}

/** The name of the stream for a subject: no two subjects share one. */
export function streamName(subject: string): string {
  return subject.replace(/[^A-Za-z0-9.]/g, (char) => `_${char.codePointAt(0)?.toString(16)}_`).replaceAll('.', '-');
}

/** `undefined` for what is not a delivery, such as word that a pull has run out. */
export function readDelivery(message: BusMessage): DeliveryInfo | undefined {
  const tokens = message.reply?.split('.') ?? [];
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return undefined;
  const [stream, , count, seq, , stored = ''] = tokens.slice(tokens.length === 9 ? 2 : 4); // newer servers name domain and account first
  return stream ? { stream, count: Number(count), seq: Number(seq), stored } : undefined;
}

export class JetStream {
  constructor(
    readonly bus: Bus,
    readonly clock: Clock,
  ) {}

  /** The work queue that keeps a subject, made where there is none. Throws {@link JetStreamError}, {@link OptionError}. */
  async workStream(subject: string, replicas = 1): Promise<string> {
    const { streams } = await this.#api<{ streams: string[] | null }>('STREAM.NAMES', { subject });
    const name = streams?.[0];
    if (name === undefined) {
      const config = { name: streamName(subject), subjects: [subject], retention: 'workqueue', num_replicas: replicas };
      return this.#createStream(config);
    }
    const { config } = await this.#api<StreamInfo>(`STREAM.INFO.${name}`);
    if (config.retention === 'workqueue') return name;
    throw new OptionError(
      'subject',
      `is ${subject}, which the stream "${name}" keeps, and that is no work queue (its retention is ${config.retention})`,
    );
  }

  /** The stream that keeps dead jobs, made where there is none. */
  async deadStream(replicas = 1): Promise<string> {
    try {
      return (await this.#api<StreamInfo>(`STREAM.INFO.${DEAD_STREAM}`)).config.name;
    } catch (error) {
      if (!(error instanceof JetStreamError && error.code === STREAM_NOT_FOUND)) throw error;
      const subjects = [`${DEAD_PREFIX}>`];
      return this.#createStream({
        name: DEAD_STREAM,
        subjects,
        retention: 'limits',
        max_age: nanos(DEAD_DAYS * DAY_MS),
        num_replicas: replicas,
      });
    }
  }

  /**
   * The consumer that workers of a queue share, made where there is none; resolves with its ack wait in milliseconds.
   * Throws {@link OptionError} where it exists and was made otherwise.
   */
  async queue(stream: string, subject: string, name: string, ackWaitMs: number | undefined): Promise<number> {
    const { config } = await this.#api<ConsumerInfo>(`CONSUMER.INFO.${stream}.${name}`).catch((error) => {
      if (!(error instanceof JetStreamError && error.code === CONSUMER_NOT_FOUND)) throw error;
      return this.#createConsumer(stream, subject, name, ackWaitMs ?? 30_000);
    });
    const has = config.ack_wait / NANOSECONDS;
    if (config.filter_subject !== undefined && config.filter_subject !== subject) {
      throw new OptionError('queue', `is "${name}", which takes ${config.filter_subject} from the same stream already`);
    }
    if (ackWaitMs !== undefined && Math.round(ackWaitMs) !== Math.round(has)) {
      throw new OptionError('ackWaitMs', `is ${ackWaitMs}, and the queue "${name}" has ${has} already`);
    }
    return has;
  }

  /** Asks for one job, to come to `inbox` before `expiresMs`. Throws as `publish` does. */
  pull(stream: string, queue: string, inbox: string, expiresMs: number): void {
    const request = { batch: 1, expires: nanos(expiresMs) };
    this.bus.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${queue}`, request, { reply: inbox });
  }

  /** Publishes to a stream and waits for its word. Throws {@link JetStreamError} where no stream keeps the subject. */
  async store(
    subject: string,
    payload: unknown,
    headers: Readonly<Record<string, string>> | undefined,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<Stored> {
    const { bus, clock } = this;
    const inbox = bus.inbox();
    const answer = await new Promise<BusMessage>((resolve, reject) => {
      const subscription = bus.subscribe(inbox, (message) => {
        end();
        if (message.noResponders) reject(new NoRespondersError(subject));
        else resolve(message);
      });
      const cancel = clock.after(timeoutMs, () => {
        end();
        reject(new RequestTimeoutError(subject, timeoutMs));
      });
      const stop = bus.on('status', ({ type }) => {
        if (type === 'connected') return;
        end();
        reject(new RequestTimeoutError(subject, timeoutMs)); // it may have arrived: the same as no answer
      });
      const end = () => {
        cancel();
        stop();
        subscription.unsubscribe();
      };
      void subscription.closed.then((error) => {
        end();
        if (error) reject(error);
      });
      try {
        bus.publish(subject, payload, { reply: inbox, ...(headers && { headers }) });
      } catch (error) {
        end();
        reject(error as Error);
      }
    });
    const { stream, seq, duplicate } = this.#read<Stored>(subject, answer);
    if (!stream) throw new JetStreamError(subject, 0, 'something that is no stream answered');
    return { stream, seq, duplicate: duplicate === true };
  }

  /** Takes a message out of its stream; false where it was gone. */
  async remove(stream: string, seq: number): Promise<boolean> {
    try {
      await this.#api(`STREAM.MSG.DELETE.${stream}`, { seq, no_erase: true });
      return true;
    } catch (error) {
      if (error instanceof JetStreamError && GONE.includes(error.code)) return false;
      throw error;
    }
  }

  async #createStream(config: { readonly name: string } & Record<string, unknown>): Promise<string> {
    await this.#api(`STREAM.CREATE.${config.name}`, { storage: 'file', discard: 'old', ...config });
    return config.name;
  }

  /** Deliveries are counted by the workers, who can say why a job is dead; the server would only fall silent. */
  #createConsumer(stream: string, subject: string, name: string, ackWaitMs: number): Promise<ConsumerInfo> {
    return this.#api(`CONSUMER.DURABLE.CREATE.${stream}.${name}`, {
      stream_name: stream,
      config: {
        durable_name: name,
        deliver_policy: 'all',
        replay_policy: 'instant',
        ack_policy: 'explicit',
        ack_wait: nanos(ackWaitMs),
        filter_subject: subject,
        max_deliver: -1,
        max_ack_pending: MAX_ACK_PENDING,
      },
    });
  }

  async #api<T>(name: string, body?: object): Promise<T> {
    const subject = `$JS.API.${name}`;
    try {
      return this.#read<T>(subject, await this.bus.request(subject, body, REQUEST_TIMEOUT_MS));
    } catch (error) {
      if (!(error instanceof NoRespondersError)) throw error;
      throw new JetStreamError(subject, 503, 'JetStream is not enabled on this server, or for this user', {
        cause: error,
      });
    }
  }

  #read<T>(subject: string, message: BusMessage): T {
    const answer = message.json() as T & { error?: { err_code?: number; code?: number; description?: string } };
    const { error } = answer;
    if (!error) return answer;
    throw new JetStreamError(subject, error.err_code ?? error.code ?? 0, error.description ?? 'it did not say why');
  }
}
