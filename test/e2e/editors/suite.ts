/**
 * The same tests for every editor: its row in the table of docs/editors.md says what it must do, and what it cannot. A
 * "no" is measured too: its test passes only while what the editor shows is not what is expected.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../support/chromium.js';
import { type LocalServer, natsServer } from '../../support/nats.js';
import { type Proxy as Line, proxyOf } from '../../support/proxy.js';
import type { Author, Looks } from './author.js';
import { type Desk, deskOf } from './desk.js';
import { FEATURES, type Table } from './features.js';
import { type Cell, readMatrix } from './matrix.js';
import { stranger } from './stranger.js';

const matrix = await readMatrix();

export interface EditorOptions {
  /** What the editor asks of the bundler, in the words of esbuild's command line. */
  readonly bundling?: readonly string[];
}

/** `editor`: the name of its section in docs/editors.md, and of the program there. */
export function describeEditor(editor: string, looks: Looks, { bundling }: EditorOptions = {}): void {
  const cells: readonly Cell[] = matrix.get(editor) ?? [];
  let browser: Browser;
  let storeDir: string;
  let server: LocalServer;
  let line: Line;
  let desk: Desk;
  let files = 0;

  beforeAll(async () => {
    storeDir = await mkdtemp(join(tmpdir(), 'slate-e2e-editor-'));
    [browser, server] = await Promise.all([launchChromium(), natsServer({ storeDir })]);
    line = await proxyOf(server.wsUrl);
    desk = await deskOf(browser, editor, looks, bundling);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
    await line[Symbol.asyncDispose]();
    await server.stop();
    await rm(storeDir, { recursive: true, force: true });
  });
  afterEach(async () => {
    line.restore();
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  /** A new document, and the people at it. */
  function newTable(): Table & { readonly people: readonly Author[] } {
    const file = `notes-${++files}.md`;
    const people: Author[] = [];
    const seat = async (name: string, at: string, { color, far }: { color?: string; far?: true } = {}) => {
      const author = await desk.sit({ name, file: at, color, server: far ? line.wsUrl : server.wsUrl });
      people.push(author);
      return author;
    };
    return {
      people,
      line,
      sit: (name, how) => seat(name, file, how),
      sitElsewhere: (name) => seat(name, `other-${file}`),
      stranger: () => stranger(server.wsUrl, file),
    };
  }

  async function run(feature: string): Promise<void> {
    const table = newTable();
    await FEATURES[feature]?.(table);
    expect(table.people.flatMap(({ name, troubles }) => troubles.map((one) => `${name}: ${one}`))).toEqual([]);
  }

  describe(`${editor} does what docs/editors.md says`, { timeout: 120_000 }, () => {
    it('has a cell for every feature', () => {
      expect(cells.map(({ feature }) => feature)).toEqual(Object.keys(FEATURES));
    });

    it.each(cells.filter(({ holds }) => holds))('$feature: yes', ({ feature }) => run(feature));

    const failing = cells.filter(({ holds }) => !holds);
    if (failing.length > 0) {
      it.each(failing)('$feature: no. $reason', async ({ feature }) => {
        // Not any error: what is shown must be what the footnote says it is, and not a page that is broken.
        await expect(run(feature)).rejects.toMatchObject({ name: 'AssertionError' });
      });
    }
  });
}
