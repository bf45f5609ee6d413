/** One's own view, told to who follows (F2): the spot in the middle of what one sees; taken back when nobody does. */
import type { PointerPosition, Room } from '../../src/index.js';
import { pathAt } from '../surface/anchors.js';
import { followersOf } from './signals.js';
import { stages } from './stage.js';

/** A frame task: once is enough. */
export function tellView(): boolean {
  const told = new Set<Room>();
  for (const { room, surface, host } of stages) {
    if (!room || told.has(room)) continue; // of several surfaces of a room, the first
    told.add(room);
    const said = room.awareness.getLocalState()?.view as PointerPosition | null | undefined;
    if (followersOf(room).length === 0) {
      if (said) room.awareness.setLocalStateField('view', null);
      continue;
    }
    const { left, right, top, bottom } = (surface.element ?? document.documentElement).getBoundingClientRect();
    const x = surface.element ? (Math.max(left, 0) + Math.min(right, innerWidth)) / 2 : innerWidth / 2;
    const y = surface.element ? (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2 : innerHeight / 2;
    const view = surface.locate(x, y, pathAt(x, y));
    if (view && host.isConnected && JSON.stringify(view) !== JSON.stringify(said))
      room.awareness.setLocalStateField('view', view);
  }
  return false;
}
