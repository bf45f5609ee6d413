/** Someone at an editor, in a browser context of their own: what they do, and what their editor shows. */
import type { Page } from 'playwright-core';

/** Where an editor draws something, and which style of which element has its colour. */
export interface Part {
  /** A selector of what is drawn. */
  readonly at: string;
  /** A selector inside of that, for what has the place and the colour; else it has them itself. */
  readonly in?: string;
  /** The property. */
  readonly style: string;
}

/** How to find one's way in an editor. */
export interface Looks {
  /** What one types into. */
  readonly content: string;
  /** Each line or paragraph of the text. */
  readonly line: string;
  /** The caret of another; `name`: a selector inside of it, or a pseudo-element that has the name as its content. */
  readonly caret: Part & { readonly name: string };
  readonly selection: Part;
  /** What brings back what was undone, on Linux. @defaultValue 'Control+y' */
  readonly redo?: string;
}

/** What an editor shows of another person. Lengths in CSS pixels. */
export interface Shown {
  readonly name: string;
  /** Red, green and blue, from 0 to 255, without alpha. */
  readonly color: string;
  readonly left: number;
  readonly right: number;
}

/** What all pages have in common, and tests use. */
interface App {
  readonly room: {
    readonly status: string;
    readonly client: number;
    readonly awareness: {
      getLocalState(): Record<string, unknown> | null;
      getStates(): ReadonlyMap<number, unknown>;
    };
    readonly documents: { readonly status: { readonly state: string; readonly synced: boolean } };
    leave(): Promise<void>;
  };
}

declare global {
  interface Window {
    /** What the page of an editor shows to its tests. */
    desk?: App;
  }
}

export class Author {
  /** Each exception that nothing in the page caught, and each warning and error in its console. */
  readonly troubles: string[] = [];

