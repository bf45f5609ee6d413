/**
 * The plug of this page's connection. The bus takes its sockets from here: pulled, they are closed and no other is
 * made, as with a cable in one's hand. Slate knows nothing of it, and comes back as it does after any loss.
 */
import { type Bus, openBus } from '../../src/index.js';
import type { SlateRoom } from '../index.js';
import type { Say } from './say.js';

const PULLED = 'Unplugged, really. You stay in the picture, pale. Write in the note: it waits.';

/** Opens the bus of this page, and lets the button pull its plug. Throws OptionError for addresses that are none. */
export function plugIn(room: SlateRoom, servers: readonly string[], say: Say): Bus {
  const button = document.querySelector<HTMLButtonElement>('#plug');
  const sockets = new Set<WebSocket>();
  let pulled = false;
  /** When the plug went in again, while the room is not back yet. */
  let since: number | undefined;

  const bus = openBus({
    servers,
    WebSocket: (url) => {
      if (pulled) throw new Error('the plug is pulled');
      const socket = new WebSocket(url);
      sockets.add(socket);
      socket.addEventListener('close', () => sockets.delete(socket));
      return socket;
    },
  });

  button?.addEventListener('click', () => {
    pulled = !pulled;
    button.textContent = pulled ? 'Plug in again' : 'Pull the plug';
    since = pulled ? undefined : performance.now();
    if (pulled) for (const socket of sockets) socket.close();
    else void bus.suspect(); // a sign that the line is back: the next try begins at once
    say(pulled ? PULLED : 'Coming back …');
  });
  room.addEventListener('slate-status', ({ status }) => {
    if (status !== 'connected' || since === undefined) return;
    say(`Back after ${Math.round(performance.now() - since)} ms: the people, the note, the votes.`);
    since = undefined;
  });
  return bus;
}
