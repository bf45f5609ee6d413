/** What the card and the list know of the `<slate-avatars>` from which they open: how it shows and describes people. */
import type { LitElement, TemplateResult } from 'lit';
import type { Member, Room } from '../../src/index.js';

export interface Faces {
  readonly host: LitElement & { readonly announce?: unknown };
  readonly room: Room;
  /** Everyone here, in the order of the stack, each with a key that stays the same whatever changes about them. */
  readonly people: ReadonlyMap<Member, string>;
  /** A picture or initials, to be drawn in an element with the class `face`. */
  face(member: Member): TemplateResult;
  describe(member: Member): readonly [title: string, details: string];
  /** What someone else is doing, in words; '' where that is not known. */
  doing(member: Member): string;
  /** Gives oneself another name; undefined where the page does not allow it. */
  readonly rename: ((name: string) => void) | undefined;
}
