/**
 * From an anchor to what it means on this page: an element, and in it perhaps a word. Results are kept for a moment.
 */
import type { Addresses, Found } from './address.js';
import { BEGINNING, findBase, MARKS, markOf, marksOf } from './marks.js';
import { isInPrivate } from './private.js';
import { beginningOf, type Reading, read } from './text.js';
import { outward } from './tree.js';

/** An anchor is resolved again after once to twice this time, in milliseconds; at once when its element is removed. */
const KEPT_MS = 250;
/** The same for an anchor whose element is not on the page. */
const GONE_MS = 1000;
const MAX_KEPT = 1000;
/** The most elements that are searched for a text that has moved, and the most nodes that are read in them. */
const MAX_SEARCHED = 500;
const MAX_READ = 5000;
/** Of one of them at most this many nodes are read: a paragraph has fewer. */
const MAX_PARAGRAPH = 200;
/** The most boxes that are searched for one that has moved. */
const MAX_BOXES = 250;
/**
 * For how long anchors are searched for in a frame, in milliseconds. They come from peers, who may choose dear ones;
 * those that are left wait for another frame.
 */
const SEARCH_MS = 4;

/** What an anchor means here. */
export interface Target {
  readonly element: Element;
  /** The anchor does not mean `element`, but something in it that is not on the page. */
  readonly gone: boolean;
  readonly word?: { readonly reading: Reading; readonly base: number };
  /** The word was not found again. */
  readonly near?: boolean;
  /** The element and its text in which the word was searched for. */
  readonly searched?: { readonly element: Element; readonly text: string } | undefined;
}

export class Targets {
  readonly #addresses: Addresses;
  readonly #kept = new Map<string, { readonly target: Target | undefined; readonly until: number }>();
  /** How long was searched in the frame that began at `#now`. */
  #spentMs = 0;
  #now = 0;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** Undefined where nothing here matches the anchor. `again`: does not use a kept result. */
  find(anchor: string, now: number, again: boolean): Target | undefined {
    const { target: known, until } = this.#kept.get(anchor) ?? { until: 0 };
    if (!again && now < until && known?.element.isConnected !== false) return known;
    if (now !== this.#now) [this.#now, this.#spentMs] = [now, 0];
    if (!again && this.#spentMs > SEARCH_MS) return known;
    const begun = performance.now();
    let target: Target | undefined;
    try {
      target = search(this.#addresses, anchor, again ? undefined : known);
    } catch {
      target = undefined; // it is no address: the pointer is not drawn
    }
    if (this.#kept.size > MAX_KEPT) this.#kept.clear();
    const kept = (target?.gone ? GONE_MS : KEPT_MS) * (1 + (this.#kept.size % 8) / 8); // spread over several frames
    this.#kept.set(anchor, { target, until: now + kept });
    this.#spentMs += performance.now() - begun;
    return target;
  }
}

function search(addresses: Addresses, anchor: string, known: Target | undefined): Target | undefined {
  const [way = '', word] = anchor.split('@');
  const [address = '', mark] = way.split('~');
  const found = addresses.find(address);
  if (!found) return undefined;
  const { element, whole, stable, sure } = found;
  if (!word) return box(found, mark);
  const marks = word.slice(0, MARKS);
  const base = Number.parseInt(word.slice(MARKS), 36);
  const reading = whole ? read(element) : undefined;
  const searched = reading && { element, text: reading.text };
  // Searching for words takes long: it is not repeated where nothing has changed.
  if (known?.searched?.element === element && known.searched.text === reading?.text) return known;
  const here = reading && findBase(reading.text, base, marks, !!sure);
  if (reading && here !== undefined) return { element, gone: false, searched, word: { reading, base: here } };
  // Elements may have been put in between or removed: then another element of the kind has the text.
  const step = /\/\d*(?:\+\d+)?([^=#/>]*)$/.exec(address);
  const moved = step && searchIn(stable, decodeURIComponent(step[1] || 'div'), base, marks);
  if (moved) return { ...moved, gone: false, searched };
  const around = whole && step && outward(element);
  if (step || !reading) return { element: sure ?? (around || element), gone: true, searched };
  const last = Math.min(base, reading.text.length);
  return { element, gone: false, searched, near: true, word: { reading, base: last } };
}

/** The box at the end of a way, or the one with its mark where there is another; never one that took its place. */
function box({ element, whole, stable, sure }: Found, mark: string | undefined): Target {
  if (!whole) return { element: sure ?? element, gone: true };
  const isIt = (one: Element): boolean => markOf(beginningOf(one, BEGINNING)) === mark;
  if (!sure && (mark === undefined || isIt(element))) return { element, gone: false };
  const same: Element[] = [];
  const others = (sure ?? stable).getElementsByTagName(element.localName);
  for (let i = 0; mark !== undefined && i < MAX_BOXES && same.length < 2; i++) {
    const other = others[i];
    if (!other) break;
    if (!isInPrivate(other) && isIt(other)) same.push(other);
  }
  const [only] = same;
  if (only && same.length === 1) return { element: only, gone: false };
  // There are as many as there were: its text has changed, as a clock's or a counter's.
  return sure ? { element: sure, gone: true } : { element, gone: false, near: true };
}

/** Searches elements of a kind for the one whose text has these marks at the base now. */
function searchIn(
  stable: Element,
  kind: string,
  base: number,
  marks: string,
): Pick<Target, 'element' | 'word'> | undefined {
  let left = MAX_READ;
  // The list is live, and not read further than the loop goes. The kind comes from a peer, and is no selector.
  const others = stable.getElementsByTagName(kind);
  for (let i = 0; i < MAX_SEARCHED && left > 0; i++) {
    const element = others[i];
    if (!element) break;
    const reading = isInPrivate(element) ? undefined : read(element, MAX_PARAGRAPH);
    left -= reading ? reading.nodes.length + 1 : MAX_PARAGRAPH;
    if (reading && marksOf(reading.text, base) === marks) return { element, word: { reading, base } };
  }
  return undefined;
}
