/**
 * What is never told: private regions, and fields for passwords and payments. Nothing that is derived from them leaves
 * the page either: no text, no hash of it, no count of characters or of children.
 */
import { outward } from './tree.js';

/** An element with this attribute is private, and everything in it. */
export const PRIVATE = 'data-slate-private';

/** Fields that are private without being marked (the names of `autocomplete` are those of HTML's autofill). */
const FIELDS =
  '[type=password],[autocomplete*=password i],[autocomplete*=cc- i],[autocomplete*=one-time-code i],' +
  '[autocomplete*=transaction- i]';
const FIELD = /^(input|select|textarea)$/;

/** Whether an element or a text is private by itself, or by the slot that it is drawn in; not by what is around it. */
export function isPrivate(node: Element | Text): boolean {
  if (node instanceof Element && isMarked(node)) return true;
  const host = node.parentElement;
  for (let at: Element | undefined = node.assignedSlot ?? undefined; at && at !== host; at = outward(at))
    if (isMarked(at)) return true;
  return false;
}

const isMarked = (element: Element): boolean =>
  element.hasAttribute(PRIVATE) || (FIELD.test(element.localName) && element.matches(FIELDS));

/** Whether an element is private, or anything around it. */
export function isInPrivate(element: Element): boolean {
  for (let at: Element | undefined = element; at; at = outward(at)) if (isMarked(at)) return true;
  return false;
}

/**
 * The texts in an element that are not private, in the order of the document, shown or not. After `most` nodes of any
 * kind it ends with undefined.
 */
export function* publicTexts(element: Element, most: number): Generator<Text | undefined> {
  let passed = 0;
  const accept = (node: Node) => {
    if (++passed > most) return NodeFilter.FILTER_ACCEPT;
    if (isPrivate(node as Element | Text)) return NodeFilter.FILTER_REJECT;
    return node instanceof Text ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP;
  };
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, accept);
  while (walker.nextNode()) {
    if (passed > most) {
      yield undefined;
      return;
    }
    yield walker.currentNode as Text;
  }
}
