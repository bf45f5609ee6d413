/** What `enqueue` does when the confirmation does not come. The server's part is played. */
import { describe, expect, it } from 'vitest';
import { RequestTimeoutError } from '../../../src/errors.js';
import { enqueue } from '../../../src/service/index.js';
import { MemoryHub } from '../../../src/testing.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** A stream that keeps `jobs` and confirms from the message number `from` on; `ids` are those that it received. */
function stage({ from, onMessage = () => undefined }: { from: number; onMessage?: (hub: MemoryHub) => void }) {
  const clock = new VirtualClock();
  const hub = new MemoryHub({ clock });
  const [server, bus] = [hub.connect(), hub.connect()];
  const ids: (string | undefined)[] = [];
  server.subscribe('jobs', (message) => {
    ids.push(message.header('Nats-Msg-Id'));
    if (ids.length >= from) message.respond({ stream: 's', seq: ids.length });
    else onMessage(hub);
  });
  return { clock, hub, bus, ids };
}

describe('enqueue', () => {
  it('tries again under the same id when the connection is lost before the confirmation', async () => {
    const { clock, hub, bus, ids } = stage({ from: 2, onMessage: (hub) => hub.drop() });
    const job = enqueue('jobs', {}, { bus, id: 'build-17' });
    await clock.advance(1000);
    hub.restore();
    expect(await clock.while(job)).toEqual({ id: 'build-17', stream: 's', seq: 2, duplicate: false });
    expect(ids).toEqual(['build-17', 'build-17']);
  });

  it('tries again when no confirmation comes, and rejects when its time is over', async () => {
    const { clock, bus, ids } = stage({ from: 100 });
    const job = enqueue('jobs', {}, { bus, timeoutMs: 5000 });
    await expect(clock.while(job)).rejects.toThrow(RequestTimeoutError);
    expect(ids).toHaveLength(3); // one every 2.25 s
    expect(new Set(ids).size).toBe(1);
  });

  it('rejects with the same error where it has no time at all', async () => {
    const { bus, ids } = stage({ from: 1 });
    await expect(enqueue('jobs', {}, { bus, timeoutMs: 0 })).rejects.toThrow(RequestTimeoutError);
    expect(ids).toEqual([]);
  });
});
