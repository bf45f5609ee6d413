/**
 * Reports one's own pointer over a surface to the room, and takes it back when it leaves the surface or the window,
 * enters a private region, or is a finger that is lifted; after a tap of a finger or a pen it stays for a moment. While
 * something is dragged, the browser sends drag events instead; over another document, in a frame, it sends nothing, and
 * the pointer rests where it went in. Only this and a saying (talk.ts) write one's own pointer. The listeners are
 * passive and never change an event.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Room } from '../../src/index.js';
import { rest, wake } from '../shared/frame-loop.js';
import type { Surface } from '../surface/surface.js';
import { HOLD } from '../surface/tree.js';
import { Contact } from './contact.js';

/** What shows another document: the pointer is in it without a word. */
const FRAME = /^(iframe|frame|object|embed|fencedframe)$/;
const QUIETLY = { capture: true, passive: true };
/**
 * Of the samples that the browser combined into one event, those at least this far apart are reported, in milliseconds.
 */
const SAMPLE_GAP_MS = 12;
/**
 * The least speed of a pointer that moves, and the speed that a scrolled page counts as, in CSS pixels a millisecond.
 */
const MOVING = 0.01;
const SCROLLING = 1;
/** A pointer counts as slow only when it has been slow for about this long, in milliseconds: at a turn it is not. */
const SLOWING_MS = 100;
/**
 * A pointer without events for this long is at rest, in milliseconds: its position is then found once more, exactly.
 */
const SETTLED_MS = 60;
/** Others see where a finger or a pen has tapped for this long, in milliseconds. */
const TAP_MS = 3000;

export interface PointerSource {
  /** The room to report to; null: report nothing. */
  readonly room: Room | null;
  readonly surface: Surface;
}

export class PointerController implements ReactiveController {
  readonly #source: () => PointerSource;
  #room: Room | null = null;
  /** The last event; undefined while the pointer is not here. */
  #last: MouseEvent | undefined;
  /** Something of this page is being dragged: the browser cancels the pointer, which goes on all the same. */
  #drags = false;
  /** When the last event or the last scrolling was. */
  #at = 0;
  /** In CSS pixels a millisecond. */
  #speed = 0;
  #scrolled = false;
  readonly #contact = new Contact((event) => this.#moved(event, true));
  /** Until when others see a tap, and what ends that. */
  #tapEnds = 0;
  #tap: ReturnType<typeof setTimeout> | undefined;
  #listeners: AbortController | undefined;
  #element: HTMLElement | null | undefined;

  constructor(host: ReactiveControllerHost, source: () => PointerSource) {
    this.#source = source;
    host.addController(this);
  }

  hostConnected(): void {
    this.hostUpdated();
  }

