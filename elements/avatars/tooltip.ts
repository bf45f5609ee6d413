/**
 * The tooltip of the stack: it describes the avatar that has the pointer or the keyboard focus, and stands beside it.
 */
import type { Member } from '../../src/index.js';
import { keepBeside } from '../shared/popover.js';
import { describe } from './describe.js';

/** How long the tooltip outlasts the pointer, so that the pointer can move onto it, in milliseconds. */
const LINGER_MS = 120;

export class Tooltip {
  readonly #tip: () => HTMLElement | null;
  readonly #memberOf: (avatar: HTMLElement) => Member | undefined;
  /** The avatar that is described now. */
  #avatar: HTMLElement | undefined;
  #stopPlacing: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `tip` finds the box that is shown, null before the first render; `memberOf` finds the member of an avatar. */
  constructor(tip: () => HTMLElement | null, memberOf: (avatar: HTMLElement) => Member | undefined) {
    this.#tip = tip;
    this.#memberOf = memberOf;
  }

  /** Shows or hides itself after an event of the pointer or the focus, on an avatar or on the tooltip itself. */
  handle(event: Event, avatar: HTMLElement | null): void {
    clearTimeout(this.#timer);
    const hovered = event.type === 'pointerover';
    if (!hovered && event.type !== 'focusin') this.#timer = setTimeout(() => this.hide(), LINGER_MS);
    else if (avatar && (hovered || avatar.matches(':focus-visible'))) this.#show(avatar);
    else if (!(event.target as Element).closest('[part=tip]')) this.hide();
  }

  /** Describes its avatar anew after a render, or hides where the member has left. */
  refresh(): void {
    if (this.#avatar) this.#show(this.#avatar);
  }

  hide(): void {
    clearTimeout(this.#timer);
    if (!this.#avatar) return;
    this.#avatar = undefined;
    this.#stopPlacing?.();
    this.#tip()?.hidePopover();
  }

  #show(avatar: HTMLElement): void {
    const tip = this.#tip();
    const member = this.#memberOf(avatar);
    if (!tip?.showPopover || !member) {
      this.hide();
      return;
    }
    const [title, details] = describe(member);
    tip.replaceChildren(title, Object.assign(document.createElement('small'), { textContent: details }));
    tip.showPopover();
    this.#stopPlacing?.();
    this.#stopPlacing = keepBeside(tip, avatar, 'center');
    this.#avatar = avatar;
  }
}
