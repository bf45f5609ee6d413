/** One message that a client of a memory hub receives. */
import type { Bus, BusMessage, Payload, PublishOptions } from '../bus.js';
import { answer } from '../inbox.js';
import { decodeJson } from '../payload.js';

export class MemoryMessage implements BusMessage {
  constructor(
    readonly subject: string,
    readonly data: Uint8Array,
    readonly reply: string | undefined,
    readonly noResponders: boolean,
    readonly bus: Pick<Bus, 'publish'>,
    readonly headers?: PublishOptions['headers'],
  ) {}

  get hasHeaders(): boolean {
    return this.headers !== undefined || this.noResponders;
  }

  header(name: string): string | undefined {
    return this.headers?.[name];
  }

  json(): unknown {
    return decodeJson(this);
  }

  respond(payload?: Payload): boolean {
    return answer(this.bus, this.reply, payload);
  }
}
