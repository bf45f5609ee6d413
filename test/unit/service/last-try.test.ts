/**
 * A durable job that arrives while its worker drains. The server's part is played, so that it arrives at just that
 * time.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Bus } from '../../../src/bus/bus.js';
import { type JobContext, worker } from '../../../src/service/index.js';
import { MemoryHub } from '../../../src/testing.js';
import { until, within } from '../../support/wait.js';

const ATTEMPTS = 2;
const buses: Bus[] = [];
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
});

/** A server with a stream and a queue; it records pull requests and the acknowledgements of jobs. */
async function stage() {
  const hub = new MemoryHub();
  const [server, bus] = [hub.connect(), hub.connect()];
  buses.push(server, bus);
  const inboxes: string[] = [];
  const acks: string[] = [];
  server.subscribe('$JS.>', (message) => {
    const { subject, reply = '', data } = message;
    if (subject.startsWith('$JS.API.CONSUMER.MSG.NEXT')) inboxes.push(reply);
    else if (subject.startsWith('$JS.ACK')) {
      acks.push(new TextDecoder().decode(data));
      message.respond();
    } else if (subject.endsWith('STREAM.NAMES')) message.respond({ streams: ['jobs'] });
    else if (subject.includes('STREAM.INFO')) message.respond({ config: { name: 'jobs', retention: 'workqueue' } });
    else message.respond({ config: { ack_wait: 30_000_000_000 } });
  });
  const begun: number[] = [];
  const handler = (_: unknown, { attempt }: JobContext) => void begun.push(attempt);
  const crew = await worker('slate.jobs', handler, { bus, durable: true, attempts: ATTEMPTS, shutdown: false });
  const inbox = await until(() => inboxes[0], { what: 'a pull request' });
  const give = (count: number) => server.publish(inbox, {}, { reply: `$JS.ACK.jobs.workers.${count}.1.1.1.0` });
  return { crew, give, begun, acks };
}

describe('a durable job that arrives while its worker drains', () => {
  it('is given back at once where it has attempts left', async () => {
    const { crew, give, begun, acks } = await stage();
    give(ATTEMPTS - 1);
    await within(crew.drain(), 'the drain');
    expect([begun, acks]).toEqual([[], ['-NAK']]);
  });

  it('is done where this is its last attempt: given back, it would become a dead letter without having been begun', async () => {
    const { crew, give, begun, acks } = await stage();
    give(ATTEMPTS);
    await within(crew.drain(), 'the drain');
    expect([begun, acks]).toEqual([[ATTEMPTS], ['+ACK']]);
    expect(crew.stats).toEqual({ completed: 1, failed: 0, retried: 0 });
  });
});
