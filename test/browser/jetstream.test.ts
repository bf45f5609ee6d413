/** JetStream from a page: the room src/jetstream needs neither Node nor the NATS client's own JetStream code. */
import { expect, inject, it, onTestFinished } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { systemClock } from '../../src/clock.js';
import { createConsumer } from '../../src/jetstream/consumers.js';
import { acknowledge } from '../../src/jetstream/delivery.js';
import { deleteMessage, store } from '../../src/jetstream/messages.js';
import { Puller } from '../../src/jetstream/puller.js';
import { createStream, streamKeeping } from '../../src/jetstream/streams.js';

it('a page stores a message and reads it again', async () => {
  const bus = await connect({ servers: inject('natsWsUrl') });
  onTestFinished(() => bus.close());
  const name = { stream: 'PAGE', consumer: 'reader' };
  await createStream(bus, { name: name.stream, subjects: ['page.>'], retention: 'limits' });
  expect(await streamKeeping(bus, 'page.a')).toBe('PAGE');
  const stored = await store(bus, 'page.a', { n: 1 });
  expect(stored).toMatchObject({ stream: 'PAGE', duplicate: false });

  await createConsumer(bus, name, { subject: 'page.a', ackWaitMs: 30_000, maxAckPending: 10 });
  const message = await new Promise<Parameters<typeof acknowledge>[1]>((receive, failed) => {
    const puller = new Puller({ bus, clock: systemClock, ensure: async () => name, receive, failed });
    onTestFinished(() => puller.stop());
    puller.request();
    puller.start().catch(failed);
  });
  expect(message.json()).toEqual({ n: 1 });
  await acknowledge(bus, message, '+ACK', 2000);
  expect(await deleteMessage(bus, stored)).toBe(true);
  expect(await deleteMessage(bus, stored)).toBe(false);
});
