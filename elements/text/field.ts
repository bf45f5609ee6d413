/** What text is shared of: a `textarea` or `input` (input-field.ts), or an element that can be edited (editable.ts). */
import type { Edit } from './difference.js';

/** Where the selection began, and where the caret is. Positions count UTF-16 units of the value. */
export interface Selection {
  readonly anchor: number;
  readonly head: number;
}

export interface Field {
  readonly element: HTMLElement;
  readonly manyLines: boolean;
  readonly value: string;
  /** False where people can only read it. */
  readonly writable: boolean;
  /** Undefined while it has no focus; a window that is not the active one keeps it. */
  readonly selection: Selection | undefined;
  /** Changes the value. The scroll position stays. */
  replace(edit: Edit): void;
  select(selection: Selection): void;
  /** Does itself what the browser would do for this event with markup. Returns whether it did. */
  take?(event: InputEvent): boolean;
  /** Takes back what was changed in the element besides its text. */
  release?(): void;
}

/** Whether the element has the focus, or had it last in a window that is not the active one. */
export function isActive(element: Element): boolean {
  return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
}

/** Runs `change`; the element stays scrolled to where it is. */
export function keepingScroll(element: Element, change: () => void): void {
  const { scrollTop, scrollLeft } = element;
  change();
  // Without a need for it, this would have the whole text laid out now.
  if (scrollTop) element.scrollTop = scrollTop;
  if (scrollLeft) element.scrollLeft = scrollLeft;
}
