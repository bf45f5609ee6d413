import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { launchChromium } from '../../support/chromium.js';
import { natsServer } from '../../support/nats.js';
import { packed } from '../../support/packed.js';
import { serveFolder } from '../../support/page.js';
import { readBlocks } from '../../support/snippets.js';

const UA = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
it('claims', async () => {
  const blocks = await readBlocks('docs/editors.md');
  const code = (n: string) => blocks.find((b) => b.name === n)?.code ?? '';
  const browser = await launchChromium();
  const server = await natsServer({ storeDir: await mkdtemp(join(tmpdir(), 'claims-')) });
  const pack = await packed();
  let file = 0;
  const build = async (name: string, program: string, extra: string[] = []) => {
    const room = code('room.js').replace(`'ws://127.0.0.1:9222'`, `'${server.wsUrl}'`).replace(`'notes.md'`, `'f${++file}.md'`) + '\nwindow.d={room,doc};';
    const app = await pack.app(`${name}${file}`, { 'public/index.html': '<!doctype html><meta charset=utf-8><link rel=stylesheet href=app.css><div id=editor style="height:300px"></div><script type=module src=app.js></script>', 'public/app.css': '', 'app.js': program, 'room.js': room, 'carets.css': code('carets.css') });
    await app.run('esbuild', 'app.js', '--bundle', '--format=esm', '--outdir=public', '--loader:.ttf=dataurl', ...extra);
    return serveFolder(app.dir, 'public');
  };
  const open = async (url: string, ua?: string) => {
    const page = await (await browser.newContext(ua ? { userAgent: ua } : {})).newPage();
    await page.goto(url);
    await page.waitForFunction('window.d?.room.documents.status.synced');
    return page;
  };
  const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));
  const bare = code('codemirror').replace('keymap.of(yUndoManagerKeymap), ', '');
  const site = await build('cm', bare);
  const [a, b] = [await open(site.url), await open(site.url)];
  for (const p of [a, b]) await p.click('.cm-content');
  await a.keyboard.type('mine'); await wait(1500);
  await b.keyboard.press('Control+Home'); await b.keyboard.type('yours '); await wait(1500);
  await a.keyboard.press('Control+z'); await wait(1500);
  console.info('cm without keymap after one undo', await b.textContent('.cm-content'));
  const mon = code('monaco');
  const extra = ['--alias:monaco-editor/esm/vs/editor/editor.api.js=monaco-editor', 'editor.worker=monaco-editor/editor/editor.worker.js'];
  for (const [what, program] of [['without setEOL', mon.replace(/model\.setEOL.*\n/, '')], ['with setEOL', mon]] as const) {
    const s = await build('mon', program, extra);
    const [w, l] = [await open(s.url, UA), await open(s.url)];
    for (const p of [w, l]) await p.click('.monaco-editor .view-lines');
    await w.keyboard.type('ab'); await w.keyboard.press('Enter'); await w.keyboard.type('cd'); await w.keyboard.press('Enter'); await w.keyboard.type('ef');
    await wait(2000);
    await l.keyboard.press('Control+Home'); await l.keyboard.press('Control+End'); await l.keyboard.type('X'); await wait(1500);
    await w.keyboard.press('Control+End'); await w.keyboard.type('Y'); await wait(1500);
    const text = (p: typeof w) => p.evaluate("JSON.stringify(window.d.doc.getText('content').toString())");
    const shown = (p: typeof w) => p.evaluate("[...document.querySelectorAll('.view-line')].map(e=>e.textContent).join('|')");
    console.info('monaco', what, await text(w), await shown(w), await shown(l));
  }
  await browser.close(); await server.stop(); await pack[Symbol.asyncDispose]();
}, 240_000);
