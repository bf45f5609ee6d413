/** One incoming message. Cheap to make, one a delivery: nothing is decoded before it is asked for. */
import type { Bus, BusMessage, Payload, PublishOptions } from '../bus.js';
import { decodeJson } from '../payload.js';

export class Message implements BusMessage {
  constructor(
    readonly subject: string,
    readonly data: Uint8Array,
    readonly reply: string | undefined,
    readonly noResponders: boolean,
    readonly bus: Pick<Bus, 'publish'>,
    readonly headers?: PublishOptions['headers'],
  ) {}

  header(name: string): string | undefined {
    return this.headers?.[name];
  }

  json(): unknown {
    return decodeJson(this);
  }

  respond(payload?: Payload): boolean {
    if (this.reply === undefined) return false;
    this.bus.publish(this.reply, payload);
    return true;
  }
}
