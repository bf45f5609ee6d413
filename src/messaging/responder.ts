/**
 * The other half of `request`: answers, as a service of the NATS services API, so that `nats micro ls`, `info` and `stats` see it.
 * It speaks that protocol over the bus, and not through a client's own implementation of it: so it works on any bus, before
 * the first connection too, and counts what asynchronous handlers take and how they fail, which that of nats.ws does not.
 */

import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { isoTime } from '../clock.js';
import { OptionError, type SlateError } from '../errors.js';
import { uniqueId } from '../id.js';
import { type Client, clientOf, ERROR_CODE_HEADER, ERROR_HEADER, read } from './client.js';
import { defaultClient } from './default.js';
import { carried } from './shared-subscriptions.js';

/** Gives the answer, or a promise of it. What it throws goes to the requester as a `RemoteError`. */
export type RequestHandler = (data: unknown, message: BusMessage) => unknown;

export interface RespondOptions {
  /** The service's name for the tools: letters, digits, `-` and `_`. By default made of the subject. */
  readonly name?: string | undefined;
  /** Semantic version of the service; `1.0.0`. */
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  /** Instances in the same queue group share the requests; `q`, as NATS services have it. */
  readonly queue?: string | undefined;
  /** The bus to answer on; the default connection's. */
  readonly bus?: Bus | undefined;
}

const NAME = /^[-\w]+$/;
const VERSION = /^\d+\.\d+\.\d+(?:-[-.\w]+)?(?:\+[-.\w]+)?$/;
const NANOSECONDS = 1_000_000;
/** An error's words travel in a header: one line, and not a whole payload. */
const MAX_REASON = 1000;

/**
 * Answers requests on a subject until `unsubscribe()`; what is being answered then is still answered. Resolves as `subscribe`
 * does. A message that expects no answer is no request and is passed over.
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
  const client = options.bus ? clientOf(options.bus) : defaultClient();
  const { bus } = client;
  const service = new Service(client, subject, handler, options);
  const { queue } = service;
  const main = client.subscribe(subject, (message) => void service.answer(message), queue);
  const control: BusSubscription[] = [];
  let ended = false;
  void main.closed.then(() => {
    ended = true;
    for (const listening of control) listening.unsubscribe();
  });
  await carried(bus, main);
  for (const { subject, answer } of service.control()) {
    if (ended) break;
    const listening = client.listen(subject, (_, message) => tell(bus, () => message.respond(answer())));
    control.push(listening);
    // Where the server forbids the first of them, the tools see nothing, which has cost one error event; no need for nine.
    if (control.length === 1 && !(await listening.carried.then(yes, no))) break;
  }
  return main;
}

class Service {
  readonly queue: string;
  readonly #client: Client;
  readonly #handler: RequestHandler;
  readonly #identity: { name: string; id: string; version: string; metadata: object };
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
    if (!NAME.test(name)) throw new OptionError('name', 'may hold letters, digits, "-" and "_" alone');
    if (!VERSION.test(version)) throw new OptionError('version', 'must be a semantic version, such as "1.0.0"');
    this.queue = queue;
    this.#client = client;
    this.#handler = handler;
    this.#identity = { name, id: uniqueId(), version, metadata: {} };
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
      tell(bus, () => bus.publish(message.reply as string, undefined, { headers }));
    }
    stats.processing_time += Math.round((bus.clock.now() - start) * NANOSECONDS);
  }

  /** What the tools ask, of all services, of those of a name, and of one; and the answers. */
  *control(): Iterable<{ subject: string; answer: () => object }> {
    const { name, id } = this.#identity;
    for (const [verb, more] of Object.entries(this.#answers)) {
      const type = `io.nats.micro.v1.${verb.toLowerCase()}_response`;
      const answer = () => ({ type, ...this.#identity, ...more() });
      for (const whom of ['', `.${name}`, `.${name}.${id}`]) yield { subject: `$SRV.${verb}${whom}`, answer };
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

/** The error's own `code` where it has one that is a number above 0, such as that of HTTP. */
function describe(error: unknown): { code: number; reason: string } {
  const { code } = (error ?? {}) as { code?: unknown };
  const text = error instanceof Error ? error.message || error.name : String(error);
  return {
    code: typeof code === 'number' && code > 0 ? code : 500,
    reason: text.replace(/\s+/g, ' ').slice(0, MAX_REASON),
  };
}

/** An answer that cannot be sent (the connection is lost, say) concerns nobody who could be told but the bus. */
function tell(bus: Bus, say: () => unknown): void {
  try {
    say();
  } catch (error) {
    bus.report(error as SlateError);
  }
}

const yes = () => true;
const no = () => false;
