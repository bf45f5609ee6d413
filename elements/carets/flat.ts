/**
 * The text of an element that can be edited, as one string: each `<br>` is a line end, and so is the start of each
 * block that is not the first, as `<slate-text>` counts. What is private in it is left out.
 */
import { isPrivate } from '../surface/private.js';

/** Elements that begin a line. */
const BLOCK = /^(?:address|article|blockquote|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tr|ul)$/;
/** Something with more nodes in it is no text that one writes. */
const MAX_NODES = 4000;

/** A text or a `<br>`, with its place in the string. */
interface Piece {
  readonly node: Text | HTMLBRElement;
  readonly start: number;
}

export interface Flat {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** Undefined where there are too many nodes in the element. */
export function flatten(element: Element): Flat | undefined {
  const pieces: Piece[] = [];
  let text = '';
  let left = MAX_NODES;
  const walk = (node: Node): void => {
    for (const child of node.childNodes) {
      if (--left < 0) return;
      if (child instanceof Text) {
        if (isPrivate(child)) continue;
        pieces.push({ node: child, start: text.length });
        text += child.data;
      } else if (child instanceof HTMLBRElement) {
        pieces.push({ node: child, start: text.length });
        text += '\n';
      } else if (child instanceof Element && !isPrivate(child)) {
        if (text && !text.endsWith('\n') && BLOCK.test(child.localName)) text += '\n';
        walk(child);
      }
    }
  };
  walk(element);
  return left < 0 ? undefined : { text, pieces };
}

/** The position in the string of a point in the tree; undefined where that is in something private. */
export function offsetOf({ text, pieces }: Flat, element: Element, node: Node, offset: number): number | undefined {
  if (node instanceof Text) {
    const piece = pieces.find((one) => one.node === node);
    return piece && piece.start + offset;
  }
  for (let at: Node | null = node; at && at !== element; at = at.parentNode)
    if (at instanceof Element && isPrivate(at)) return undefined;
  const range = new Range();
  range.setStart(node, offset);
  const next = pieces.find((one) => range.comparePoint(one.node.parentNode as Node, indexOf(one.node)) >= 0);
  return next?.start ?? text.length;
}

/** Where a position of the string is drawn: in a text, or before a `<br>`. */
export function pointOf({ pieces }: Flat, offset: number): { node: Text | HTMLBRElement; index: number } | undefined {
  const piece = pieces.findLast(({ start }) => start <= offset);
  if (!piece) return undefined;
  const { node, start } = piece;
  return { node, index: node instanceof Text ? Math.min(offset - start, node.length) : 0 };
}

/** The texts of a part of the string, with what of each belongs to it. */
export function* partsOf(
  { pieces }: Flat,
  from: number,
  to: number,
): Generator<[node: Text, from: number, to: number]> {
  for (const { node, start } of pieces) {
    if (!(node instanceof Text) || start >= to || start + node.length <= from) continue;
    yield [node, Math.max(0, from - start), Math.min(node.length, to - start)];
  }
}

const indexOf = (node: ChildNode): number => [...(node.parentNode?.childNodes ?? [])].indexOf(node);
