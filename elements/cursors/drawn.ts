/**
 * One pointer as it is drawn: its element, what was last written to it, and the glide from one anchor to the next. In
 * one anchor the playout of the room is smooth already. Two anchors may lie apart on this page though they touch on the
 * other; between them the pointer glides. This reads no layout, and writes only what changed.
 */
import type { MemberStatus, RemotePointer, User } from '../../src/index.js';
import { LONGEST, nameWidth } from '../shared/name-width.js';
import type { Speech } from '../shared/speech.js';

/** After this time two thirds of the gap between two anchors are closed, in milliseconds; a wide gap takes longer. */
const GLIDE_MS = { least: 14, most: 70, perPixel: 0.15 };
/** Over a gap wider than this a pointer does not glide, in CSS pixels: no hand has gone that way. */
const LEAP = 2500;
/** A gap smaller than this is closed, in CSS pixels. */
const GONE = 0.3;
/** The fading out of a pointer that has left, in milliseconds, as in the styles. */
const FADE_MS = 120;
/** A pointer that is out of sight, and where in the layer its marker belongs. */
export interface Outside {
  readonly pointer: RemotePointer;
  /** The point nearest to the pointer, on the edge of what can be seen. */
  readonly x: number;
  readonly y: number;
  /** How far along the edges that is, from 0 to 1: so much of the marker lies before the point. */
  readonly share: { readonly x: number; readonly y: number };
  /** From there to the pointer, in radians. */
  readonly angle: number;
}

export class Drawn {
  /** Where it was drawn last, in pixels of the layer; NaN before it ever was. */
  x = Number.NaN;
  y = Number.NaN;
  /** The name is on the left of the tip, and above it. */
  left = false;
  up = false;
  /** How far the name is moved aside, to the right, where there is room for it on neither side; CSS pixels. */
  shift = 0;
  /** The assumed width of the name with its distance from the tip, in CSS pixels; nothing is measured. */
  nameWidth = 0;
  /** Its anchor is not on this page. */
  lost = false;
  /** It is in sight. */
  seen = false;
  /** For how long it has been where it is, in milliseconds; 0 while it moves. */
  restingMs = 0;
  /** It came by the tap of a finger or a pen. */
  tapped = false;
  /** That is shown now. */
  pulses = false;
  /** From one's own pointer, in CSS pixels of the window. */
  distance = Number.POSITIVE_INFINITY;
  /** Its person is pointed out. */
  lit = false;
  /** Its name is asked for: its person is pointed out, or one's own pointer is near. */
  called = false;
  /** Its name is there, or is fading, unless it gave way to another one: that is `covered`. */
  named = false;
  covered = false;
  /** Where its marker belongs, while it is out of sight. */
  outside: Outside | undefined;

  /** The element that is moved, which has no other style so that a move costs least; and the pointer in it. */
  readonly mover: HTMLElement;
  readonly element: HTMLElement;
  readonly #name: HTMLElement;
  #user: User | undefined;
  #label = '';
  #status: MemberStatus | undefined;
  #anchor: string | undefined;
  #transform = '';
  #state: string | undefined;
  #shift = 0;
  /** The part of the gap that is left. */
  #dx = 0;
  #dy = 0;
  #glideMs = 0;
  #at = 0;
  #turnedAt = 0;
  #leftAt: number | undefined;
  /** Its name was asked for and is no longer: it does not linger as that of one that comes to rest. */
  #hushed = false;

  constructor(
    client: number,
    template: HTMLTemplateElement,
    readonly serial: number,
  ) {
    this.mover = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    this.element = this.mover.firstElementChild as HTMLElement;
    this.element.dataset.client = String(client);
    this.#name = this.element.querySelector('[part=name]') as HTMLElement;
  }

