/**
 * One's own view, announced to those who follow (F2): the position in the middle of what one sees; null while nobody
 * does.
 */
import type { PointerPosition, Room } from '../../src/index.js';
import { followersOf } from './signals.js';
import type { Stage } from './stage.js';

/** Announces the view in every room of these stages, where it has changed. */
export function announceViews(stages: Iterable<Stage>): void {
  const done = new Set<Room>();
  for (const { room, surface, host } of stages) {
    if (!room || done.has(room)) continue; // a room with several surfaces has the view of the first
    done.add(room);
    const announced = room.awareness.getLocalState()?.view as PointerPosition | null | undefined;
    if (followersOf(room).length === 0) {
      if (announced) room.awareness.setLocalStateField('view', null);
      continue;
    }
    const { left, right, top, bottom } = (surface.element ?? document.documentElement).getBoundingClientRect();
    const x = surface.element ? (Math.max(left, 0) + Math.min(right, innerWidth)) / 2 : innerWidth / 2;
    const y = surface.element ? (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2 : innerHeight / 2;
    const view = surface.locate(x, y, surface.pathAt(x, y));
    if (view && host.isConnected && JSON.stringify(view) !== JSON.stringify(announced))
      room.awareness.setLocalStateField('view', view);
  }
}
