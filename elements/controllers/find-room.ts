/** Finds the `<slate-room>` of an element, and receives its state. Also finds a `<slate-room>` that appears later. */
import { ContextEvent } from '@lit/context';
import { type RoomState, roomContext } from '../shared/context.js';

/**
 * Calls `receive` with the state of the room now and after every change, and with undefined while no room is
 * found. The room is the nearest one around the host. To get the room of another element, `find` gives that
 * element, and `asking` is an element outside of the page: a request that names the host would move to a provider
 * around the host. Returns a function that unsubscribes.
 */
export function findRoom(
  host: Element,
  receive: (state: RoomState | undefined) => void,
  find: () => Element | null = () => host,
  asking = host,
): () => void {
  let release: (() => void) | undefined;
  const ask = (): void => {
    release?.();
    release = undefined;
    const answer = (state: RoomState, unsubscribe?: () => void): void => {
      if (release !== unsubscribe) release?.();
      release = unsubscribe;
      receive(state);
    };
    find()?.dispatchEvent(new ContextEvent(roomContext, asking, answer, true));
    if (!release) receive(undefined);
  };
  const onProvider = (): void => {
    if (!release || asking !== host) ask();
  };
  // Capture: a provider stops this event on its way up, and this must also see a provider that appears later.
  document.addEventListener('context-provider', onProvider, true);
  ask();
  return () => {
    document.removeEventListener('context-provider', onProvider, true);
    release?.();
  };
}
