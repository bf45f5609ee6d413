/** Registers every Slate element, and gives their classes. `<slate-room>` first: the others look for it. */
import './room/define.js';
import './avatars/define.js';
import './cursors/define.js';
import './status/define.js';

export { SlateAvatars } from './avatars/slate-avatars.js';
export { type RoomState, roomContext } from './context.js';
export { RoomController, type RoomHost, type RoomSource } from './controllers/room-controller.js';
export { SlateCursors } from './cursors/slate-cursors.js';
export { SlateErrorEvent, SlateJoinEvent, SlateLeaveEvent, SlateStatusEvent } from './events.js';
export type { IdentityScope } from './identity.js';
export { SlateRoom } from './room/slate-room.js';
export { SlateStatus } from './status/slate-status.js';
export type { ViewSettings } from './view-settings.js';
export type { FollowReason, SlateFollowEvent, SlateFollowFileEvent } from './viewer/events.js';
export { words } from './words.js';
