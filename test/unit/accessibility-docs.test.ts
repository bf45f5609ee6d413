/** docs/accessibility.md against the code: its keys, its attributes, its sentences, and the tests that it names. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { buildWords, feedWords, logWords, roomWords } from '../../elements/shared/english.js';
import { fieldWords } from '../../elements/shared/field-words.js';
import { viewerWords } from '../../elements/shared/viewer-words.js';
import { barKeyOf, chatKeyOf } from '../../elements/viewer/keys.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = await readFile(join(root, 'docs/accessibility.md'), 'utf8');
const section = (title: string) => guide.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const code = async (folder: string) => {
  const files = await readdir(join(root, folder));
  return (await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')))).join('\n');
};

const SIGNS: Record<string, string> = { ArrowRight: '→', ArrowLeft: '←', ArrowDown: '↓', ArrowUp: '↑' };

it.each([
  ['elements/avatars', /slate-avatars/],
  ['elements/viewer', /viewer|bubble|bar\b|slate-cursors/],
  ['elements/log', /slate-log/],
])('names every key that %s handles', async (folder, where) => {
  const rows = section('Keys')
    .split('\n')
    .filter((row) => row.startsWith('|') && where.test(row.split('|')[2] ?? ''));
  const handled = new Set((await code(folder)).match(/\b(Arrow\w+|Home|End|Escape|Enter|Tab|F\d+)\b(?=['"]|:\s)/g));
  expect(handled.size).toBeGreaterThan(0);
  const missing = [...handled].filter((key) => !rows.some((row) => row.includes(`\`${SIGNS[key] ?? key}\``)));
  expect(missing).toEqual([]);
});

it('names the keys that can be changed as they are, and attributes that there are', async () => {
  for (const [attribute, key] of [
    ['chat-key', chatKeyOf({})],
    ['bar-key', barKeyOf({})],
  ] as const) {
    expect(section('Keys')).toMatch(new RegExp(`^\\| \`${key}\` .*\`${attribute}\` \\|$`, 'm'));
    expect(await code('elements/cursors')).toContain(`attribute: '${attribute}'`);
  }
  for (const [, tag = ''] of guide.matchAll(/^\| `<slate-(\w+)>` \| [A-Z]/gm))
    expect(await code(`elements/${tag}`), tag).toMatch(/@attr \{.*\} announce/);
});

it('quotes sentences that are spoken', () => {
  const all = { ...roomWords, ...viewerWords, ...fieldWords, ...feedWords, ...buildWords, ...logWords };
  const words = Object.values(all).flatMap((word) => (typeof word === 'string' ? [word] : Object.values(word)));
  const patterns = words.map((word) => new RegExp(`^${word.replace(/[.?+]/g, '\\$&').replace(/\{\w+\}/g, '.+')}$`));
  const cells = section('What screen readers are told')
    .split('\n')
    .filter((row) => /^\| (`<slate|\|)|^\| \| [A-Z]/.test(row) && !row.includes('`all`'))
    .flatMap((row) => row.split('|').slice(2, 4))
    .map((cell) => cell.trim());
  expect(cells.length).toBeGreaterThan(12);
  const composed = ['the same', 'Bob: hello', 'Build failed, Out of memory'];
  const isSpoken = (text: string) => composed.includes(text) || patterns.some((pattern) => pattern.test(text));
  const spoken = cells.filter((cell) => isSpoken(cell) || cell.split(/(?<=\.) /).every(isSpoken));
  expect(spoken).toEqual(cells);
});

it('names tests that there are', () => {
  const files = [...guide.matchAll(/`(test\/[\w./-]+)`/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
