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

/** Notes from now on which fields of the page are private once. */
export const watchPrivate = (): void => remember(document);

/** Whether an element or a text is private by itself, or by the slot that it is drawn in; not by what is around it. */
export function isPrivate(node: Element | Text): boolean {
  if (node instanceof Element && isMarked(node)) return true;
  const host = node.parentElement;
  for (let at: Element | undefined = node.assignedSlot ?? undefined; at && at !== host; at = outward(at))
    if (isMarked(at)) return true;
  return false;
}

const isMarked = (element: Element): boolean =>
  element.hasAttribute(PRIVATE) || (FIELD.test(element.localName) && isSecret(element));

function isSecret(field: Element): boolean {
  remember(field.getRootNode());
  if (!secret.has(field) && !field.matches(FIELDS) && !isVeiled(field)) return false;
  secret.add(field);
  return true;
}

/** Whether it shows dots in place of its characters, as pages do that want no password managers. */
function isVeiled(field: Element): boolean {
  const now = performance.now();
  if (now < (plainUntil.get(field) ?? 0)) return false;
  if (!/^(none)?$/.test(getComputedStyle(field).getPropertyValue('-webkit-text-security'))) return true;
  plainUntil.set(field, now + STYLE_MS);
  return false;
}

/** Styles are read again after this long, in milliseconds: a field is asked at every keystroke. */
const STYLE_MS = 500;
const plainUntil = new WeakMap<Element, number>();

/** Fields that were private once: a password that is shown is still one. */
const secret = new WeakSet<Node>();
/** The trees in which fields are watched: a page may show a password before anything else looks at its field. */
const watched = new WeakSet<Node>();
let observer: MutationObserver | undefined;

function remember(root: Node): void {
  observer ??= new MutationObserver(note);
  note(observer.takeRecords());
  if (watched.has(root)) return;
  watched.add(root);
  observer.observe(root, { subtree: true, attributeFilter: KINDS, attributeOldValue: true });
}

/** The attributes that tell what kind of a field it is. */
const KINDS = ['type', 'autocomplete'];

function note(records: readonly MutationRecord[]): void {
  for (const { target, attributeName, oldValue } of records) {
    if (!FIELD.test((target as Element).localName)) continue;
    const before = document.createElement('input');
    before.setAttribute(attributeName ?? '', oldValue ?? '');
    if (before.matches(FIELDS)) secret.add(target);
  }
}

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
