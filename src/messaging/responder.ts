/**
 * The other half of `request`: answers requests as a service of the NATS services API, which `nats micro ls`, `info`
 * and `stats` show. The API is implemented on the bus, not taken from a client library. So it works on every bus and
 * before the first connection, and it counts the time and the failures of asynchronous handlers, which nats.ws does
 * not.
 */

import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { answer } from '../bus/inbox.js';
import { isServersAlone } from '../bus/server-words.js';
import { checkPattern } from '../bus/subject.js';
import { isoTime } from '../clock.js';
import { checkFunction } from '../emitter.js';
import { OptionError, type SlateError } from '../errors.js';
import { uniqueId } from '../id.js';
import { type Client, clientOf, ERROR_CODE_HEADER, ERROR_HEADER, read } from './client.js';
import { defaultClient } from './default.js';
import { whenConfirmed } from './shared-subscriptions.js';

/** Returns the answer, or a promise of it. An error that it throws reaches the requester as a `RemoteError`. */
export type RequestHandler = (data: unknown, message: BusMessage) => unknown;

export interface RespondOptions {
  /** The name of the service in the tools: letters, digits, `-` and `_`. @defaultValue made of the subject */
  readonly name?: string | undefined;
  /** The semantic version of the service. @defaultValue '1.0.0' */
  readonly version?: string | undefined;
  /** A sentence about the service, for the tools. @defaultValue '' */
  readonly description?: string | undefined;
  /** Instances in the same queue group share the requests. @defaultValue 'q', as in the NATS services API */
  readonly queue?: string | undefined;
  /** The bus to answer on. @defaultValue the bus of the default connection */
  readonly bus?: Bus | undefined;
}

const NAME = /^[-\w]+$/;
const VERSION = /^\d+\.\d+\.\d+(?:-[-.\w]+)?(?:\+[-.\w]+)?$/;
const NANOSECONDS = 1_000_000;
/** The longest reason of a failure, in characters: it travels in a header. */
const MAX_REASON = 1000;

/**
 * Answers requests on a subject until `unsubscribe()`; a request whose handler runs then is still answered. Resolves as
 * `subscribe` does. Messages that expect no answer are ignored. Rejects with {@link OptionError} for a name or a
 * version that is not valid, {@link InvalidSubjectError}, {@link PermissionError} and {@link ConnectionClosedError}.
 *
 * ```ts
 * await respond('slate.runtime.status.s1', async () => ({ state: await session.state() }));
 * ```
 */
export async function respond(
  subject: string,
  handler: RequestHandler,
  options: RespondOptions = {},
): Promise<BusSubscription> {
  checkPattern(subject);
  checkFunction('handler', handler);
  const client = options.bus ? clientOf(options.bus) : defaultClient();
  const { bus } = client;
  const service = new Service(client, subject, handler, options);
  const { queue } = service;
  const receive = (message: BusMessage) => {
    if (!isServersAlone(message, subject)) void service.answer(message); // nobody's question (V12)
  };
  const main = client.subscribeUnshared(subject, receive, queue);
  const control: BusSubscription[] = [];
  let ended = false;
  void main.closed.then(() => {
    ended = true;
    for (const subscription of control) subscription.unsubscribe();
  });
  await whenConfirmed(bus, main);
  for (const { subject, answer } of service.control()) {
    if (ended) break;
    const subscription = client.subscribe(subject, (_, message) => reporting(bus, () => message.respond(answer())));
    control.push(subscription);
    // Where the server forbids the first of them, the tools cannot see the service. One error event says so; nine would
    // not help.
    if (control.length === 1 && !(await subscription.confirmed.then(yes, no))) break;
  }
  return main;
}

class Service {
  readonly queue: string;
  readonly #client: Client;
  readonly #handler: RequestHandler;
  readonly #info: { name: string; id: string; version: string; metadata: object };
  readonly #endpoint: object;
  readonly #description: string;
  readonly #started: string;
  readonly #stats = { num_requests: 0, num_errors: 0, last_error: '', processing_time: 0 };

  constructor(client: Client, subject: string, handler: RequestHandler, options: RespondOptions) {
    const {
      name = String(subject).replace(/[^-\w]+/g, '-'),
      version = '1.0.0',
      description = '',
      queue = 'q',
    } = options;
    if (!NAME.test(name)) throw new OptionError('name', 'may contain only letters, digits, "-" and "_"');
    if (!VERSION.test(version)) throw new OptionError('version', 'must be a semantic version, such as "1.0.0"');
    this.queue = queue;
    this.#client = client;
    this.#handler = handler;
    this.#info = { name, id: uniqueId(), version, metadata: {} };
    this.#endpoint = { name, subject, queue_group: queue, metadata: {} };
    this.#description = description;
    this.#started = isoTime(client.bus.clock.date());
  }

  async answer(message: BusMessage): Promise<void> {
    if (message.reply === undefined) return;
    const { bus } = this.#client;
    const start = bus.clock.now();
    const stats = this.#stats;
    stats.num_requests++;
    try {
      const data = readRequest(message);
      message.respond(await this.#handler(data, message));
    } catch (error) {
      const { code, reason } = describe(error);
      stats.num_errors++;
      stats.last_error = reason;
      const headers = { [ERROR_HEADER]: reason, [ERROR_CODE_HEADER]: String(code) };
      reporting(bus, () => answer(bus, message.reply, undefined, { headers }));
    }
    stats.processing_time += Math.round((bus.clock.now() - start) * NANOSECONDS);
  }

  /** The subjects on which the tools ask all services, those of one name, and one instance; and the answers. */
  *control(): Iterable<{ subject: string; answer: () => object }> {
    const { name, id } = this.#info;
    for (const [verb, more] of Object.entries(this.#answers)) {
      const type = `io.nats.micro.v1.${verb.toLowerCase()}_response`;
      const answer = () => ({ type, ...this.#info, ...more() });
      for (const target of ['', `.${name}`, `.${name}.${id}`]) yield { subject: `$SRV.${verb}${target}`, answer };
    }
  }

  readonly #answers = {
    PING: () => ({}),
    INFO: () => ({ description: this.#description, endpoints: [this.#endpoint] }),
    STATS: () => {
      const { num_requests, processing_time } = this.#stats;
      const average_processing_time = Math.round(processing_time / (num_requests || 1));
      return { started: this.#started, endpoints: [{ ...this.#endpoint, ...this.#stats, average_processing_time }] };
    },
  };
}

class BadRequest extends Error {
  readonly code = 400;
}

function readRequest(message: BusMessage): unknown {
  try {
    return read(message);
  } catch (cause) {
    throw new BadRequest((cause as Error).message, { cause });
  }
}

/** `code`: that of the error where it is a number above 0 (an HTTP status, say), else 500. */
function describe(error: unknown): { code: number; reason: string } {
  const { code } = (error ?? {}) as { code?: unknown };
  const text = error instanceof Error ? error.message || error.name : String(error);
  return {
    code: typeof code === 'number' && code > 0 ? code : 500,
    reason: text.replace(/\s+/g, ' ').slice(0, MAX_REASON),
  };
}

/** Sends an answer. Where that fails (the connection is lost, say), the error goes to the bus: no caller awaits it. */
function reporting(bus: Bus, send: () => unknown): void {
  try {
    send();
  } catch (error) {
    bus.report(error as SlateError);
  }
}

const yes = () => true;
const no = () => false;
