#!/usr/bin/env node
/**
 * `npm run check`: every check of the code that needs no server and no browser. Two chains of steps run side by side. A
 * step that fails prints its output and what to do, and the steps after it still run.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const TARBALL = '.cache/packed/package.tgz';

/** Title, command (a program in node_modules/.bin, or node), what to do when it fails. */
const sources = [
  ['lint and format', 'biome check --error-on-warnings .', 'npx biome check --write . repairs what it can.'],
  ['types: everything', 'tsc -p tsconfig.json', 'See the lines above.'],
  ['types: src/ without the DOM', 'tsc -p tsconfig.src.json', 'src/ also runs in Node: no DOM types there.'],
  ['types: elements/ without Node', 'tsc -p tsconfig.elements.json', 'A page has no Node: none of its types there.'],
  ['unit tests', 'vitest run --project unit* --reporter dot', 'One file alone: npx vitest run <file>'],
];
const published = [
  ['elements manifest', 'node scripts/manifest.mjs --check', 'See the line above.'],
  ['build', 'node scripts/build.mjs', 'Alone: npm run build'],
  ['tarball', 'node scripts/pack.mjs', 'See files, exports and bin in package.json, and scripts/pack.mjs.'],
  ['publint', `publint ${TARBALL} --strict`, 'See exports, files and types in package.json.'],
  ['types as users resolve them', `attw ${TARBALL} --profile esm-only --no-emoji`, 'See exports in package.json.'],
  ['size budgets', 'size-limit --json', 'Make it smaller, or explain in CHANGELOG.md why the budget grows.'],
];

/** Later steps of the chain would check an old result when one of these fails. */
const NEEDED = ['build', 'tarball'];

/** Longer than any step takes on a slow machine, so that a step that hangs fails. */
const LIMIT_MS = 900_000;

function run(command) {
  const [name, ...args] = command.split(' ');
  const program = name === 'node' ? process.execPath : `${root}node_modules/.bin/${name}`;
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
    execFile(program, args, { cwd: root, env, timeout: LIMIT_MS, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      resolve({ ok: !error, output: error?.killed ? `${output}\nStopped after ${LIMIT_MS / 1000} s.` : output });
    });
  });
}

/** One line for each entry: its size and its budget. */
function sizes(json) {
  if (!json.startsWith('[')) return json;
  const kilo = (bytes) => (bytes / 1000).toFixed(1).padStart(5);
  const over = ({ size, sizeLimit }) => (size > sizeLimit ? `: over by ${size - sizeLimit} bytes` : '');
  const line = (entry) =>
    `        ${kilo(entry.size)} of ${kilo(entry.sizeLimit)} kB gzipped  ${entry.name}${over(entry)}`;
  return JSON.parse(json).map(line).join('\n');
}

const failed = [];

async function chain(steps) {
  for (const [title, command, advice] of steps) {
    const start = performance.now();
    const { ok, output } = await run(command);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${title} (${seconds} s)`);
    if (title === 'size budgets') console.log(sizes(output));
    else if (title === 'tarball' && ok) console.log(`        ${output}`);
    else if (!ok) console.log(output);
    if (ok) continue;
    failed.push(title);
    console.log(`        ${title} failed. ${advice}\n`);
    if (NEEDED.includes(title)) return;
  }
}

const start = performance.now();
await Promise.all([chain(sources), chain(published)]);
const seconds = ((performance.now() - start) / 1000).toFixed(0);
if (failed.length === 0) console.log(`\nAll checks passed in ${seconds} s.`);
else {
  console.log(`\n${failed.length} of the checks failed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
