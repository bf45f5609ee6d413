/**
 * The page inside the phone: a session of its own, of the same page. While the page around it is alone, a bot sits at
 * it, says so, and acts once. Whoever uses the phone takes it over. As soon as other people come, an unused phone is
 * just a second window of its owner, so that nobody meets the bots of others.
 */
import type { Room } from '../../src/index.js';
import type { SlateCursors, SlateRoom } from '../index.js';
import { act } from './bot.js';
import { botId, isBot } from './bots.js';
import { wear } from './look.js';

export const BOT_NAME = 'Bot · demo';
/** What only a person does; the bot's own events are not trusted by the browser. */
const USES = ['pointermove', 'pointerdown', 'keydown', 'wheel'];

/** `servers`: the addresses of the server that the page around has joined. */
export function startPhone(
  element: SlateRoom,
  cursors: SlateCursors,
  servers: readonly string[],
  random: () => number = Math.random,
): void {
  const whose = document.querySelector('#whose');
  const owner = parent.document.querySelector('slate-room');
  if (!owner || !whose) return;
  const id = botId(random);
  const acting = new AbortController();
  let used = false;

  wear(document.documentElement, parent.document.documentElement);
  const sit = ({ members, self: { user } }: Room): void => {
    const company = members.some((member) => !member.self && !isBot(member.user.id));
    if (company || used) acting.abort();
    const isOwners = company && !used;
    element.userId = isOwners ? user.id : id;
    element.userName = isOwners ? user.name : used ? `${user.name} · phone` : BOT_NAME;
    element.userColor = isOwners ? user.color : undefined;
    whose.textContent = isOwners ? 'Second window' : used ? 'Your phone' : BOT_NAME;
    element.server = servers.join(' ');
  };
  const follow = (room: Room): void => {
    sit(room);
    room.on('members', () => room.status !== 'closed' && sit(room)); // ends with the room
  };
  if (owner.room) follow(owner.room);
  owner.addEventListener('slate-join', ({ room }) => follow(room)); // when it joins anew

  element.addEventListener('slate-join', ({ room }) => {
    if (!acting.signal.aborted && room.self.user.id === id) void act(cursors, acting.signal);
  });
  const use = ({ isTrusted }: Event): void => {
    if (!isTrusted || used) return;
    used = true;
    if (owner.room) sit(owner.room);
  };
  for (const type of USES) addEventListener(type, use, { capture: true, passive: true });
}
