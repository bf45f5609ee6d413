/**
 * The events of `<slate-room>`. They bubble and cross shadow roots, so one listener on the page receives those of
 * every room.
 */
import type { Room, RoomStatus, SlateError } from '../../src/index.js';

const everywhere = { bubbles: true, composed: true };

/** Fired when the room is joined: from then on `.room` of the element is set. */
export class SlateJoinEvent extends Event {
  constructor(readonly room: Room) {
    super('slate-join', everywhere);
  }
}

/** Fired when the room has been left: the element was removed, or its connection, project, file or user changed. */
export class SlateLeaveEvent extends Event {
  constructor(readonly room: Room) {
    super('slate-leave', everywhere);
  }
}

/** Fired when the state of the connection has changed. */
export class SlateStatusEvent extends Event {
  constructor(
    readonly status: RoomStatus,
    readonly error: SlateError | undefined,
  ) {
    super('slate-status', everywhere);
  }
}

/**
 * Fired for every error: a bad attribute, a server that cannot be reached, a refused message. Branch on the error's
 * class.
 */
export class SlateErrorEvent extends Event {
  constructor(readonly error: SlateError) {
    super('slate-error', everywhere);
  }
}

declare global {
  interface HTMLElementEventMap {
    'slate-join': SlateJoinEvent;
    'slate-leave': SlateLeaveEvent;
    'slate-status': SlateStatusEvent;
    'slate-error': SlateErrorEvent;
  }
}
