/** The messages that the outbox holds, counted against its limits. A message to several subjects counts once. */
import type { OutboxLimits } from './outbox-limits.js';
import type { Parcel } from './parcel.js';

export class Held {
  messages = 0;
  bytes = 0;
  readonly #limits: OutboxLimits;

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
  }

  hasRoomFor({ length }: Uint8Array): boolean {
    const { messages, bytes } = this.#limits;
    return this.messages < messages && (this.messages === 0 || this.bytes + length <= bytes);
  }

  add(parcel: Parcel, data: Uint8Array): void {
    parcel.data.push(data);
    parcel.bytes += data.length;
    this.messages++;
    this.bytes += data.length;
  }

  /** The parcel is held no longer. */
  remove(parcel: Parcel): void {
    this.messages -= parcel.data.length;
    this.bytes -= parcel.bytes;
    parcel.held = false;
    parcel.data = [];
    parcel.bytes = 0;
  }
}
