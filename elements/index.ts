/** Registers the elements of rooms and exports their classes. `<slate-room>` is first: the others look for it. */
import './room/define.js';
import './avatars/define.js';
import './cursors/define.js';
import './carets/define.js';
import './status/define.js';

export { SlateAvatars } from './avatars/slate-avatars.js';
export { SlateCarets } from './carets/slate-carets.js';
export { RoomController, type RoomHost, type RoomSource } from './controllers/room-controller.js';
export { SlateCursors } from './cursors/slate-cursors.js';
export type { IdentityScope } from './room/guest.js';
export { SlateRoom } from './room/slate-room.js';
export type { Announce } from './shared/announce.js';
export { type RoomState, roomContext } from './shared/context.js';
export { SlateErrorEvent, SlateJoinEvent, SlateLeaveEvent, SlateStatusEvent } from './shared/room-events.js';
export type { Announcing, ViewSettings } from './shared/view-settings.js';
export { SlateStatus } from './status/slate-status.js';
export type { FollowReason, SlateFollowEvent, SlateFollowFileEvent } from './viewer/events.js';
