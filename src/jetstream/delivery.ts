/** One delivery of a stored message: what its reply subject says, and the acknowledgements that can be sent to it. */
import type { BusMessage } from '../bus/bus.js';
import { nanoseconds, type Requester } from './api.js';

export interface DeliveryInfo {
  readonly stream: string;
  /** The message's sequence number in the stream. */
  readonly seq: number;
  /**
   * When it was stored, in nanoseconds since 1970. Needed beside `seq`: a stream that is deleted and created again
   * counts from 1.
   */
  readonly stored: string;
  /** How often it has been delivered; 1 the first time. */
  readonly count: number;
  /** How many deliveries of its consumer came before it, and how many messages its consumer has not delivered yet. */
  readonly before: number;
  readonly pending: number;
}

/** `undefined` for a message that is not a delivery, such as the word that a pull request has expired. */
export function readDelivery(message: Pick<BusMessage, 'reply'>): DeliveryInfo | undefined {
  const tokens = message.reply?.split('.') ?? [];
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return undefined;
  // Nine tokens on nats-server 2.9; later servers put domain and account before the stream.
  const at = tokens.length === 9 ? 2 : 4;
  const stream = tokens[at];
  return stream
    ? {
        stream,
        count: Number(tokens[at + 2]),
        seq: Number(tokens[at + 3]),
        before: Number(tokens[at + 4]) - 1,
        stored: tokens[at + 5] ?? '',
        pending: Number(tokens[at + 6]),
      }
    : undefined;
}

/** Done; not done, deliver it again; still working on it; never deliver it again. */
export type Ack = '+ACK' | '-NAK' | `-NAK ${string}` | '+WPI' | '+TERM';

/** Not done: asks the server to deliver the message again after `delayMs` milliseconds. */
export function retryAfter(delayMs: number): Ack {
  return `-NAK ${JSON.stringify({ delay: nanoseconds(delayMs) })}`;
}

/** Sends an acknowledgement and resolves when the server has confirmed it. Rejects as `Bus.request` does. */
export async function acknowledge(bus: Requester, message: BusMessage, ack: Ack, timeoutMs: number): Promise<void> {
  await bus.request(message.reply ?? '', new TextEncoder().encode(ack), timeoutMs);
}
