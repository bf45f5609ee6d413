/**
 * People at an editor: CodeMirror on the document of a room, in a page that a bundler made of the packed package. With
 * `store` in the address the page also keeps its document in IndexedDB, and shows it before there is a connection.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Packed, packed } from '../support/packed.js';
import { type ServedPage, serveFolder } from '../support/page.js';

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>An editor</title>
<script type="module" src="./app.js"></script>`;

const PROGRAM = `import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { joinRoom, openBus, openDocument } from 'slate-collab';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';

const { server, file, name, store: kept } = Object.fromEntries(new URLSearchParams(location.search));
const bus = openBus({ servers: server });
const doc = new Y.Doc();
const app = { bus, doc, text: doc.getText('content') };
window.app = app;
const user = { id: name.toLowerCase(), name };

if (kept) {
  app.store = new IndexeddbPersistence(file, doc);
  await app.store.whenSynced;
  app.opening = openDocument(bus, { project: 'e2e', name: file, doc, store: app.store });
} else {
  app.room = await joinRoom(bus, { project: 'e2e', file, user, doc, history: true });
  app.document = app.room.documents.get();
}
const extensions = [yCollab(app.text, app.room?.awareness ?? null), keymap.of(yUndoManagerKeymap)];
const state = EditorState.create({ doc: app.text.toString(), extensions });
app.view = new EditorView({ state, parent: document.body });
app.opening?.then((document) => Object.assign(app, { document }), (failure) => Object.assign(app, { failure }));
`;

/** What the tests use of the page's own objects. */
interface App {
  readonly text: { insert(at: number, text: string): void; delete(at: number, length: number): void; length: number };
  readonly view?: { readonly state: { readonly doc: { toString(): string } } };
  readonly room?: { leave(): Promise<void> };
  readonly document?: {
    readonly lineage: string | undefined;
    readonly status: { readonly state: string; readonly synced: boolean; readonly unsaved: number };
    save(): Promise<void>;
    versions(): Promise<readonly { readonly id: string; readonly name?: string }[]>;
    nameVersion(version: string | undefined, name: string): Promise<{ readonly id: string }>;
    restore(version: string): Promise<void>;
  };
  /** Why the document could not be opened. */
  readonly failure?: Error & { takeTheirs?(): Promise<{ readonly doc: { getText(name: string): unknown } }> };
  readonly store?: { get(key: string): Promise<unknown> };
}

declare global {
  interface Window {
    app?: App;
  }
}

export interface Editors extends AsyncDisposable {
  /** Someone who opens the page; in a browser context of their own, unless one is given. */
  open(who: { name: string; file: string; server: string; context?: BrowserContext; store?: true }): Promise<Author>;
}

export class Author {
  /** The stack of each exception that nothing in the page caught. */
  readonly troubles: string[] = [];

  constructor(
    readonly name: string,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.troubles.push(String(error.stack ?? error)));
  }

  /** Puts the caret at the end of the text, and types. */
  async type(words: string): Promise<void> {
    await this.page.click('.cm-content');
    await this.page.keyboard.press('Control+End');
    await this.page.keyboard.type(words);
  }

  /** What the editor shows. */
  text(): Promise<string> {
    return this.page.evaluate(() => window.app?.view?.state.doc.toString() ?? '(no editor)');
  }

  state(): Promise<string> {
    return this.page.evaluate(() => window.app?.document?.status.state ?? 'none');
  }

  /** The names at the carets of others. */
  carets(): Promise<(string | undefined)[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('.cm-ySelectionInfo')].map((caret) => caret.textContent?.trim()),
    );
  }

  /** Resolves when the stream has acknowledged everything. */
  save(): Promise<void> {
    return this.page.evaluate(() => window.app?.document?.save());
  }

  async leave(): Promise<void> {
    await this.page.evaluate(() => window.app?.room?.leave());
    await this.page.context().close();
  }
}

/** Packs the package, bundles the page and serves it. */
export async function editors(browser: Browser): Promise<Editors> {
  const pack: Packed = await packed();
  const app = await pack.app('editor', { 'public/index.html': PAGE, 'app.js': PROGRAM });
  await app.run('esbuild', '--bundle', '--format=esm', 'app.js', '--outfile=public/app.js');
  const site: ServedPage = await serveFolder(app.dir, 'public');
  return {
    async open({ name, context, ...given }) {
      const page = await (context ?? (await browser.newContext())).newPage();
      const author = new Author(name, page);
      const query = new URLSearchParams({ name, file: given.file, server: given.server });
      if (given.store) query.set('store', 'yes');
      await page.goto(`${site.url}?${query}`);
      await page.waitForSelector('.cm-content');
      if (!given.store) await page.waitForFunction(() => window.app?.document?.status.synced);
      return author;
    },
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      await pack[Symbol.asyncDispose]();
    },
  };
}