  /** Sets whose pointer it is, and their status. */
  person(
    { user, label }: Pick<RemotePointer, 'user' | 'label'>,
    status: MemberStatus | undefined,
    speech: Pick<Speech, 'say'>,
  ): void {
    const renamed = label !== this.#label;
    if (user !== this.#user || renamed) {
      [this.#user, this.#label] = [user, label];
      this.element.dataset.user = user.id;
      this.element.style.setProperty('--_u', user.color);
      if (user.mark) this.element.dataset.mark = String(user.mark);
      else delete this.element.dataset.mark;
      (this.#name.firstElementChild as HTMLElement).textContent = label;
      this.#name.classList.toggle('long', label.length > LONGEST); // an ellipsis takes long to draw
    }
    const said = status && status !== 'active' ? ` · ${speech.say(`status.${status}`)}` : '';
    if (status !== this.#status) {
      this.#status = status;
      this.element.dataset.status = status ?? '';
      this.#name.dataset.status = said;
    } else if (!renamed) return;
    this.nameWidth = nameWidth(label, said);
  }

  /**
   * Moves to this pixel of the layer, in this anchor, where it has been for `restingMs`. True while it still glides
   * there.
   */
  move(x: number, y: number, pointer: RemotePointer, now: number, still: boolean): boolean {
    const { anchor, restingMs, tapped = false } = pointer;
    this.restingMs = restingMs;
    this.tapped = tapped;
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    if (anchor !== this.#anchor) {
      // From where it was drawn, which includes what was left of an earlier gap.
      const [dx, dy] = this.#anchor === undefined || this.lost || still ? [0, 0] : [this.x - x, this.y - y];
      const gap = Math.hypot(dx, dy);
      const wide = !(gap < LEAP);
      this.#dx = wide ? 0 : dx;
      this.#dy = wide ? 0 : dy;
      this.#glideMs = Math.min(GLIDE_MS.most, GLIDE_MS.least + gap * GLIDE_MS.perPixel);
      this.#anchor = anchor;
    }
    const rest = this.#dx || this.#dy ? Math.exp(-passed / this.#glideMs) : 0;
    this.#dx *= rest;
    this.#dy *= rest;
    const gliding = Math.abs(this.#dx) + Math.abs(this.#dy) > GONE;
    if (!gliding) this.#dx = this.#dy = 0;
    this.x = x + this.#dx;
    this.y = y + this.#dy;
    return gliding;
  }

  /** Someone says something there. */
  get says(): boolean {
    return this.element.childElementCount > 2;
  }

  /** Notes whether its name is asked for. True where that lingers at least, among others that are not asked for. */
  call(called: boolean, awake: boolean): boolean {
    this.#hushed = !awake && !called && (this.#hushed || this.called);
    this.called = called;
    return !this.#hushed;
  }

  /** Fades out from now on. */
  leave(now: number): void {
    this.#leftAt ??= now;
    this.outside = undefined;
    this.lost = this.seen = this.named = false;
    if (!this.fresh) this.element.className = this.#state += ' gone';
  }

  /** It has come back before it was gone. */
  stay(): void {
    this.#leftAt = undefined;
  }

  get leaves(): boolean {
    return this.#leftAt !== undefined;
  }

  /** It has left, and nobody sees it any more. */
  isGone(now: number): boolean {
    return this.#leftAt !== undefined && now - this.#leftAt >= FADE_MS;
  }

  /** Puts the name on that side after `afterMs` in which it should be there. True while it waits. */
  turn(left: boolean, up: boolean, now: number, afterMs: number): boolean {
    const wished = left !== this.left || up !== this.up;
    const waits = wished && !this.fresh && now - this.#turnedAt < afterMs;
    if (waits) return true;
    this.left = left;
    this.up = up;
    this.#turnedAt = now;
    return false;
  }

  /** True before it was first drawn. */
  get fresh(): boolean {
    return this.#state === undefined;
  }

  /** Writes what changed. A hidden pointer is not moved. */
  show(state: string, hidden: boolean): void {
    if (!hidden) {
      const transform = `translate(${this.x.toFixed(1)}px,${this.y.toFixed(1)}px)`;
      if (transform !== this.#transform) this.mover.style.transform = this.#transform = transform;
    }
    const shift = Math.round(this.shift);
    if (shift !== this.#shift) this.element.style.setProperty('--_s', `${shift}px`);
    this.#shift = shift;
    if (state !== this.#state) this.element.className = this.#state = state;
  }
}
