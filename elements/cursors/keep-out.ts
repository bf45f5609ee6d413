/**
 * The box where no name of a pointer may lie: around one's own text caret, or over the field in which one types where
 * the caret cannot be found. It reads the layout: once a frame, and only while a field has the focus.
 */
import type { Box } from '../surface/box.js';
import { focusedElement } from '../surface/tree.js';

/** How far around the caret stays free, in CSS pixels: the word before it, and the line. */
const AROUND = { x: 48, y: 6 };

/** In CSS pixels of the window; undefined while no field has the focus. */
export function keepOut(): Box | undefined {
  const field = focusedElement();
  if (!field || field === document.body || !field.matches(':read-write')) return undefined;
  const box = field.getBoundingClientRect();
  if (!(field as HTMLElement).isContentEditable) return box;
  const root = field.getRootNode() as Document | (ShadowRoot & { getSelection?(): Selection | null });
  const selection = root.getSelection ? root.getSelection() : getSelection();
  if (!selection?.focusNode) return box;
  const range = document.createRange();
  range.setStart(selection.focusNode, selection.focusOffset);
  const caret = range.getClientRects()[0];
  if (!caret) return box; // an empty line has no box of its own
  const { left, top, width, height } = caret;
  return {
    left: left - AROUND.x,
    top: top - AROUND.y,
    width: width + 2 * AROUND.x,
    height: height + 2 * AROUND.y,
  };
}
