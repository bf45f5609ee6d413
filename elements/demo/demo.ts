/**
 * The demo page. It uses only what every page can use: the elements, their attributes and events, and the `Room` of the
 * room element.
 */
import '../index.js';
import '../build/define.js';
import '../feed/define.js';
import '../log/define.js';
import '../text/define.js';
import { startFigures } from './figures.js';
import { startNote } from './note.js';
import { startProfile } from './profile.js';
import { readServers } from './servers.js';

const query = new URLSearchParams(location.search);
if (query.get('dir') === 'rtl') document.documentElement.dir = 'rtl';

const room = document.querySelector('slate-room');
const notice = document.querySelector<HTMLElement>('#notice');
const opener = document.querySelector('#open');

if (room && notice) {
  startProfile(room);
  startFigures(room);
  startNote(room);
  followLocation(room);
  opener?.addEventListener('click', openBeside);
  readServers(query).then(
    (servers) => {
      room.server = servers;
    },
    (error: Error) => {
      notice.textContent = error.message;
      notice.hidden = false;
    },
  );
}

/** Makes the part of the page under the pointer, or with the focus, the user's location. */
function followLocation(element: HTMLElementTagNameMap['slate-room']): void {
  const follow = ({ target }: Event): void => {
    const place = (target as Element).closest<HTMLElement>('[data-place]')?.dataset.place;
    if (place) element.location = place;
  };
  addEventListener('pointerover', follow, { passive: true });
  addEventListener('focusin', follow);
}

/** Opens another window for another user: a window without an opener starts with an empty session storage. */
function openBeside(): void {
  const width = Math.round(Math.min(900, screen.availWidth / 2));
  const left = Math.max(0, screen.availWidth - width);
  open(location.href, '_blank', `popup,noopener,width=${width},height=${screen.availHeight},left=${left},top=0`);
}
