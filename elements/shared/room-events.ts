/** The events of `<slate-room>`. They bubble and cross shadow roots, so one listener on the page hears every room. */
import type { Room, RoomStatus, SlateError } from '../../src/index.js';

const everywhere = { bubbles: true, composed: true };

/** Fired when the room is joined: from now on its `.room` is set. */
export class SlateJoinEvent extends Event {
  constructor(readonly room: Room) {
    super('slate-join', everywhere);
  }
}

/** Fired when the room has been left: the element went, or its project, file, user or server changed. */
export class SlateLeaveEvent extends Event {
  constructor(readonly room: Room) {
    super('slate-leave', everywhere);
  }
}

/** Fired when the state of the connection changed. */
export class SlateStatusEvent extends Event {
  constructor(
    readonly status: RoomStatus,
    readonly error: SlateError | undefined,
  ) {
    super('slate-status', everywhere);
  }
}

/** Fired for every error: bad attributes, a server that cannot be reached, a refused message. Branch on its class. */
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
