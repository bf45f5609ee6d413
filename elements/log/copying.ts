/** Copying a whole log, though only the rows in view are in the page: by its button, and by Ctrl+A and Ctrl+C in it. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How long the button says that it has copied, in milliseconds. */
const COPIED_MS = 2000;

/** What copying needs of a log. */
export interface Copyable {
  /** The text of every line. */
  text(): string;
  /** The box that has the focus when keys are pressed in the log. */
  scroller(): HTMLElement | undefined;
  /** The box that holds the rows in view. */
  rows(): HTMLElement | undefined;
}

export class Copying implements ReactiveController {
  /** True for a moment after the button has copied. */
  copied = false;

  readonly #host: ReactiveControllerHost;
  readonly #log: Copyable;
  /** True after Ctrl+A: a copy command then takes every line, not only the rows in view. */
  #all = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, log: Copyable) {
    this.#host = host;
    this.#log = log;
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** From now on a copy command takes what is selected. */
  readonly unselectAll = (): void => {
    this.#all = false;
  };

  readonly handleKey = (event: KeyboardEvent): void => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      this.#all = true;
      const rows = this.#log.rows();
      if (rows) getSelection()?.selectAllChildren(rows);
    } else if (event.key === 'Escape') {
      this.#all = false;
      getSelection()?.removeAllRanges();
    }
  };

  readonly handleCopy = (event: ClipboardEvent): void => {
    if (!this.#all || !event.clipboardData) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', this.#log.text());
  };

  /** Copies every line, and sets `copied` where that succeeds. */
  async copy(): Promise<void> {
    if (!(await this.#write())) return;
    this.#setCopied(true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#setCopied(false), COPIED_MS);
  }

  async #write(): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(this.#log.text());
      return true;
    } catch {
      // A page that may not write to the clipboard may still run the copy command.
      this.#all = true;
      this.#log.scroller()?.focus();
      const done = document.execCommand('copy');
      this.#all = false;
      return done;
    }
  }

  #setCopied(copied: boolean): void {
    this.copied = copied;
    this.#host.requestUpdate();
  }
}
