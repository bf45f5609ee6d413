import { describe, expect, it } from 'vitest';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import { whenConnected } from '../../../src/bus/when-connected.js';
import { ConnectionClosedError, NotConnectedError } from '../../../src/errors.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** A bus that is not connected before `hub.restore()`. */
function setup() {
  const clock = new VirtualClock();
  const hub = new MemoryHub({ clock });
  hub.drop();
  return { clock, hub, bus: hub.connect() };
}

describe('waiting for a connection', () => {
  it('ends at once when there is one', async () => {
    const { hub, bus, clock } = setup();
    hub.restore();
    await whenConnected(bus, { timeoutMs: 1000 });
    expect(clock.waiting).toBe(0);
  });

  it('ends when there is one, and leaves nothing behind', async () => {
    const { hub, bus, clock } = setup();
    const { signal } = new AbortController();
    const connected = whenConnected(bus, { timeoutMs: 1000, signal });
    hub.restore();
    await connected;
    expect(clock.waiting).toBe(0);
  });

  it('rejects when the bus is closed, before or meanwhile', async () => {
    const { bus } = setup();
    const waiting = expect(whenConnected(bus)).rejects.toThrow(ConnectionClosedError);
    await bus.close();
    await waiting;
    await expect(whenConnected(bus)).rejects.toThrow(ConnectionClosedError);
  });

  it('rejects when the time is up, with the status of the bus', async () => {
    const { bus, clock } = setup();
    const waiting = expect(whenConnected(bus, { timeoutMs: 1000 })).rejects.toThrow(NotConnectedError);
    await clock.advance(1000);
    await waiting;
  });

  it("rejects with the signal's reason when that aborts, before or meanwhile", async () => {
    const { bus, clock } = setup();
    const controller = new AbortController();
    const reason = new Error('no longer needed');
    const waiting = expect(whenConnected(bus, { signal: controller.signal, timeoutMs: 1000 })).rejects.toBe(reason);
    controller.abort(reason);
    await waiting;
    await expect(whenConnected(bus, { signal: controller.signal })).rejects.toBe(reason);
    expect(clock.waiting).toBe(0);
  });
});
