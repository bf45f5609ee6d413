/**
 * A model of JetStream on a memory hub, for tests on a virtual clock: one stream, with the calls that documents make.
 * `test/integration/stream-model.test.ts` runs one script on it and on a real server, and compares what they answer.
 */
import type { Bus, BusMessage } from '../../src/bus/bus.js';
import { matches } from '../../src/bus/subject.js';
import type { Clock } from '../../src/clock.js';
import type { Delivery } from '../../src/testing.js';

interface Kept {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly at: number;
}

interface Config {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly max_bytes?: number;
  readonly max_msg_size?: number;
}

interface Consumer {
  readonly filter: string;
  next: number;
  delivered: number;
}

/** The header by which a delivery tells {@link asStored} the subject that it was stored on. */
const STORED_ON = 'Model-Subject';
const API = '$JS.API.';
const AT = 1_700_000_000_000;

/** For the `deliver` of a hub: a stored message arrives with the subject that it was stored on, as from a server. */
export function asStored(delivery: Delivery): Delivery {
  const subject = delivery.headers?.[STORED_ON];
  return subject === undefined ? delivery : Object.assign(delivery, { subject, headers: undefined });
}

export class StreamModel {
  kept: Kept[] = [];
  config: Config | undefined;
  /** Refuses what is published. */
  full = false;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #ids = new Set<string>();
  readonly #consumers = new Map<string, Consumer>();
  #last = 0;

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
    bus.subscribe(`${API}>`, (message) => this.#call(message));
  }

  #answer(reply: string | undefined, body: object, headers?: Record<string, string>): void {
    if (reply !== undefined) this.#bus.publish(reply, body, { headers });
  }

  #refuse(reply: string | undefined, code: number, err_code: number, description: string): void {
    this.#answer(reply, { error: { code, err_code, description } });
  }

  #call(message: BusMessage): void {
    const [group = '', verb = '', stream = '', ...rest] = message.subject.slice(API.length).split('.');
    const body = (message.data.length > 0 ? message.json() : {}) as Record<string, unknown>;
    const { reply } = message;
    if (group === 'STREAM' && verb === 'CREATE') this.#create(reply, body as unknown as Config);
    else if (group === 'DIRECT') this.#direct(reply, stream, rest.join('.'));
    else if (this.config?.name !== (verb === 'MSG' ? rest[0] : stream))
      this.#refuse(reply, 404, 10059, 'stream not found');
    else if (group === 'STREAM' && verb === 'INFO') this.#info(reply, body);
    else if (group === 'STREAM' && verb === 'PURGE') this.#purge(reply, body);
    else if (group === 'CONSUMER' && verb === 'CREATE')
      this.#consume(reply, rest[0] ?? '', rest.slice(1).join('.'), body);
    else if (group === 'CONSUMER' && verb === 'MSG') this.#next(reply, rest[1] ?? '', body);
    else throw new Error(`The model does not know ${message.subject}`);
  }

  #create(reply: string | undefined, config: Config): void {
    if (!this.config) for (const subject of config.subjects) this.#bus.subscribe(subject, (each) => this.#store(each));
    this.config = config;
    this.#answer(reply, { config });
  }

  #store(message: BusMessage): void {
    const { subject, data, reply } = message;
    if (!this.config) return;
    const { name: stream, max_msg_size: limit = Number.POSITIVE_INFINITY } = this.config;
    const expected = message.header('Nats-Expected-Last-Subject-Sequence');
    const last = this.kept.findLast((each) => each.subject === subject)?.seq ?? 0;
    const id = message.header('Nats-Msg-Id');
    if (data.length > limit) this.#refuse(reply, 400, 10054, 'message size exceeds maximum allowed');
    else if (id !== undefined && this.#ids.has(id)) this.#answer(reply, { stream, seq: this.#last, duplicate: true });
    else if (expected !== undefined && Number(expected) !== last)
      this.#refuse(reply, 400, 10071, `wrong last sequence: ${last}`);
    else if (this.full) this.#refuse(reply, 503, 10077, 'maximum bytes exceeded');
    else {
      if (id !== undefined) this.#ids.add(id);
      this.kept.push({ seq: ++this.#last, subject, data: data.slice(), at: this.#clock.now() });
      this.#answer(reply, { stream, seq: this.#last });
    }
  }

  #info(reply: string | undefined, { subjects_filter: filter }: Record<string, unknown>): void {
    const subjects: Record<string, number> = {};
    for (const { subject } of this.kept) {
      if (typeof filter === 'string' && matches(filter, subject)) subjects[subject] = (subjects[subject] ?? 0) + 1;
    }
    const state = { messages: this.kept.length, last_seq: this.#last, ...(filter !== undefined && { subjects }) };
    this.#answer(reply, { config: this.config, state, total: Object.keys(subjects).length, offset: 0, limit: 100_000 });
  }

  /** A `seq` of 0 or 1, or none, is all of them, as in the server. */
  #purge(reply: string | undefined, { filter = '>', seq }: { filter?: string; seq?: number }): void {
    const before = this.kept.length;
    const below = seq !== undefined && seq > 1 ? seq : Number.POSITIVE_INFINITY;
    this.kept = this.kept.filter((each) => each.seq >= below || !matches(filter, each.subject));
    this.#answer(reply, { success: true, purged: before - this.kept.length });
  }

  #direct(reply: string | undefined, stream: string, subject: string): void {
    if (this.config?.name !== stream) return; // the server says nothing either
    const found = this.kept.findLast((each) => each.subject === subject);
    const headers = found && {
      'Nats-Stream': stream,
      'Nats-Subject': subject,
      'Nats-Sequence': String(found.seq),
      'Nats-Time-Stamp': new Date(AT + found.at).toISOString(),
    };
    this.#answer(reply, found?.data ?? new Uint8Array(), headers);
  }

  #consume(reply: string | undefined, name: string, filter: string, body: Record<string, unknown>): void {
    const { opt_start_seq: from = 1 } = (body.config ?? {}) as { opt_start_seq?: number };
    const next = Math.max(this.kept[0]?.seq ?? 1, Math.min(from, this.#last + 1));
    this.#consumers.set(name, { filter, next, delivered: 0 });
    this.#answer(reply, {
      name,
      created: new Date(AT + this.#clock.now()).toISOString(),
      num_pending: this.#pending({ filter, next }).length,
      delivered: { consumer_seq: 0, stream_seq: next - 1 },
    });
  }

  #pending({ filter, next }: Pick<Consumer, 'filter' | 'next'>): Kept[] {
    return this.kept.filter(({ seq, subject }) => seq >= next && matches(filter, subject));
  }

  #next(reply: string | undefined, name: string, { batch = 1 }: { batch?: number }): void {
    const consumer = this.#consumers.get(name);
    if (!consumer || reply === undefined) return;
    const all = this.#pending(consumer);
    for (const [index, { seq, subject, data, at }] of all.slice(0, batch).entries()) {
      consumer.next = seq + 1;
      const stored = `${AT + Math.floor(at)}000000`;
      const delivery = [1, seq, ++consumer.delivered, stored, all.length - index - 1];
      const ack = `$JS.ACK.${this.config?.name}.${name}.${delivery.join('.')}`;
      this.#bus.publish(reply, data, { reply: ack, headers: { [STORED_ON]: subject } });
    }
  }
}
