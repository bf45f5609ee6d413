/**
 * The tooltip of the stack: it describes the avatar that has the pointer or the keyboard focus, and stands beside it.
 */
import type { Member } from '../../src/index.js';
import { keepBeside } from '../shared/popover.js';
import { describe } from './describe.js';

/** How long the tooltip outlasts the pointer, so that the pointer can move onto it, in milliseconds. */
const LINGER_MS = 120;

/** What the tooltip needs of the element that it belongs to. */
export interface TooltipHost {
  /** The box that is shown; null before the first render. */
  tip(): HTMLElement | null;
  /** The member whose avatar this is. */
  memberOf(avatar: HTMLElement): Member | undefined;
}

export class Tooltip {
  readonly #host: TooltipHost;
  #avatar: HTMLElement | undefined;
  #stopPlacing: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: TooltipHost) {
    this.#host = host;
  }

  /** The avatar that is described now. */
  get avatar(): HTMLElement | undefined {
    return this.#avatar;
  }

  /** Shows or hides itself after an event of the pointer or the focus, on the stack or on the tooltip itself. */
  handle(event: Event): void {
    clearTimeout(this.#timer);
    const target = event.target as HTMLElement;
    const avatar = target.closest<HTMLElement>('[part=avatar]');
    const hovered = event.type === 'pointerover';
    if (!hovered && event.type !== 'focusin') this.#timer = setTimeout(() => this.hide(), LINGER_MS);
    else if (avatar && (hovered || avatar.matches(':focus-visible'))) this.#show(avatar);
    else if (!target.closest('[part=tip]')) this.hide();
  }

  /** Describes its avatar anew, after a render. */
  refresh(): void {
    if (this.#avatar) this.#show(this.#avatar);
  }

  hide(): void {
    clearTimeout(this.#timer);
    if (!this.#avatar) return;
    this.#avatar = undefined;
    this.#stopPlacing?.();
    this.#host.tip()?.hidePopover();
  }

  #show(avatar: HTMLElement): void {
    const tip = this.#host.tip();
    const member = this.#host.memberOf(avatar);
    if (!tip?.showPopover || !member) return;
    const [title, details] = describe(member);
    tip.replaceChildren(title, Object.assign(document.createElement('small'), { textContent: details }));
    tip.showPopover();
    this.#stopPlacing?.();
    this.#stopPlacing = keepBeside(tip, avatar, 'center');
    this.#avatar = avatar;
  }
}
