import type { RoomHost } from '../controllers/room-controller.js';
import type { StageHost } from '../viewer/stage.js';

/** A `<slate-cursors>`, as what draws in it sees it. Its attribute `data-surface` is `content` or `page`. */
export interface CursorsHost extends StageHost, Pick<RoomHost, 'room'> {
  /** The layer lies in the top layer, because something of the content does. */
  lifted: boolean;
  readonly viewOnly: boolean;
  readonly chat: boolean;
  readonly reactions: string | null | undefined;
}

/** Whether the page lets people say or show something at their pointers. */
export function hasTalk({ chat, reactions }: CursorsHost): boolean {
  return chat || reactions != null;
}
