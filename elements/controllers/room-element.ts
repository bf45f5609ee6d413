/** Which `<slate-room>` an element belongs to. */
import { outward } from '../surface/tree.js';

/** A `<slate-room>`, as far as other elements use it. */
export interface RoomElement extends Element {
  file?: string | null | undefined;
  userName?: string | null | undefined;
}

/** The `<slate-room>` of an element whose `.room` is this; null for a Room that the page has set, and without one. */
export function roomElement(host: Element, room: unknown): RoomElement | null {
  if (room) return typeof room === 'string' ? byId(host, room) : null;
  for (let at: Element | undefined = host; at; at = outward(at)) if (at.localName === 'slate-room') return at;
  return null;
}

/** The element with this id, in the shadow root of the host or else in the document. */
export function byId(host: Element, id: string): Element | null {
  const root = host.getRootNode();
  return (root instanceof ShadowRoot ? root.getElementById(id) : null) ?? document.getElementById(id);
}
