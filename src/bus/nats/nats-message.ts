/** One message from a NATS connection. It wraps the client's own message, which decodes each part when it is read. */
import type { Bus, BusMessage, Payload } from '../bus.js';
import { answer } from '../inbox.js';
import { decodeJson } from '../payload.js';
import type { NatsMessageLike } from './nats-connection.js';

/** By this name the clients of other languages read the code of the first line; programs write none there. */
const STATUS = 'Status';

export class NatsMessage implements BusMessage {
  constructor(
    readonly native: NatsMessageLike,
    readonly data: Uint8Array,
    readonly bus: Pick<Bus, 'publish'>,
  ) {}

  get subject(): string {
    return this.native.subject;
  }

  get reply(): string | undefined {
    return this.native.reply || undefined;
  }

  get noResponders(): boolean {
    return this.data.length === 0 && this.#headers?.code === 503; // only an empty message is worth parsing headers for
  }

  get hasHeaders(): boolean {
    try {
      return this.native.headers !== undefined;
    } catch {
      return true;
    }
  }

  header(name: string): string | undefined {
    const headers = this.#headers;
    if (name === STATUS) return headers?.code ? String(headers.code) : undefined;
    return headers?.get(name) || undefined;
  }

  /**
   * Undefined when they are malformed: the server does not check a sender's headers, and the clients throw when they
   * parse them.
   */
  get #headers(): NatsMessageLike['headers'] {
    try {
      return this.native.headers;
    } catch {
      return undefined;
    }
  }

  json(): unknown {
    return decodeJson(this);
  }

  respond(payload?: Payload): boolean {
    return answer(this.bus, this.reply, payload);
  }
}
