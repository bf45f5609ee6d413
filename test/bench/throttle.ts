/**
 * The usual throttle of a page: at once when idle, then every `ms` while there are new values, and always the last one.
 */
export interface Throttled {
  (): void;
  stop(): void;
}

export function throttle(ms: number, send: () => void): Throttled {
  let timer: NodeJS.Timeout | undefined;
  let pending = false;
  const tick = () => {
    timer = undefined;
    if (!pending) return;
    pending = false;
    timer = setTimeout(tick, ms);
    send();
  };
  const call = () => {
    if (timer !== undefined) {
      pending = true;
      return;
    }
    timer = setTimeout(tick, ms);
    send();
  };
  call.stop = () => clearTimeout(timer);
  return call;
}
