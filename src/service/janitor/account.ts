/** Which account the rooms are in: the server tells its system account of each connection that is made, too. */
import type { Bus } from '../../bus/bus.js';
import type { Clock, Random } from '../../clock.js';
import { NoRespondersError, PermissionError } from '../../errors.js';
import { randomName } from '../../id.js';
import { JanitorError } from '../errors.js';
import { connects, readConnectionEvent } from './disconnect.js';

/** Every server of a cluster answers here those who are in its system account. */
const PING = '$SYS.REQ.SERVER.PING';
/** Milliseconds, as the next. */
const ANSWER_MS = 5_000;
/** What stands for every account. */
const ALL = '*';
/** The server says at once which connection was made. */
const TOLD_MS = 5_000;

/**
 * Rejects with {@link JanitorError} where this bus is not in the system account, and otherwise as `request` does. A
 * user who may not ask has been given the system's subjects one by one, and is believed.
 */
export async function checkSystem(system: Bus): Promise<void> {
  try {
    await system.request(PING, '', { timeoutMs: ANSWER_MS });
  } catch (cause) {
    if (cause instanceof PermissionError) return;
    throw cause instanceof NoRespondersError ? new JanitorError('system', { cause }) : cause;
  }
}

/**
 * Makes the connection to the rooms, under a name of its own, and says in which account the server put it. Rejects as
 * {@link checkSystem} and `connect` do, and with {@link JanitorError} where the server says nothing of it. To a
 * user who may not hear of new connections it says none: all accounts then count.
 */
export async function connectKnown(
  system: Bus,
  connect: (name: string) => Promise<Bus>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<{ readonly bus: Bus; readonly account: string }> {
  await checkSystem(system);
  const name = `slate janitor ${randomName(random)}`;
  const [told, account] = promise<string | undefined>();
  const subscription = system.subscribe(connects(), (message) => {
    const event = readConnectionEvent(message);
    if (event?.name === name) account(event.account);
  });
  void subscription.closed.then((error) => {
    if (error) account(error instanceof PermissionError ? ALL : Promise.reject(error));
  });
  let cancel: (() => void) | undefined;
  let bus: Bus | undefined;
  try {
    await system.flush();
    bus = await connect(name);
    cancel = clock.after(TOLD_MS, () => account(undefined));
    const found = await told;
    if (found === undefined) throw new JanitorError('global');
    return { bus, account: found };
  } catch (error) {
    await bus?.close();
    throw error;
  } finally {
    cancel?.();
    subscription.unsubscribe();
  }
}

/** A promise and what resolves it. One that nobody awaits any more may reject. */
function promise<T>(): readonly [Promise<T>, (value: T | Promise<T>) => void] {
  let resolve: (value: T | Promise<T>) => void = () => undefined;
  const made = new Promise<T>((settle) => {
    resolve = settle;
  });
  made.catch(() => undefined);
  return [made, resolve];
}
