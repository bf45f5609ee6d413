#!/usr/bin/env node
/**
 * `npm run sheet` writes one sheet of all elements in all states: scenes in rows; light, dark, forced colours, right to
 * left and 320 px in columns. `sheet.html` and `sheet.png` go to .cache/sheet, or to the folder that is given:
 * `npm run sheet -- FOLDER`. It is for looking at, before and after a change of anything visible.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { importTypeScript, installDependencies, main, root } from './prepare.js';

const SIZE = { width: 600, height: 520 };
/** Title, what the browser emulates, what the address says. */
const LOOKS = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['forced colours', { forcedColors: 'active' }],
  ['right to left', {}, '&rtl'],
  ['320 px', { viewport: { ...SIZE, width: 320 } }],
];
const face = (page, at) => page.locator('slate-avatars [part~=avatar]').nth(at);
const seen = (page, part) => page.locator(`[part~=${part}]`).first().waitFor();
/** Title, scene of sheet-page.ts, what a person does in it. */
const ROWS = [
  ['in the flow', 'flow'],
  ['connections', 'states'],
  ['pointers, talk, edges, idle and away', 'talk'],
  ['connection lost', 'lost'],
  ['100 people', 'hundred'],
  [
    'list of 100',
    'hundred',
    (page) =>
      page
        .locator('[part~=overflow]')
        .click()
        .then(() => seen(page, 'list')),
  ],
  [
    'tooltip',
    'few',
    (page) =>
      face(page, 1)
        .hover()
        .then(() => seen(page, 'tip')),
  ],
  [
    'menu of another',
    'few',
    (page) =>
      face(page, 1)
        .click()
        .then(() => seen(page, 'menu')),
  ],
  [
    'own menu',
    'few',
    (page) =>
      face(page, 0)
        .click()
        .then(() => seen(page, 'menu')),
  ],
  ['saying and reacting', 'few', (page) => page.mouse.move(200, 200).then(() => page.keyboard.press('/'))],
  ['following', 'follow', (page) => seen(page, 'bar')],
  ['asked to come along', 'asked'],
  ['people in a form', 'form'],
  ['people in a form, later', 'initials'],
  [
    'typing, in the tooltip',
    'form',
    (page) =>
      face(page, 2)
        .hover()
        .then(() => seen(page, 'tip')),
  ],
  ['focus by keyboard', 'few', (page) => page.keyboard.press('Tab').then(() => page.keyboard.press('ArrowRight'))],
];

/** Builds the page of the scenes and serves it. */
async function serve() {
  const { production } = await importTypeScript('scripts/production.ts');
  const vite = await import('vite');
  const outDir = '.cache/sheet-page';
  const build = { outDir, emptyOutDir: true, target: 'es2022', rollupOptions: { input: `${root}scripts/sheet.html` } };
  await vite.build({ root, configFile: false, logLevel: 'warn', ...production(), build });
  const preview = { host: '127.0.0.1', port: 0 };
  return vite.preview({ root, configFile: false, logLevel: 'warn', build: { outDir }, preview });
}

/** Runs in the page: resolves when all short animations have ended, those in shadow roots too, and none followed. */
async function settled() {
  const running = (root) =>
    [...root.querySelectorAll('*')]
      .flatMap(({ shadowRoot }) => (shadowRoot ? running(shadowRoot) : []))
      .concat(root.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < 10_000));
  for (let still = 0; still < 30; ) {
    await new Promise(requestAnimationFrame);
    const found = running(document);
    still = found.length === 0 ? still + 1 : 0;
    await Promise.allSettled(found.map(({ finished }) => finished));
  }
}

async function shoot(browser, url, [, options], [, scene, act], more = '') {
  const context = await browser.newContext({ viewport: SIZE, reducedMotion: 'reduce', ...options });
  try {
    const page = await context.newPage();
    await page.goto(`${url}scripts/sheet.html?scene=${scene}${more}`);
    await page.locator('html[data-ready]').waitFor();
    await act?.(page);
    await page.evaluate(settled);
    return await page.screenshot({ fullPage: scene === 'flow' });
  } finally {
    await context.close();
  }
}

function sheetOf(rows) {
  const head = LOOKS.map(([title]) => `<th>${title}</th>`).join('');
  const cells = (shots) => shots.map((shot) => `<td><img src="data:image/png;base64,${shot.toString('base64')}"></td>`);
  const body = rows.map(({ title, shots }) => `<tr><th>${title}</th>${cells(shots).join('')}</tr>`).join('\n');
  return `<!doctype html><meta charset="utf-8"><title>All elements in all states</title><style>
    body { display: inline-block; margin: 0; padding: 24px; background: #d9dcdd; font: 600 16px system-ui; }
    td, th { padding: 6px; vertical-align: top; text-align: start; }
    tr > th:first-child { width: 8em; }
    img { display: block; border-radius: 6px; box-shadow: 0 1px 6px #0003; }
  </style><table><tr><th></th>${head}</tr>\n${body}</table>`;
}

await main(async () => {
  const folder = resolve(process.argv[2] ?? `${root}.cache/sheet`);
  await installDependencies();
  const { launchChromium } = await importTypeScript('test/support/chromium.ts');
  const site = await serve();
  const browser = await launchChromium();
  try {
    const rows = [];
    for (const row of ROWS) {
      const shots = [];
      for (const look of LOOKS) shots.push(await shoot(browser, site.resolvedUrls.local[0], look, row, look[2]));
      rows.push({ title: row[0], shots });
      console.log(row[0]);
    }
    await mkdir(folder, { recursive: true });
    const html = sheetOf(rows);
    await writeFile(`${folder}/sheet.html`, html);
    const page = await browser.newPage();
    await page.setContent(html);
    await page.locator('body').screenshot({ path: `${folder}/sheet.png` });
    console.log(`${folder}/sheet.html\n${folder}/sheet.png`);
  } finally {
    await browser.close();
    await site.close();
    await rm(`${root}.cache/sheet-page`, { recursive: true, force: true });
  }
});
process.exit();
