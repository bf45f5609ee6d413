/**
 * What an element that shares the text of a field tells other elements about it. It stands on the field under a
 * registered symbol, so that two copies of this library on one page, and files that are loaded late, find it.
 */
const KEY = Symbol.for('slate-collab.shared-text');

export interface SharedText {
  /**
   * Where a relative position of Yjs is in the value of the field; undefined where it is in another text. A value that
   * is no relative position must not be given.
   */
  place(position: unknown): number | undefined;
}

type Shared = Element & { [KEY]?: SharedText | undefined };

/** The shared text of a field; undefined where its text is not shared. */
export const sharedText = (field: Element): SharedText | undefined => (field as Shared)[KEY];

/** Says that the text of a field is shared, or is no longer. Elements that watch the field hear of it. */
export function shareText(field: Element, text: SharedText | undefined): void {
  (field as Shared)[KEY] = text;
  field.dispatchEvent(new Event(SHARED));
}

/** The event of a field whose text is shared from now on, or is no longer. */
export const SHARED = 'slate-shared-text';
