/**
 * The tooltip of the stack: it describes the avatar that has the pointer or the keyboard focus, and stands beside it.
 * It waits at first, and not while one moves along the stack. It stays while the pointer is on it, and Escape closes it
 * wherever the focus is (WCAG 1.4.13). A finger opens no tooltip: it opens the card.
 */
import { keepBeside } from '../shared/popover.js';

/** How long the pointer or the focus is on an avatar before the tooltip comes, in milliseconds. */
export const WAIT_MS = 500;
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
    const { type, target } = event;
    if ((event as PointerEvent).pointerType === 'touch') return;
    const hovered = type === 'pointerover';
    clearTimeout(this.#timer);
    if (!hovered && type !== 'focusin') this.#timer = setTimeout(() => this.hide(), LINGER_MS);
    else if (avatar && (hovered || avatar.matches(':focus-visible'))) {
      if (this.#avatar) this.#show(avatar);
      else this.#timer = setTimeout(() => this.#show(avatar), WAIT_MS);
    } else if (!(target as Element).closest('[part=tip]')) this.hide();
  }

  /** Describes its avatar anew after a render, or hides where the member has left. */
  refresh(): void {
    if (this.#avatar) this.#show(this.#avatar);
  }

  /** Hides it, and calls off one that waits. */
  hide(): void {
    clearTimeout(this.#timer);
    if (!this.#avatar) return;
    this.#avatar = undefined;
    this.#stopPlacing?.();
    removeEventListener('keydown', this.#onKey, true);
    this.#tip()?.hidePopover();
  }

  readonly #onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') this.hide();
  };

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
    addEventListener('keydown', this.#onKey, true);
    this.#stopPlacing?.();
    this.#stopPlacing = keepBeside(tip, avatar, 'center');
    this.#avatar = avatar;
  }
}
