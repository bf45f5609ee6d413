/** `startJanitor`: the way in for programs that run a janitor themselves. */
import type { Bus } from '../../bus/bus.js';
import { checkSystem } from './account.js';
import { RoomJanitor } from './janitor.js';
import { checkSettings } from './settings.js';
import type { Janitor, JanitorOptions } from './types.js';

/**
 * Tells rooms within half a second that a client has lost its connection (docs/PROTOCOL.md, V8). `bus`: in the account
 * of the rooms. `system`: in the system account of the same servers. Resolves when it listens. Rejects with {@link
 * OptionError}, {@link JanitorError} where `system` is in another account, {@link PermissionError}, as `request` does,
 * and with the reason of `signal`.
 *
 * ```ts
 * const janitor = await startJanitor(bus, system, { onGone: ({ client, ms }) => console.log(client, ms) });
 * ```
 */
export async function startJanitor(bus: Bus, system: Bus, options: JanitorOptions = {}): Promise<Janitor> {
  const settings = checkSettings(bus, system, options);
  const { signal } = options;
  signal?.throwIfAborted();
  await checkSystem(system);
  signal?.throwIfAborted();
  const janitor = new RoomJanitor(settings);
  janitor.start();
  const stop = () => void janitor.stop();
  signal?.addEventListener('abort', stop, { once: true });
  void janitor.closed.then(() => signal?.removeEventListener('abort', stop));
  await Promise.all([bus.flush(), system.flush()]);
  return janitor;
}
