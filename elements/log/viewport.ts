/**
 * The part of a log that is in view. Only its rows are in the page. It follows the newest line until the reader
 * scrolls up or selects text, and keeps the reader's place when lines are added or forgotten. This is one class
 * because it is one piece of arithmetic on one scroller.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { createRef } from 'lit/directives/ref.js';

/** Rows drawn beyond each edge of what is in view. */
const BEYOND = 8;

export class Viewport implements ReactiveController {
  /** The box that scrolls. */
  readonly scroller = createRef<HTMLElement>();
  /** The box that holds the drawn rows. */
  readonly rows = createRef<HTMLElement>();
  /** An empty row, to measure how high a row is. */
  readonly probe = createRef<HTMLElement>();

  /** How many lines have come since it stopped following. */
  unseen = 0;

  readonly #host: ReactiveControllerHost;
  #following = true;
  #rowHeight = 20;
  #sizes: ResizeObserver | undefined;
  /** The height of the scroller, and the width of the widest row so far, in pixels. */
  #height = 400;
  #width = 0;
  /** The scroll position in pixels, and the number of the first line at that time. */
  #top = 0;
  #first = 0;
  /** How far the first drawn row is below the first line, in pixels. */
  #offset = 0;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Whether it follows the newest line. */
  get following(): boolean {
    return this.#following;
  }

  /** The height of a row in pixels. */
  get rowHeight(): number {
    return this.#rowHeight;
  }

  hostConnected(): void {
    document.addEventListener('selectionchange', this.#handleSelection);
  }

  hostDisconnected(): void {
    document.removeEventListener('selectionchange', this.#handleSelection);
  }

  hostUpdated(): void {
    this.#startMeasuring();
    this.#place();
  }

  /** Begins anew with other lines, of which the first has this number. */
  reset(first: number): void {
    this.#first = first;
    this.#width = 0;
    this.follow();
  }

  follow(): void {
    this.#following = true;
    this.unseen = 0;
    this.#host.requestUpdate();
  }

  /** Counts lines that have come. */
  add(count: number): void {
    if (!this.#following) this.unseen += count;
  }

  /** The numbers of the first line to draw and of the one after the last, of the lines from `first` to before `end`. */
  window(first: number, end: number): [from: number, to: number] {
    const row = this.#rowHeight;
    const forgotten = (first - this.#first) * row;
    this.#first = first;
    this.#top = this.#following ? (end - first) * row - this.#height : Math.max(0, this.#top - forgotten);
    const from = first + Math.floor(this.#top / row) - BEYOND;
    const to = first + Math.ceil((this.#top + this.#height) / row) + BEYOND;
    const begin = Math.max(first, Math.min(from, end));
    this.#offset = (begin - first) * row;
    return [begin, Math.min(end, to)];
  }

  readonly handleScroll = (): void => {
    const scroller = this.scroller.value;
    if (!scroller) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    if (scrollTop + clientHeight >= scrollHeight - 1) {
      if (!this.#selecting) this.follow();
    } else if (scrollTop < this.#top - 0.5) this.#following = false;
    this.#top = scrollTop;
    this.#host.requestUpdate();
  };

  /** Measures the boxes of the first render whenever their size changes. The observer goes with them. */
  #startMeasuring(): void {
    if (this.#sizes) return;
    this.#sizes = new ResizeObserver(() => this.#measure());
    for (const { value } of [this.scroller, this.probe]) if (value) this.#sizes.observe(value);
  }

  #measure(): void {
    this.#height = this.scroller.value?.clientHeight || this.#height;
    this.#rowHeight = this.probe.value?.offsetHeight || this.#rowHeight; // as laid out: the page may draw it scaled
    this.#host.requestUpdate();
  }

  /** Moves the drawn rows and the scroller to where they belong. */
  #place(): void {
    const scroller = this.scroller.value;
    const rows = this.rows.value;
    if (!scroller?.clientHeight || !rows) return; // an element out of sight cannot scroll: it keeps its position
    // The rows stay as wide as the widest so far: else they would shrink under a reader who has scrolled aside.
    const width = Math.max(this.#width, rows.offsetWidth);
    if (width > this.#width && scroller.scrollWidth > scroller.clientWidth) {
      this.#width = width;
      rows.style.minWidth = `${width}px`;
    } else if (this.#width === 0) rows.style.minWidth = '';
    rows.style.transform = `translateY(${this.#offset}px)`;
    const top = this.#following ? scroller.scrollHeight - scroller.clientHeight : this.#top;
    if (Math.abs(scroller.scrollTop - top) >= 1) scroller.scrollTop = top;
    this.#top = scroller.scrollTop;
  }

  /** Whether text of this log is selected. */
  get #selecting(): boolean {
    const rows = this.rows.value;
    const root = rows?.getRootNode() as (Node & { getSelection?(): Selection | null }) | undefined;
    const selection = root?.getSelection?.() ?? getSelection();
    return !!selection && !selection.isCollapsed && !!rows?.contains(selection.anchorNode);
  }

  readonly #handleSelection = (): void => {
    if (!this.#following || !this.#selecting) return;
    this.#following = false; // else the selected text would move away
    this.#host.requestUpdate();
  };
}
