/** The reply subject of a delivery, and the acknowledgement that asks for another one. */
import { describe, expect, it } from 'vitest';
import { readDelivery, retryAfter } from '../../../src/jetstream/delivery.js';

describe('a delivery', () => {
  const read = (reply: string | undefined) => readDelivery({ reply });

  it('is read from its reply subject, as nats-server 2.9 and later servers write it', () => {
    const delivery = { stream: 's', count: 2, seq: 17, stored: '1700000000000000000', before: 3, pending: 5 };
    expect(read('$JS.ACK.s.workers.2.17.4.1700000000000000000.5')).toEqual(delivery);
    expect(read('$JS.ACK._.hash.s.workers.2.17.4.1700000000000000000.5.token')).toEqual(delivery);
  });

  it('is not read from a message that is none: the end of a pull request, another request', () => {
    for (const reply of [undefined, '_INBOX.x', '$JS.API.STREAM.INFO.s']) expect(read(reply)).toBeUndefined();
  });

  it('can be asked for again after a delay, which the server counts in nanoseconds', () => {
    expect(retryAfter(20)).toBe('-NAK {"delay":20000000}');
  });
});
