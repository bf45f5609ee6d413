/**
 * Reports one's own pointer over a surface to the room, and takes it back when it leaves: the surface, the window,
 * the screen (a lifted finger). The only writer of one's own pointer. Listens passively and never changes an event.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Room } from '../../src/index.js';
import type { Surface } from '../anchors.js';
import { rest, wake } from '../frame-loop.js';

const QUIETLY = { capture: true, passive: true };

export interface PointerSource {
  /** The room to report to; null: report nothing. */
  readonly room: Room | null;
  readonly surface: Surface;
}

export class PointerController implements ReactiveController {
  readonly #source: () => PointerSource;
  #room: Room | null = null;
  #last: PointerEvent | undefined;
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
    target.addEventListener('pointercancel', this.#leave, options);
    target.addEventListener('pointerup', this.#handleUp, options);
    (surface.element ?? document.documentElement).addEventListener('pointerleave', this.#leave, {
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
    this.#last = pointer;
    this.#report(pointer, pointer.composedPath(), performance.now() - pointer.timeStamp);
  };

  readonly #handleUp = (event: Event): void => {
    if ((event as PointerEvent).pointerType === 'touch') this.#leave();
  };

  readonly #handleBlur = (event: Event): void => {
    if (event.target === window) this.#leave();
  };

  /** The page moved under a still pointer: it points at something else now. */
  readonly #handleScroll = (): void => {
    if (this.#last) wake(this.#scrolled);
  };

  readonly #scrolled = (): boolean => {
    const last = this.#last;
    if (!last || !this.#room) return false;
    const path: Element[] = [];
    for (let at = document.elementFromPoint(last.clientX, last.clientY); at; at = at.parentElement) path.push(at);
    this.#report(last, path, 0);
    return false;
  };

  #report({ clientX, clientY }: PointerEvent, path: readonly EventTarget[], ageMs: number): void {
    const { room, surface } = this.#source();
    this.#room = room;
    const position = room && surface.locate(clientX, clientY, path);
    if (position) room.pointer.move(position, room.now() - Math.max(0, ageMs));
  }

  readonly #leave = (): void => {
    this.#last = undefined;
    this.#room?.pointer.leave();
    this.#room = null;
  };

  #stop(): void {
    this.#undo?.abort();
    this.#undo = undefined;
    rest(this.#scrolled);
    this.#leave();
  }
}