  constructor(
    readonly name: string,
    readonly page: Page,
    readonly looks: Looks,
  ) {
    page.on('pageerror', (error) => this.troubles.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (!['warning', 'error'].includes(message.type())) return;
      // The browser itself says so of a line that a test has cut.
      if (!message.text().startsWith('WebSocket connection to')) this.troubles.push(message.text());
    });
  }

  /** Resolves once the editor is there with the document. */
  async ready(): Promise<void> {
    await this.page.waitForSelector(this.looks.content);
    await this.page.waitForFunction(() => window.desk?.room.documents.status.synced);
  }

  /** Puts the caret at the end of the text, and types. */
  async type(words: string): Promise<void> {
    await this.goTo('End');
    await this.page.keyboard.type(words);
  }

  /**
   * Puts the caret at the beginning or the end of the text: goes there until that changes nothing any more. An editor
   * hears of a selection after the browser has moved it, and may put back the one before when it gets the focus.
   */
  async goTo(where: 'Home' | 'End'): Promise<void> {
    await this.page.locator(this.looks.content).first().click();
    let before: string;
    let now = 'not yet';
    do {
      before = now;
      await this.page.keyboard.press(`Control+${where}`);
      await this.#painted();
      now = JSON.stringify(await this.state());
    } while (now !== before);
  }

  /**
   * Selects the first `count` characters of the text. An editor that has not heard of one key yet may undo what the
   * next one does, so each waits until the editor has told the room; one that was lost is pressed again.
   */
  async select(count: number): Promise<void> {
    await this.goTo('Home');
    for (let n = 0; n < count; n++) {
      const before = JSON.stringify(await this.state());
      do await this.page.keyboard.press('Shift+ArrowRight');
      while (!(await this.#says(before)));
    }
  }

  /** Whether this session shows something else of itself than `before`, as JSON, within some seconds. */
  #says(before: string): Promise<boolean> {
    const differs = (json: string) => JSON.stringify(window.desk?.room.awareness.getLocalState() ?? null) !== json;
    return this.page.waitForFunction(differs, before, { timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  }

  /** Resolves when the browser has told the editor what has changed. */
  #painted(): Promise<unknown> {
    return this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  press(keys: string): Promise<void> {
    return this.page.keyboard.press(keys);
  }

  /** Leaves the editor for another field of the page. */
  blur(): Promise<void> {
    return this.page.click('#elsewhere');
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  leave(): Promise<void> {
    return this.page.evaluate(() => window.desk?.room.leave());
  }

  /** Of the room: `connected`, `reconnecting` … */
  status(): Promise<string | undefined> {
    return this.page.evaluate(() => window.desk?.room.status);
  }

  /** Of the document: `saved`, `saving` … */
  saving(): Promise<string | undefined> {
    return this.page.evaluate(() => window.desk?.room.documents.status.state);
  }

  /** The number of this session. */
  client(): Promise<number | undefined> {
    return this.page.evaluate(() => window.desk?.room.client);
  }

  /** Whether the editor has heard of this client. */
  knows(client: number): Promise<boolean> {
    return this.page.evaluate((client) => window.desk?.room.awareness.getStates().has(client) ?? false, client);
  }

  /** What this session shows of itself, as its editor finds and has written it. */
  state(): Promise<Record<string, unknown> | null> {
    return this.page.evaluate(() => window.desk?.room.awareness.getLocalState() ?? null);
  }

  /** What the editor shows, without the names at carets. */
  text(): Promise<string> {
    return this.page.evaluate(({ content, line, caret }) => {
      const editor = document.querySelector(content);
      const lines = [...(editor?.querySelectorAll(line) ?? [])].map((one) => {
        const copy = one.cloneNode(true) as Element;
        for (const drawn of copy.querySelectorAll(caret.at)) drawn.remove();
        return (copy.textContent ?? '').replace(/\u00a0/g, ' ').replace(/[\u200b\u2060\ufeff]/g, '');
      });
      return lines.join('\n');
    }, this.looks);
  }

  /** The carets of others. */
  carets(): Promise<Shown[]> {
    return this.#shown(this.looks.caret);
  }

  /** What others have selected; an empty selection is none. */
  async selections(): Promise<Shown[]> {
    const all = await this.#shown(this.looks.selection);
    return all.filter(({ left, right }) => right - left > 1);
  }

  #shown(part: Part & { readonly name?: string }): Promise<Shown[]> {
    return this.page.evaluate((part) => {
      const nameAt = (element: Element, name: string) => {
        if (!name.startsWith('::')) return element.querySelector(name)?.textContent ?? '';
        const { content } = getComputedStyle(element, name);
        return content.startsWith('"') ? (JSON.parse(content) as string) : '';
      };
      return [...document.querySelectorAll(part.at)].map((element) => {
        const drawn = (part.in && element.querySelector(part.in)) || element;
        const { left, right } = drawn.getBoundingClientRect();
        const digits = getComputedStyle(drawn).getPropertyValue(part.style).match(/\d+/g) ?? [];
        const name = part.name
          ? nameAt(element, part.name)
              .replace(/\u2060/g, '')
              .trim()
          : '';
        return { name, color: digits.slice(0, 3).join(', '), left, right };
      });
    }, part);
  }

  /** Where the text from character `from` to before `to` stands in the first line. */
  place(from: number, to: number): Promise<{ left: number; right: number }> {
    return this.page.evaluate(
      ({ looks: { content, line, caret }, from, to }) => {
        const first = document.querySelector(content)?.querySelector(line) ?? document.body;
        const walker = document.createTreeWalker(first, NodeFilter.SHOW_TEXT);
        // Of the first and of the last character: a range of all of them would hold the carets between them.
        const edge = (node: Node, index: number) => {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          return range.getBoundingClientRect();
        };
        let [at, left, right] = [0, 0, 0];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          if (node.parentElement?.closest(caret.at)) continue;
          const { length } = node.textContent ?? '';
          if (at <= from && from < at + length) left = edge(node, from - at).left;
          if (at < to && to <= at + length) right = edge(node, to - at - 1).right;
          at += length;
        }
        return { left, right };
      },
      { looks: this.looks, from, to },
    );
  }
}
