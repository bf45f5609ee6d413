/** The events of following. They bubble and cross shadow roots, so one listener on the page receives them. */
const everywhere = { bubbles: true, composed: true };

/**
 * Why following began or ended: `chosen` by the viewer or the page, by one's own `input`, or because the other person
 * is `gone`.
 */
export type FollowReason = 'chosen' | 'input' | 'gone';

/** Fired on `<slate-cursors>` when following has begun or ended. */
export class SlateFollowEvent extends Event {
  constructor(
    /** The id of the user who is followed now; null: nobody. */
    readonly user: string | null,
    /** Why it began or ended. */
    readonly reason: FollowReason,
  ) {
    super('slate-follow', everywhere);
  }
}

/**
 * Fired on `<slate-cursors>` when the person one follows is in another file than this room. Unless the event is
 * cancelled, the `file` of the `<slate-room>` is set to that file. A page that shows files at addresses of their own
 * cancels the event and loads the address.
 */
export class SlateFollowFileEvent extends Event {
  constructor(
    /** The file of the person; undefined where they are in none. */
    readonly file: string | undefined,
    /** Where the person is, as `location` of their `<slate-room>` says. */
    readonly location: string | undefined,
  ) {
    super('slate-follow-file', { ...everywhere, cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    'slate-follow': SlateFollowEvent;
    'slate-follow-file': SlateFollowFileEvent;
  }
}
