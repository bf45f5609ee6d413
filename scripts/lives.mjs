/**
 * `npm run lives`: test/e2e/lives.test.ts in a Chromium with a window, where each life of the page lasts 200 s, longer
 * than every lease; `-- --seconds 400` says otherwise. It opens its windows on the display that there is, and starts
 * Xvfb where there is none.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { buildDemo, Failure, main, run } from './prepare.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '200' } } });
const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;

/** Starts Xvfb on a display that is free, which it names on its fourth stream. */
async function startScreen() {
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'];
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], { stdio });
  const failed = once(screen, 'exit').then(([code]) => {
    throw new Failure(`Xvfb ended with code ${code}.`);
  });
  try {
    const [number] = await Promise.race([once(screen.stdio[3], 'data'), failed]);
    failed.catch(() => undefined); // from here on it ends when it is told to
    process.env.DISPLAY = `:${String(number).trim()}`;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Failure(
      'A Chromium with a window needs a display, and there is none: install Xvfb (Debian: apt-get install xvfb), or ' +
        'set DISPLAY. "npm test" runs the same tests without a window, for a shorter time.',
    );
  }
  return screen;
}

await main(async () => {
  const screen = hasDisplay ? undefined : await startScreen();
  try {
    await buildDemo();
    Object.assign(process.env, { LIVES_HEADED: '1', LIVES_SECONDS: values.seconds });
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e', '--reporter', 'verbose'];
    await run(process.execPath, [...vitest, 'test/e2e/lives.test.ts']);
  } finally {
    screen?.kill();
  }
});
