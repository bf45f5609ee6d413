/** A durable job that reaches a worker as it drains: the server's part is played, so that it comes at just that time. */
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

/** A server that has a stream and a queue, keeps requests for jobs, and takes down what is said of them. */
async function stage() {
  const hub = new MemoryHub();
  const [server, bus] = [hub.connect(), hub.connect()];
  buses.push(server, bus);
  const asked: string[] = [];
  const said: string[] = [];
  server.subscribe('$JS.>', (message) => {
    const { subject, reply = '', data } = message;
    if (subject.startsWith('$JS.API.CONSUMER.MSG.NEXT')) asked.push(reply);
    else if (subject.startsWith('$JS.ACK')) {
      said.push(new TextDecoder().decode(data));
      message.respond();
    } else if (subject.endsWith('STREAM.NAMES')) message.respond({ streams: ['jobs'] });
    else if (subject.includes('STREAM.INFO')) message.respond({ config: { name: 'jobs', retention: 'workqueue' } });
    else message.respond({ config: { ack_wait: 30_000_000_000 } });
  });
  const begun: number[] = [];
  const handler = (_: unknown, { attempt }: JobContext) => void begun.push(attempt);
  const crew = await worker('slate.jobs', handler, { bus, durable: true, attempts: ATTEMPTS, shutdown: false });
  const inbox = await until(() => asked[0], { what: 'a request for a job' });
  const give = (count: number) => server.publish(inbox, {}, { reply: `$JS.ACK.jobs.workers.${count}.1.1.1.0` });
  return { crew, give, begun, said };
}

describe('a durable job that comes as its worker drains', () => {
  it('is given back at once where it may be tried again', async () => {
    const { crew, give, begun, said } = await stage();
    give(ATTEMPTS - 1);
    await within(crew.drain(), 'the drain');
    expect([begun, said]).toEqual([[], ['-NAK']]);
  });

  it('is done where this is its last try: given back it would be dead, and never have been begun', async () => {
    const { crew, give, begun, said } = await stage();
    give(ATTEMPTS);
    await within(crew.drain(), 'the drain');
    expect([begun, said]).toEqual([[ATTEMPTS], ['+ACK']]);
    expect(crew.stats).toEqual({ completed: 1, failed: 0, retried: 0 });
  });
});
