/** The buttons for what people do together: follow somebody, ask everyone to come, react. */
import type { SlateCursors, SlateRoom } from '../index.js';
import { isBot } from './bots.js';
import type { Say } from './say.js';

const EMOJI = ['👍', '❤️', '🎉', '😂', '👀'];

export function startTogether(element: SlateRoom, cursors: SlateCursors, say: Say): void {
  const follow = document.querySelector('#follow');
  let reactions = 0;

  /** A person if one is here, else a bot. */
  const somebody = () => {
    const others = element.room?.members.filter(({ self }) => !self) ?? [];
    return others.find(({ user }) => !isBot(user.id)) ?? others[0];
  };
  follow?.addEventListener('click', async () => {
    if (cursors.following) return cursors.unfollow();
    const leader = somebody();
    if (!leader || !(await cursors.follow(leader.user.id))) say('Nobody to follow yet. Open another window.');
    else say(`You follow ${leader.label}: this page scrolls as theirs does, until you touch anything.`);
  });
  cursors.addEventListener('slate-follow', ({ user, reason }) => {
    follow?.setAttribute('aria-pressed', String(user !== null));
    if (!user) say(reason === 'gone' ? 'They have gone.' : 'You go your own way again.');
  });
  document.querySelector('#gather')?.addEventListener('click', async () => {
    if (!somebody()) return say('Nobody else is here yet. Open another window.');
    await cursors.gather();
    say('Everyone here is asked to come along. Look at the phone.');
  });
  document.querySelector('#react')?.addEventListener('click', () => {
    const emoji = EMOJI[reactions++ % EMOJI.length] as string;
    cursors.react(emoji);
    say(`${emoji} rises from your pointer, in every window.`);
  });
}
