/** The events of following. They bubble and cross shadow roots, so one listener on the page hears them. */
const everywhere = { bubbles: true, composed: true };

/** Why following began or ended: by choice, by one's own input, because they went, or because they cannot be followed. */
export type FollowReason = 'chosen' | 'input' | 'gone';

/** Fired on `<slate-cursors>` when following has begun or ended. */
export class SlateFollowEvent extends Event {
  constructor(
    /** The id of who is followed now; null: nobody. */
    readonly user: string | null,
    readonly reason: FollowReason,
  ) {
    super('slate-follow', everywhere);
  }
}

/**
 * Fired on `<slate-cursors>` when who is followed is in another file than this room. Unless it is cancelled, `file` of
 * the `<slate-room>` is set, and the page shows that file. A page that has to load another address cancels, and goes there.
 */
export class SlateFollowFileEvent extends Event {
  constructor(
    readonly file: string | undefined,
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
