/**
 * A page with one editor, made of its program in docs/editors.md as that stands there, with the packed package and the
 * real editor. Only `room.js` learns from the address which server, file and user it is to take.
 */
import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { packed } from '../../support/packed.js';
import { serveFolder } from '../../support/page.js';
import { type Block, readBlocks, root } from '../../support/snippets.js';
import { Author, type Looks } from './author.js';

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>An editor</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="./app.css">
<style>body { margin: 40px; font-family: sans-serif } #editor { height: 300px }</style>
<div id="editor"></div>
<input id="elsewhere" aria-label="Another field">
<script type="module" src="./app.js"></script>`;

/** What the program of the room has, and what a test puts in its place. */
const GIVEN = [
  [`'ws://127.0.0.1:9222'`, 'given.server'],
  [`'notes.md'`, 'given.file'],
  [`{ id: 'ada', name: 'Ada' }`, 'given.user'],
] as const;

export interface Seat {
  readonly server: string;
  readonly file: string;
  readonly name: string;
  readonly color?: string | undefined;
}

export interface Desk extends AsyncDisposable {
  /** Someone who opens the page in a browser context of their own, and has the document. */
  sit(seat: Seat): Promise<Author>;
}

/** `bundling`: what the editor asks of the bundler, in the words of esbuild's command line. */
export async function deskOf(
  browser: Browser,
  editor: string,
  looks: Looks,
  bundling: readonly string[] = [],
): Promise<Desk> {
  const blocks = await readBlocks('docs/editors.md');
  const program = programOf(blocks, editor);
  const pack = await packed();
  const source = `app.${program.lang}`;
  const app = await pack.app(editor, {
    'public/index.html': PAGE,
    'public/app.css': '',
    ...files(blocks),
    [source]: program.code,
  });
  // An editor of which there are two releases has the packages of its own in its folder.
  const own = `${root}test/e2e/editors/${editor}/node_modules`;
  if (existsSync(own)) await symlink(own, `${app.dir}/node_modules`);
  const options = ['--bundle', '--format=esm', '--jsx=automatic', '--outdir=public', '--loader:.ttf=dataurl'];
  await app.run('esbuild', source, ...options, ...bundling);
  const site = await serveFolder(app.dir, 'public');
  return {
    async sit({ name, color, server, file }) {
      const page = await (await browser.newContext()).newPage();
      const author = new Author(name, page, looks);
      const given = { server, file, user: { id: name.toLowerCase(), name, color } };
      await page.goto(`${site.url}?${new URLSearchParams({ given: JSON.stringify(given) })}`);
      await author.ready();
      return author;
    },
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      await pack[Symbol.asyncDispose]();
    },
  };
}

/** The programs that are named like files: what the others import. */
function files(blocks: readonly Block[]): Record<string, string> {
  const named = blocks.filter(({ name }) => /\.\w+$/.test(name)).map(({ name, code }) => [name, code] as const);
  return { ...Object.fromEntries(named), 'room.js': givenTo(programOf(blocks, 'room.js').code) };
}

function programOf(blocks: readonly Block[], name: string): Block {
  const block = blocks.find((one) => one.name === name);
  if (!block) throw new Error(`docs/editors.md has no program named "${name}".`);
  return block;
}

/** Throws where the program has not what a test replaces. */
function givenTo(program: string): string {
  let code = program;
  for (const [literal, name] of GIVEN) {
    if (!code.includes(literal)) throw new Error(`The room of docs/editors.md has no ${literal}.`);
    code = code.replace(literal, name);
  }
  const given = `const given = JSON.parse(new URLSearchParams(location.search).get('given'));`;
  return `${given}\n${code}\nwindow.desk = { room };\n`;
}
