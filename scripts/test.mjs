#!/usr/bin/env node
/**
 * `npm test`: every test, also on a fresh clone where only Node and npm are installed. Installs the dependencies,
 * nats-server and a real Chromium if they are missing, builds the package and the demo page, and runs all Vitest
 * projects once. Arguments after `--` go to Vitest (`npm test -- test/unit`, `npm test -- --project browser`). A test
 * that could not run counts as failed. The last line is the result: `N passed, N failed`.
 */
import { readFile, rm } from 'node:fs/promises';
import { buildDemo, checkNode, importTypeScript, installDependencies, main, root, run } from './prepare.js';

const filters = process.argv.slice(2);
const results = `${root}test-results/vitest.json`;

async function prepare() {
  checkNode();
  await installDependencies();
  const log = (line) => console.log(line);
  const { ensureNatsServer } = await importTypeScript('src/service/nats-server.ts');
  const nats = await ensureNatsServer({ cacheDir: `${root}.cache`, log });
  console.log(`Using nats-server ${nats.version} from ${nats.from}: ${nats.path}`);
  const { ensureChromium } = await importTypeScript('test/support/chromium.ts');
  const chromium = await ensureChromium(log);
  console.log(`Using ${chromium.version}: ${chromium.path}`);
  process.env.CHROME_PATH = chromium.path;
  console.log('Building the package and the demo page …');
  await Promise.all([run(process.execPath, ['scripts/build.mjs']), buildDemo()]);
}

/** The result of Vitest and what it does not count: files that did not load, skipped tests, a run without tests. */
async function count(vitestFailed) {
  const report = JSON.parse(await readFile(results, 'utf8').catch(() => '{"testResults": []}'));
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === 'passed').length;
  let failed = tests.filter((test) => test.status === 'failed').length;
  for (const file of report.testResults) {
    const blamed = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !blamed) failed += 1;
  }
  const chosen = filters.some((filter) => filter === '-t' || filter.startsWith('--testNamePattern'));
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  if (skipped.length > 0 && !chosen) {
    failed += skipped.length;
    console.error(
      `These tests were skipped, which counts as failed:\n${skipped.map((test) => `  ${test.fullName}`).join('\n')}`,
    );
  }
  if (passed + failed === 0) console.error('No test ran.');
  if (vitestFailed || passed === 0) failed = Math.max(failed, 1);
  return { passed, failed };
}

await main(async () => {
  await prepare();
  await rm(results, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const vitest = run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters]);
  const vitestFailed = await vitest.then(
    () => false,
    () => true,
  );
  const { passed, failed } = await count(vitestFailed);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
