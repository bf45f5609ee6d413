/**
 * Claims a name for this document alone among all documents of the origin, until it goes away: with the Web Locks API,
 * or, where a page has none (it came by `http:`), by asking the others on a BroadcastChannel.
 */

/**
 * How long a document that holds the name has to answer. A tab that is reloaded gives its name up a moment after the
 * new document wants it. Milliseconds.
 */
const WAIT_MS = 300;

let release: (() => void) | undefined;

/** Resolves with whether this document holds `name` now. What it held before, it gives up. */
export async function claim(name: string): Promise<boolean> {
  // A document that holds a lock would not be kept in the back/forward cache.
  if (!release) addEventListener('pagehide', () => release?.());
  release?.();
  try {
    return (await lock(name, { ifAvailable: true })) || (await lock(name, { signal: AbortSignal.timeout(WAIT_MS) }));
  } catch {
    return ask(name); // no locks here
  }
}

async function lock(name: string, options: LockOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const hold = (held: Lock | null) => {
      resolve(held !== null);
      return (
        held &&
        new Promise<void>((free) => {
          release = free;
        })
      );
    };
    navigator.locks.request(name, options, hold).catch((error: unknown) => {
      if (options.signal?.aborted) resolve(false);
      else reject(error);
    });
  });
}

/** Asks whether another document holds the name. Of two that ask at the same moment, one yields. */
function ask(name: string): Promise<boolean> {
  const channel = new BroadcastChannel(name);
  const number = Math.random();
  let held = false;
  release = () => channel.close();
  return new Promise((resolve) => {
    const end = (claimed: boolean) => {
      clearTimeout(timer);
      held = claimed;
      if (!claimed) channel.close();
      resolve(claimed);
    };
    const timer = setTimeout(() => end(true), WAIT_MS);
    // A number asks; anything else says that somebody holds the name.
    channel.onmessage = ({ data }) => {
      if (held ? typeof data === 'number' : number > data) channel.postMessage('held');
      else if (!held) end(false);
    };
    channel.postMessage(number);
  });
}
