/** The one way to wait for a connection. */
import { ConnectionClosedError, NotConnectedError } from '../errors.js';
import type { Bus, BusStatus } from './bus.js';

export interface WaitOptions {
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait, in milliseconds; above 0. @defaultValue no limit */
  readonly timeoutMs?: number | undefined;
}

/**
 * Resolves as soon as `bus` is connected. Rejects with the bus's own error (or {@link ConnectionClosedError}) when it
 * is closed, with {@link NotConnectedError} after `timeoutMs`, and with the signal's reason when that aborts.
 */
export function whenConnected(
  bus: Pick<Bus, 'status' | 'on' | 'clock'>,
  { signal, timeoutMs }: WaitOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      unsubscribe();
      cancel?.();
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const onStatus = (status: BusStatus) => {
      if (status.type === 'connected') settle(resolve);
      else if (status.type === 'closed') settle(() => reject(status.error ?? new ConnectionClosedError()));
    };
    const onAbort = () => settle(() => reject(signal?.reason));
    const onTimeout = () => settle(() => reject(new NotConnectedError(bus.status.type)));
    const unsubscribe = bus.on('status', onStatus);
    const cancel = timeoutMs === undefined ? undefined : bus.clock.after(timeoutMs, onTimeout);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    else onStatus(bus.status);
  });
}