  /** Listens on another surface when that has changed. */
  hostUpdated(): void {
    const { room, surface } = this.#source();
    if (this.#room && this.#room !== room) this.#leave();
    if (this.#listeners && this.#element === surface.element) return;
    this.#stop();
    this.#element = surface.element;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const options = { ...QUIETLY, signal };
    const target: EventTarget = surface.element ?? window;
    for (const type of ['pointermove', 'pointerdown']) target.addEventListener(type, this.#handleMove, options);
    target.addEventListener('pointerover', this.#handleOver, options);
    for (const type of ['pointerup', 'pointercancel']) target.addEventListener(type, this.#handleEnd, options);
    for (const type of ['dragenter', 'dragover', 'drop']) target.addEventListener(type, this.#handleDrag, options);
    target.addEventListener('dragleave', this.#handleDragLeave, options);
    addEventListener('dragstart', this.#handleDragStart, options);
    addEventListener('dragend', this.#handleDragEnd, options);
    (surface.element ?? document.documentElement).addEventListener('pointerleave', this.#handleEnd, {
      passive: true,
      signal,
    });
    addEventListener('blur', this.#handleBlur, { signal });
    addEventListener('scroll', this.#handleScroll, options);
  }

  hostDisconnected(): void {
    this.#stop();
  }

  readonly #handleMove = (event: Event): void => {
    const pointer = event as PointerEvent;
    if (!pointer.isPrimary) return; // two fingers would flicker
    this.#drags = false;
    if (this.#contact.holdsBack(pointer)) return;
    const captured = (pointer.target as Element | null)?.hasPointerCapture?.(pointer.pointerId);
    // Only secure pages have the samples that were combined into one event.
    for (const sample of pointer.getCoalescedEvents?.() ?? []) {
      const wait = sample.timeStamp - (this.#last?.timeStamp ?? sample.timeStamp);
      if (wait >= SAMPLE_GAP_MS && pointer.timeStamp - sample.timeStamp >= SAMPLE_GAP_MS) this.#moved(sample, true);
    }
    this.#moved(pointer, captured);
  };

  /** `elsewhere`: the path of the event is not that of the elements under the pointer. */
  #moved(pointer: MouseEvent, elsewhere = false): void {
    clearTimeout(this.#tap);
    const last = this.#last;
    this.#last = pointer;
    const { clientX, clientY, timeStamp } = pointer;
    const far = last ? Math.hypot(clientX - last.clientX, clientY - last.clientY) : 0;
    const passed = Math.max(1, timeStamp - (last?.timeStamp ?? 0));
    const slowed = this.#speed * Math.max(0, 1 - passed / SLOWING_MS);
    this.#speed = Math.max(MOVING, far / passed, slowed);
    const path = elsewhere ? this.#source().surface.pathAt(clientX, clientY) : pointer.composedPath();
    this.#at = timeStamp;
    this.#report(path, timeStamp, this.#speed);
    wake(this.#settle);
  }

  /** Where the pointer goes into a frame is the last that this page hears of it. */
  readonly #handleOver = (event: Event): void => {
    const [target] = event.composedPath();
    if (target instanceof Element && FRAME.test(target.localName)) this.#handleMove(event);
  };

  readonly #handleDragStart = (): void => {
    this.#drags = true;
  };

  readonly #handleDragEnd = (): void => {
    this.#drags = false;
  };

  readonly #handleDrag = (event: Event): void => {
    this.#moved(event as DragEvent);
  };

  /** It is also sent at each border that the drag crosses within the surface. */
  readonly #handleDragLeave = (event: Event): void => {
    const { relatedTarget } = event as DragEvent;
    const around = this.#element ?? document.documentElement;
    if (!(relatedTarget instanceof Node && around.contains(relatedTarget))) this.#leave();
  };

  /** A mouse or a pen stays where it is when it is lifted. */
  readonly #handleEnd = (event: Event): void => {
    const pointer = event as PointerEvent;
    const { type, pointerType, pointerId } = pointer;
    const lifted = type !== 'pointerleave';
    if (lifted && this.#contact.end(pointer)) {
      this.#tapped(pointer);
      return;
    }
    if (type === 'pointerup' && pointerType !== 'touch') return;
    if (type === 'pointercancel' && this.#drags) return;
    const last = (this.#last as PointerEvent | undefined)?.pointerId;
    if (last === undefined ? !this.#last : pointerId !== last) return;
    const rest = this.#tapEnds - performance.now();
    if (lifted || rest <= 0) this.#leave();
    else this.#leaveIn(rest); // a pen that has tapped was taken away
  };

  /** Where a finger or a pen has tapped stays for a moment, and does not go with the page that is scrolled away. */
  #tapped(pointer: PointerEvent): void {
    const { clientX, clientY, timeStamp } = pointer;
    this.#last = pointer;
    this.#report(this.#source().surface.pathAt(clientX, clientY), timeStamp, 0, true);
    this.#tapEnds = performance.now() + TAP_MS;
    if (pointer.pointerType === 'touch') this.#leaveIn(TAP_MS);
  }

  #leaveIn(ms: number): void {
    this.#last = undefined;
    clearTimeout(this.#tap);
    this.#tap = setTimeout(this.#leave, ms);
  }

  /** A click into a frame takes the focus from this window, and leaves the pointer where it is. */
  readonly #handleBlur = (event: Event): void => {
    let focused = document.activeElement;
    while (focused?.shadowRoot) focused = focused.shadowRoot.activeElement;
    if (event.target === window && !FRAME.test(focused?.localName ?? '')) this.#leave();
  };

  /** The page has moved under a pointer at rest, which points at something else now. */
  readonly #handleScroll = (): void => {
    this.#scrolled = true;
    if (this.#last) wake(this.#settle);
  };

  readonly #settle = (): boolean => {
    const { clientX, clientY } = this.#last ?? {};
    if (clientX === undefined || clientY === undefined) return false;
    const now = performance.now();
    const settled = now - this.#at >= SETTLED_MS && !this.#scrolled;
    if (this.#scrolled) this.#at = now;
    if (settled || this.#scrolled)
      this.#report(this.#source().surface.pathAt(clientX, clientY), now, settled ? 0 : SCROLLING);
    this.#scrolled = false;
    return !settled;
  };

  #report(path: readonly EventTarget[], timeStamp: number, speed: number, tapped = false): void {
    const { room, surface } = this.#source();
    const last = this.#last;
    this.#room = room;
    if (!room || !last || path.some((node) => node instanceof Element && node.hasAttribute(HOLD))) return;
    const over = !surface.element || path.includes(surface.element);
    const position = over && surface.locate(last.clientX, last.clientY, path, speed);
    const at = room.now() - Math.max(0, performance.now() - timeStamp);
    if (position) room.pointer.move(tapped ? { ...position, tapped } : position, at);
    else room.pointer.leave();
  }

  readonly #leave = (): void => {
    this.#contact.end();
    clearTimeout(this.#tap);
    this.#tapEnds = 0;
    this.#last = undefined;
    this.#room?.pointer.leave();
    this.#room = null;
  };

  #stop(): void {
    this.#listeners?.abort();
    this.#listeners = undefined;
    rest(this.#settle);
    this.#leave();
  }
}
