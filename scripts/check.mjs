#!/usr/bin/env node
/**
 * Everything about the code that a machine can judge without a server or a browser, as one command. Two chains run side
 * by side; a step that fails prints what it said and what to do, and the others still run.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** title, command (a program of node_modules/.bin, or node), what to do when it fails */
const sources = [
  ['lint and format', 'biome check --error-on-warnings .', 'npx biome check --write . mends what it can.'],
  ['types: everything', 'tsc -p tsconfig.json', 'See the lines above.'],
  ['types: src/ without the DOM', 'tsc -p tsconfig.src.json', 'src/ also runs in Node: no DOM types there.'],
  ['types: elements/ without Node', 'tsc -p tsconfig.elements.json', 'A page has no Node: none of its types there.'],
  ['unit tests', 'vitest run --project unit --reporter dot', 'One file alone: npx vitest run --project unit <file>'],
];
const published = [
  ['elements manifest', 'node scripts/manifest.mjs --check', 'See the line above.'],
  ['build', 'node scripts/build.mjs', 'Alone: npm run build'],
  ['publint', 'publint --strict', 'See exports, files and types in package.json.'],
  ['types as users resolve them', 'attw --pack . --profile esm-only --no-emoji', 'See exports in package.json.'],
  ['bundles to measure', 'node scripts/build.mjs sizes', 'See scripts/build.mjs.'],
  [
    'size budgets',
    'size-limit --json',
    'Make it smaller, or say in .size-limit.json and CHANGELOG.md why the budget grows.',
  ],
];

/** Longer than any step takes on a slow machine: one that hangs is a failure, not a long wait. */
const LIMIT_MS = 180_000;

function run(command) {
  const [name, ...args] = command.split(' ');
  const program = name === 'node' ? process.execPath : `${root}node_modules/.bin/${name}`;
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
    execFile(program, args, { cwd: root, env, timeout: LIMIT_MS, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim();
      resolve({ ok: !error, output: error?.killed ? `${said}\nStopped after ${LIMIT_MS / 1000} s.` : said });
    });
  });
}

/** A line an entry: its size, its budget. */
function sizes(json) {
  const kilo = (bytes) => (bytes / 1000).toFixed(1).padStart(5);
  const line = ({ name, size, sizeLimit }) => `        ${kilo(size)} of ${kilo(sizeLimit)} kB gzipped  ${name}`;
  return JSON.parse(json).map(line).join('\n');
}

const failed = [];

async function chain(steps) {
  for (const [title, command, advice] of steps) {
    const start = performance.now();
    const { ok, output } = await run(command);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${title} (${seconds} s)`);
    if (title === 'size budgets' && output.startsWith('[')) console.log(sizes(output));
    else if (!ok) console.log(output);
    if (ok) continue;
    failed.push(title);
    console.log(`        ${title} failed. ${advice}\n`);
    if (title === 'build') return; // what follows would judge an old build
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
