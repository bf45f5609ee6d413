/**
 * The tooltip of the stack: it describes the avatar that has the pointer or the keyboard focus, and stands beside it.
 */
import { keepBeside } from '../shared/popover.js';

/** How long the tooltip outlasts the pointer, so that the pointer can move onto it, in milliseconds. */
const LINGER_MS = 120;

export class Tooltip {
  readonly #tip: () => HTMLElement | null;
  readonly #describe: (avatar: HTMLElement) => readonly [title: string, details: string] | undefined;
  /** The avatar that is described now. */
  #avatar: HTMLElement | undefined;
  #stopPlacing: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * `tip` finds the box that is shown, null before the first render; `describe` gives the words for an avatar,
   * undefined where its member has left.
   */
  constructor(
    tip: () => HTMLElement | null,
    describe: (avatar: HTMLElement) => readonly [title: string, details: string] | undefined,
  ) {
    this.#tip = tip;
    this.#describe = describe;
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
    const described = this.#describe(avatar);
    if (!tip?.showPopover || !described) {
      this.hide();
      return;
    }
    const [title, details] = described;
    tip.replaceChildren(
      Object.assign(document.createElement('bdi'), { textContent: title }),
      Object.assign(document.createElement('small'), { textContent: details }),
    );
    tip.showPopover();
    this.#stopPlacing?.();
    this.#stopPlacing = keepBeside(tip, avatar, 'center');
    this.#avatar = avatar;
  }
}
