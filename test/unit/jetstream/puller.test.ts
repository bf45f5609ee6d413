/** When the puller asks for messages, and what it does when the server does not answer. The server's part is played. */
import { describe, expect, it } from 'vitest';
import type { BusMessage } from '../../../src/bus/bus.js';
import { Puller } from '../../../src/jetstream/puller.js';
import { MemoryHub } from '../../../src/testing.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** A puller of one message, and the inboxes of the pull requests that the server received. */
async function stage() {
  const clock = new VirtualClock();
  const hub = new MemoryHub({ clock });
  const [server, bus] = [hub.connect(), hub.connect()];
  const inboxes: string[] = [];
  server.subscribe('$JS.API.CONSUMER.MSG.NEXT.s.c', ({ reply = '' }) => inboxes.push(reply));
  const received: BusMessage[] = [];
  const failures: unknown[] = [];
  const state = { ensured: 0, fails: false };
  const puller = new Puller({
    bus,
    clock,
    ensure: async () => {
      state.ensured++;
      if (state.fails) throw new Error('no leader');
      return { stream: 's', consumer: 'c' };
    },
    receive: (message) => received.push(message),
    failed: (error) => failures.push(error),
  });
  puller.request();
  await clock.while(puller.start());
  await clock.advance(0);
  const deliver = (inbox = '') => server.publish(inbox, {}, { reply: '$JS.ACK.s.c.1.1.1.1.0' });
  const end = (inbox = '') => server.publish(inbox); // a pull request ends with an empty message
  return { clock, hub, puller, inboxes, received, failures, state, deliver, end };
}

describe('a puller', () => {
  it('asks for one message for each request, and for no other when it came', async () => {
    const { clock, puller, inboxes, received, deliver } = await stage();
    deliver(inboxes[0]);
    await clock.advance(60_000);
    expect([inboxes.length, received.length]).toEqual([1, 1]);
    puller.request();
    await clock.advance(0);
    expect(inboxes).toHaveLength(2);
  });

  it('asks again when its request has expired', async () => {
    const { clock, inboxes, state, end } = await stage();
    await clock.advance(5000);
    end(inboxes[0]);
    await clock.advance(0);
    expect([inboxes.length, state.ensured]).toEqual([2, 1]);
  });

  it('makes sure of the consumer where a request is refused, and where the server says nothing', async () => {
    const { clock, inboxes, state, end } = await stage();
    end(inboxes[0]);
    await clock.advance(999);
    expect([inboxes.length, state.ensured]).toEqual([1, 1]);
    await clock.advance(1);
    expect([inboxes.length, state.ensured]).toEqual([2, 2]);
    await clock.advance(6000 + 1000);
    expect([inboxes.length, state.ensured]).toEqual([3, 3]);
  });

  it('goes on trying, and reports each failure', async () => {
    const { clock, inboxes, failures, state, end } = await stage();
    state.fails = true;
    end(inboxes[0]);
    await clock.advance(2000);
    expect(failures).toHaveLength(2);
    state.fails = false;
    await clock.advance(1000);
    expect(inboxes).toHaveLength(2);
  });

  it('asks again on a new connection: the server forgot what it was asked on the old one', async () => {
    const { clock, hub, inboxes } = await stage();
    hub.drop();
    await clock.advance(1000);
    expect(inboxes).toHaveLength(1);
    hub.restore();
    await clock.advance(0);
    expect(inboxes).toHaveLength(2);
  });

  it('receives after stop what was on its way, and asks for nothing more', async () => {
    const { clock, puller, inboxes, received, deliver } = await stage();
    deliver(inboxes[0]);
    await clock.while(puller.stop());
    puller.request();
    await clock.advance(60_000);
    expect([inboxes.length, received.length]).toEqual([1, 1]);
  });
});
