/**
 * From an anchor to what it means on this page: an element, and in it perhaps a word. Results are kept for a moment.
 */
import type { Addresses } from './address.js';
import { findBase, MARKS, marksOf } from './marks.js';
import { type Reading, read } from './text.js';

/** An anchor is resolved again after once to twice this time, in milliseconds; at once when its element is removed. */
const KEPT_MS = 250;
/** The same for an anchor whose element is not on the page. */
const GONE_MS = 1000;
const MAX_KEPT = 1000;
/** The most elements that are searched for a text that has moved to another element. */
const MAX_SEARCHED = 500;

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

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** Undefined where nothing here matches the anchor. `again`: does not use a kept result. */
  find(anchor: string, now: number, again: boolean): Target | undefined {
    const { target: known, until } = this.#kept.get(anchor) ?? { until: 0 };
    if (!again && now < until && known?.element.isConnected !== false) return known;
    let target: Target | undefined;
    try {
      target = search(this.#addresses, anchor, again ? undefined : known);
    } catch {
      target = undefined; // it is no address: the pointer is not drawn
    }
    if (this.#kept.size > MAX_KEPT) this.#kept.clear();
    const kept = (target?.gone ? GONE_MS : KEPT_MS) * (1 + (this.#kept.size % 8) / 8); // spread over several frames
    this.#kept.set(anchor, { target, until: now + kept });
    return target;
  }
}

function search(addresses: Addresses, anchor: string, known: Target | undefined): Target | undefined {
  const [address = '', word] = anchor.split('@');
  const found = addresses.find(address);
  if (!found) return undefined;
  const { element, whole, stable } = found;
  if (!word) return { element, gone: !whole };
  const marks = word.slice(0, MARKS);
  const base = Number.parseInt(word.slice(MARKS), 36);
  const reading = whole ? read(element) : undefined;
  const searched = reading && { element, text: reading.text };
  // Searching for words takes long: it is not repeated where nothing has changed.
  if (known?.searched?.element === element && known.searched.text === reading?.text) return known;
  const here = reading && findBase(reading.text, base, marks);
  if (reading && here !== undefined) return { element, gone: false, searched, word: { reading, base: here } };
  // Elements may have been put in between or removed: then another element of the kind has the text.
  const step = /\/\d*([^=#/>]*)$/.exec(address);
  for (const other of step ? [...stable.querySelectorAll(step[1] || 'div')].slice(0, MAX_SEARCHED) : []) {
    const there = marksOf(other.textContent ?? '', base) === marks && read(other);
    if (there) return { element: other, gone: false, searched, word: { reading: there, base } };
  }
  if (step || !reading) return { element: stable, gone: true, searched };
  const last = Math.min(base, reading.text.length);
  return { element, gone: false, searched, near: true, word: { reading, base: last } };
}
