/** A field in which carets are drawn: a `textarea` or `input` (text-control.ts), or what can be edited in the page. */
import type { Box, Point } from '../surface/box.js';
import type { Size, Turn } from '../surface/turn.js';
import type { Ends } from './said.js';

/**
 * Where a field lies in the window. Its plane has the pixels of the window, begins at the upper left of its border box
 * and is turned with it.
 */
export interface Lie {
  /** The box around it in the window, and its own size in the plane. */
  readonly box: Box;
  readonly size: Size;
  readonly turn: Turn | undefined;
}

export interface Control {
  readonly element: HTMLElement;
  /** The text in which positions count, in UTF-16 units; undefined where there is too much of it. */
  readonly text: string | undefined;
  /** That of this person; undefined while the field has no focus. */
  readonly selection: Ends | undefined;
  /** Reads the layout. What follows holds until the page changes. */
  measure(lie: Lie): void;
  /** What of the plane shows text. */
  readonly view: Box;
  /** How far the text is scrolled in it: the boxes below do not heed that. */
  readonly scrolled: Point;
  /** The place of a caret: a box without width. */
  caret(offset: number): Box | undefined;
  /** What is selected: a box for each run in each line. */
  selected(from: number, to: number): readonly Box[];
  stop(): void;
}

/** Texts that are longer have no carets: to lay one out a second time takes too long. UTF-16 units. */
export const LONGEST = 200_000;
