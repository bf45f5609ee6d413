/** Copying a whole log, though only the rows in view are in the page: by its button, and by Ctrl+A and Ctrl+C in it. */
import type { ReactiveControllerHost } from 'lit';
import type { Viewport } from './viewport.js';

/** How long the button says that it has copied, in milliseconds. */
const COPIED_MS = 2000;

/** What copying needs of the element: the text of every line, and an update when `copied` changes. */
export interface CopyingHost extends Pick<ReactiveControllerHost, 'requestUpdate'> {
  readonly text: string;
}

export class Copying {
  /** True for a moment after the button has copied. */
  copied = false;

  readonly #host: CopyingHost;
  readonly #viewport: Pick<Viewport, 'scroller' | 'rows'>;
  /** True after Ctrl+A: a copy command then takes every line, not only the rows in view. */
  #all = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: CopyingHost, viewport: Pick<Viewport, 'scroller' | 'rows'>) {
    this.#host = host;
    this.#viewport = viewport;
  }

  /** From now on a copy command takes what is selected. */
  readonly reset = (): void => {
    this.#all = false;
  };

  readonly handleKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      this.#all = true;
      const rows = this.#viewport.rows.value;
      if (rows) getSelection()?.selectAllChildren(rows);
    } else if (event.key === 'Escape') {
      this.#all = false;
      getSelection()?.removeAllRanges();
    }
  };

  readonly handleCopy = (event: ClipboardEvent): void => {
    if (!this.#all) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', this.#host.text);
  };

  /** Copies every line, and sets `copied` where that succeeds. */
  readonly copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.#host.text);
    } catch {
      // A page that may not write to the clipboard may still run the copy command.
      this.#all = true;
      this.#viewport.scroller.value?.focus();
      const done = document.execCommand('copy');
      this.#all = false;
      if (!done) return;
    }
    this.#setCopied(true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#setCopied(false), COPIED_MS);
  };

  #setCopied(copied: boolean): void {
    this.copied = copied;
    this.#host.requestUpdate();
  }
}
