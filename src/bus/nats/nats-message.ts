/** One message from a NATS connection: a thin face over the client's own, which decodes each part when it is asked for. */
import type { Bus, BusMessage, Payload } from '../bus.js';
import { decodeJson } from '../payload.js';
import type { NatsMessageLike } from './nats-connection.js';

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
    return this.data.length === 0 && this.#headers?.code === 503; // headers cost a parse: empty messages only
  }

  header(name: string): string | undefined {
    return this.#headers?.get(name) || undefined;
  }

  /** No server looks at what a sender writes there, and the clients throw at what they cannot read. */
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
    const { reply } = this;
    if (reply === undefined) return false;
    this.bus.publish(reply, payload);
    return true;
  }
}
