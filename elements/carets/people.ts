/** Whose carets are in a field: what each session of a room says of its own, and where that is in the text here. */
import type { MemberStatus, Room, User } from '../../src/index.js';
import type { SharedText } from '../shared/shared-text.js';
import { viewSettings } from '../shared/view-settings.js';
import { CARET, type Ends, endsIn, heard } from './said.js';

/** Fields of editor bindings and of `<slate-text>`, which hold relative positions in shared texts. */
const SHARED_CARETS = ['cursor', 'selection'];

export interface Person {
  readonly client: number;
  readonly user: User;
  /** The name to show. */
  readonly label: string;
  readonly status: MemberStatus;
  /** The colour of what they have selected. */
  readonly light: string;
  /** What they said, to tell when it changes. */
  readonly said: string;
  /** Undefined where the text here has no such place. */
  readonly ends: Ends | undefined;
}

/** Everyone else whose caret is in the field of this name, which has this text. */
export function peopleIn(room: Room, name: string, text: string, shared: SharedText | undefined): readonly Person[] {
  const { onlyFollowed, followed, muted } = viewSettings();
  const people: Person[] = [];
  const states = room.awareness.getStates();
  for (const { user, label, sessions, self } of room.members) {
    if (self || muted.includes(user.id) || (onlyFollowed && !followed.includes(user.id))) continue;
    for (const { client, status, file } of sessions) {
      const state = states.get(client) ?? {};
      const found = (shared && inShared(state, shared)) ?? (file === room.file ? inOwn(state, name, text) : undefined);
      if (found) people.push({ client, user, label, status, light: lightOf(state, user), ...found });
    }
  }
  return people;
}

type State = Record<string, unknown>;
type Found = Pick<Person, 'said' | 'ends'>;

function inShared(state: State, shared: SharedText): Found | undefined {
  for (const field of SHARED_CARETS) {
    const value = state[field] as { anchor?: unknown; head?: unknown } | null | undefined;
    if (!value?.anchor || !value.head) continue; // what has both has passed the door (D4)
    const [anchor, head] = [shared.place(value.anchor), shared.place(value.head)];
    if (anchor !== undefined && head !== undefined) return { said: JSON.stringify(value), ends: { anchor, head } };
  }
  return undefined;
}

function inOwn(state: State, name: string, text: string): Found | undefined {
  const said = heard(state[CARET], name);
  return said && { said: JSON.stringify(said), ends: endsIn(text, said) };
}

/** Text has to be readable through it, whatever the person has chosen. */
function lightOf(state: State, { color }: User): string {
  const { colorLight } = (state.user ?? {}) as { colorLight?: unknown };
  const light = typeof colorLight === 'string' ? colorLight : color;
  const alpha = light.length > 7 ? Number.parseInt(light.slice(7), 16) : 255;
  return light.slice(0, 7) + Math.min(alpha, MOST_ALPHA).toString(16).padStart(2, '0');
}

const MOST_ALPHA = 0x59;
