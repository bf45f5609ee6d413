/**
 * Votes for covers. They are a map of the room's document, from the id of a user to their vote, so the server keeps
 * them with the note. Each vote is a face: as its voter looks now where they are here, else as they looked then.
 */
import type { Member, Room } from '../../src/index.js';
import type { SlateRoom } from '../index.js';
import { covers } from './covers.js';
import { inkOn } from './ink.js';

/** So many faces are shown at a cover; the others are counted. */
const FACES = 5;
/** Above so many votes, those of people who are not here go when somebody votes. */
const MOST = 200;

interface Vote {
  readonly cover: string;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
}

type Votes = ReturnType<NonNullable<Room['doc']>['getMap']>;

export function startVotes(element: SlateRoom): void {
  let now: { room: Room; votes: Votes } | undefined;

  element.addEventListener('slate-leave', () => {
    now = undefined;
  });
  element.addEventListener('slate-join', ({ room }) => {
    const votes = room.doc?.getMap('votes');
    if (!votes) return;
    now = { room, votes };
    const draw = () => room === now?.room && show(room, votes);
    votes.observe(draw); // both subscriptions end with the room
    room.on('members', draw);
    draw();
  });
  for (const { id, button } of places()) {
    button?.addEventListener('click', () => now && vote(now.room, now.votes, id));
  }
}

const places = () =>
  covers.map(({ id, place }) => ({
    id,
    place,
    button: document.querySelector<HTMLButtonElement>(`#vote-${id}`),
    faces: document.querySelector(`#faces-${id}`),
  }));

/** A second vote for the same cover takes the first one back. */
function vote(room: Room, votes: Votes, cover: string): void {
  const { id, name, color } = room.self.user;
  room.doc?.transact(() => {
    if (votes.size > MOST) {
      const here = new Set(room.members.map(({ user }) => user.id));
      for (const voter of [...votes.keys()]) if (!here.has(voter)) votes.delete(voter);
    }
    if (voteOf(votes.get(id))?.cover === cover) votes.delete(id);
    else votes.set(id, { cover, name, color } satisfies Vote);
  });
}

function show(room: Room, votes: Votes): void {
  const here = new Map<string, Member>(room.members.map((member) => [member.user.id, member]));
  for (const { id, place, button, faces } of places()) {
    const voters = [...votes.keys()].flatMap((user) => {
      const given = voteOf(votes.get(user));
      if (given?.cover !== id) return [];
      const member = here.get(user);
      return [{ name: member?.label ?? given.name, color: member?.user.color ?? given.color, self: !!member?.self }];
    });
    voters.sort((a, b) => Number(b.self) - Number(a.self) || a.name.localeCompare(b.name));
    const rest = voters.length - FACES;
    faces?.replaceChildren(...voters.slice(0, FACES).map(face), ...(rest > 0 ? [count(rest)] : []));
    button?.setAttribute('aria-pressed', String(voters.some(({ self }) => self)));
    button?.setAttribute('aria-label', `Vote for ${place}: ${voters.length}`);
  }
}

function face({ name, color, self }: { name: string; color: string; self: boolean }): HTMLElement {
  const item = document.createElement('li');
  item.title = self ? `${name} (you)` : name;
  item.style.setProperty('--swatch', color);
  item.style.setProperty('--on-swatch', inkOn(color));
  const [letter = '?'] = name.trim();
  item.append(
    Object.assign(document.createElement('span'), { ariaHidden: 'true', textContent: letter.toLocaleUpperCase() }),
    Object.assign(document.createElement('span'), { className: 'spoken', textContent: item.title }),
  );
  return item;
}

const count = (more: number): HTMLElement =>
  Object.assign(document.createElement('li'), { className: 'more', textContent: `+${more}` });

/** A vote, where it is one: the document holds whatever anyone wrote into it. */
function voteOf(value: unknown): Vote | undefined {
  const { cover, name, color } = (typeof value === 'object' && value ? value : {}) as Partial<
    Record<keyof Vote, unknown>
  >;
  const fits = typeof cover === 'string' && typeof name === 'string' && name !== '' && name.length <= 64;
  return fits && typeof color === 'string' && /^#[\da-f]{6}$/i.test(color) ? { cover, name, color } : undefined;
}
