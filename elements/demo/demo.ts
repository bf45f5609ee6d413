/**
 * The demo page. It uses only what every page can use: the elements, their attributes and events, and the `Room` of the
 * room element. The phone on it holds the same page once more.
 */
import '../index.js';
import '../build/define.js';
import '../feed/define.js';
import '../fields/define.js';
import '../log/define.js';
import '../text/define.js';
import type { SlateCursors, SlateRoom } from '../index.js';
import { startCode } from './code.js';
import { startCrowd } from './crowd.js';
import { startFigures } from './figures.js';
import { startLook } from './look.js';
import { startNote } from './note.js';
import { startNotice } from './notice.js';
import { startOrder } from './order.js';
import { startOwnPhone } from './own-phone.js';
import { startPhone } from './phone.js';
import { plugIn } from './plug.js';
import { startProfile } from './profile.js';
import { sayBelow } from './say.js';
import { readServers } from './servers.js';
import { startTogether } from './together.js';
import { startVotes } from './votes.js';

const room = document.querySelector('slate-room');
const cursors = document.querySelector('slate-cursors');

if (room && cursors) {
  startNote(room);
  startVotes(room);
  startOrder(room);
  room.addEventListener('slate-join', putWords);
  startTogether(room, cursors, sayBelow());
  followLocation(room);
  if (document.documentElement.classList.contains('in-phone')) await startInPhone(room, cursors);
  else await startPage(room);
}

async function startInPhone(element: SlateRoom, pointers: SlateCursors): Promise<void> {
  document.querySelector('slate-avatars')?.setAttribute('max', '4');
  const { servers } = await readServers(new URLSearchParams(parent.location.search));
  startPhone(element, pointers, servers);
}

async function startPage(element: SlateRoom): Promise<void> {
  const query = new URLSearchParams(location.search);
  if (query.get('dir') === 'rtl') document.documentElement.dir = 'rtl';
  const say = sayBelow();
  const notify = startNotice(element);
  startLook(() => document.querySelector<HTMLIFrameElement>('#phone')?.contentDocument);
  if (!query.has('alone')) element.addEventListener('slate-join', putPhone, { once: true });
  startProfile(element);
  startFigures(element);
  startCode();
  document.querySelector('#open')?.addEventListener('click', openBeside);
  try {
    const found = await readServers(query);
    element.bus = plugIn(element, found.servers, say);
    startCrowd(element, found.servers, say);
    await startOwnPhone(found);
  } catch (error) {
    notify((error as Error).message);
  }
}

/** The editor is fetched when there is something to edit: the rest of the page does not wait for it. */
async function putWords({ room: joined }: HTMLElementEventMap['slate-join']): Promise<void> {
  const { openWords } = await import('./words.js');
  const parent = document.querySelector('#words');
  if (parent && room?.room === joined) openWords(parent, joined);
}

/** The phone is put here, and not in the markup: else the page in it would hold another one. `?alone` goes without. */
function putPhone(): void {
  const phone = { id: 'phone', title: 'The same page on a phone', src: location.pathname };
  document.querySelector('.screen')?.replaceChildren(Object.assign(document.createElement('iframe'), phone));
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
