/** Says what is in the way where the page cannot reach its server; gone as soon as it is there. */
import type { SlateRoom } from '../index.js';

export function startNotice(room: SlateRoom): (text: string) => void {
  const notice = document.querySelector<HTMLElement>('#notice');
  const show = (text: string): void => {
    if (!notice) return;
    if (text) notice.textContent = text;
    notice.hidden = text === '';
  };
  room.addEventListener('slate-error', ({ error }) => {
    if (room.room || error.name !== 'ServerUnreachableError') return; // later the status says enough
    show('The server does not answer yet. This page tries again by itself; “npm start” starts a server.');
  });
  room.addEventListener('slate-join', () => show(''));
  return show;
}
