/** Waiting for what a join needs, and for its being given up. */
import type { Bus, BusStatus } from '../bus/bus.js';
import { ConnectionClosedError } from '../errors.js';

/** Resolves once `bus` is connected; rejects with its error when it closes first, or with the signal's reason. */
export function whenConnected(bus: Bus, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      undo();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onStatus = (status: BusStatus) => {
      if (status.type === 'connected') end(resolve);
      else if (status.type === 'closed') end(() => reject(status.error ?? new ConnectionClosedError()));
    };
    const onAbort = () => end(() => reject(signal?.reason));
    const undo = bus.on('status', onStatus);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    else onStatus(bus.status);
  });
}

/** What `promise` gives, or the rejection with the signal's reason as soon as that aborts. */
export function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
