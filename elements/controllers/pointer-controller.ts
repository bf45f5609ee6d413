/**
 * Reports one's own pointer over a surface to the room, and takes it back when it leaves: the surface, the window, the
 * screen (a lifted finger), or for a private region. The only writer of one's own pointer. Listens passively and never
 * changes an event.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Room } from '../../src/index.js';
import { rest, wake } from '../shared/frame-loop.js';
import type { Surface } from '../surface/surface.js';
import { HOLD, pathAt } from '../surface/tree.js';

const QUIETLY = { capture: true, passive: true };
/** Of what the browser gathered into one event, samples at least this far apart are reported, in milliseconds. */
const SAMPLE_GAP_MS = 12;
/** The least speed of what moves, and that of a page that is scrolled, in CSS pixels a millisecond. */
const MOVING = 0.01;
const SCROLLING = 1;
/** A pointer that slows down is taken to be slow when it has been for about this long, in milliseconds: at a turn it is not. */
const SLOWING_MS = 100;
/** When nothing came for this long the pointer rests, in milliseconds: then it is looked at closely once. */
const SETTLED_MS = 60;

export interface PointerSource {
  /** The room to report to; null: report nothing. */
  readonly room: Room | null;
  readonly surface: Surface;
}

export class PointerController implements ReactiveController {
  readonly #source: () => PointerSource;
  #room: Room | null = null;
  /** The last event, and when it or a scroll was; undefined while the pointer is not here. */
  #last: PointerEvent | undefined;
  #at = 0;
  /** In CSS pixels a millisecond. */
  #speed = 0;
  #scrolled = false;
  #undo: AbortController | undefined;
  #element: HTMLElement | null | undefined;

  constructor(host: ReactiveControllerHost, source: () => PointerSource) {
    this.#source = source;
    host.addController(this);
  }

  hostConnected(): void {
    this.hostUpdated();
  }

  /** Follows the surface when it changed. */
  hostUpdated(): void {
    const { room, surface } = this.#source();
    if (this.#room && this.#room !== room) this.#leave();
    if (this.#undo && this.#element === surface.element) return;
    this.#stop();
    this.#element = surface.element;
    this.#undo = new AbortController();
    const { signal } = this.#undo;
    const options = { ...QUIETLY, signal };
    const target: EventTarget = surface.element ?? window;
    for (const type of ['pointermove', 'pointerdown'] as const)
      target.addEventListener(type, this.#handleMove, options);
    target.addEventListener('pointercancel', this.#handleEnd, options);
    target.addEventListener('pointerup', this.#handleUp, options);
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
    const captured = (pointer.target as Element | null)?.hasPointerCapture?.(pointer.pointerId);
    // Only secure pages are told what was gathered into one event.
    for (const sample of pointer.getCoalescedEvents?.() ?? []) {
      const wait = sample.timeStamp - (this.#last?.timeStamp ?? sample.timeStamp);
      if (wait >= SAMPLE_GAP_MS && pointer.timeStamp - sample.timeStamp >= SAMPLE_GAP_MS) this.#moved(sample, true);
    }
    this.#moved(pointer, captured);
  };

  /** `elsewhere`: the path of the event is not what lies under it. */
  #moved(pointer: PointerEvent, elsewhere = false): void {
    const last = this.#last;
    this.#last = pointer;
    const { clientX, clientY, timeStamp } = pointer;
    const far = last ? Math.hypot(clientX - last.clientX, clientY - last.clientY) : 0;
    const passed = Math.max(1, timeStamp - (last?.timeStamp ?? 0));
    const slowed = this.#speed * Math.max(0, 1 - passed / SLOWING_MS);
    this.#speed = Math.max(MOVING, far / passed, slowed);
    const path = elsewhere ? pathAt(clientX, clientY) : pointer.composedPath();
    this.#at = timeStamp;
    this.#report(path, timeStamp, this.#speed);
    wake(this.#settle);
  }

  readonly #handleUp = (event: Event): void => {
    if ((event as PointerEvent).pointerType === 'touch') this.#handleEnd(event);
  };

  readonly #handleEnd = (event: Event): void => {
    if ((event as PointerEvent).pointerId === this.#last?.pointerId) this.#leave();
  };

  readonly #handleBlur = (event: Event): void => {
    if (event.target === window) this.#leave();
  };

  /** The page moved under a still pointer: it points at something else now. */
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
    if (settled || this.#scrolled) this.#report(pathAt(clientX, clientY), now, settled ? 0 : SCROLLING);
    this.#scrolled = false;
    return !settled;
  };

  #report(path: readonly EventTarget[], timeStamp: number, speed: number): void {
    const { room, surface } = this.#source();
    const last = this.#last;
    this.#room = room;
    if (!room || !last || path.some((node) => node instanceof Element && node.hasAttribute(HOLD))) return;
    const over = !surface.element || path.includes(surface.element);
    const position = over && surface.locate(last.clientX, last.clientY, path, speed);
    if (position) room.pointer.move(position, room.now() - Math.max(0, performance.now() - timeStamp));
    else room.pointer.leave();
  }

  readonly #leave = (): void => {
    this.#last = undefined;
    this.#room?.pointer.leave();
    this.#room = null;
  };

  #stop(): void {
    this.#undo?.abort();
    this.#undo = undefined;
    rest(this.#settle);
    this.#leave();
  }
}
