/**
 * A real Chromium for tests: the first of `$CHROME_PATH`, `chromium`, `google-chrome` and Playwright's own; else it is
 * installed. There is no test without one: where none can be had, the error says what to install.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const run = promisify(execFile);
const NAMES = ['chromium', 'google-chrome', 'chromium-browser', 'google-chrome-stable'];

/** A test browser calls nobody but the page it is given. `--no-sandbox`: it must also start as root, in a container. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The browser that would be used, or undefined. @throws when `$CHROME_PATH` is set and is no program. */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  if (env.CHROME_PATH) {
    if (await isProgram(env.CHROME_PATH)) return env.CHROME_PATH;
    throw new Error(`CHROME_PATH is ${env.CHROME_PATH}, which is no program.`);
  }
  const found = await onPath(NAMES, env);
  if (found) return found;
  const own = chromium.executablePath();
  return (await isProgram(own)) ? own : undefined;
}

/** The browser to use, installed where there was none. @throws when it cannot be, with what to do. */
export async function ensureChromium(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ path: string; version: string }> {
  const path = (await findChromium(env)) ?? (await installChromium(log, env));
  const { stdout } = await run(path, ['--version']).catch((cause: Error) => {
    throw new Error(`The Chromium at ${path} does not run: ${cause.message}`, { cause });
  });
  return { path, version: stdout.trim() };
}

/** A headless Chromium that the caller closes. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error('No Chromium here: "npm test" installs one, or set CHROME_PATH.');
  return chromium.launch({ executablePath, args: CHROMIUM_ARGS, ...options });
}

async function installChromium(log: (line: string) => void, env: NodeJS.ProcessEnv): Promise<string> {
  const failures: string[] = [];
  for (const install of [withApt, withPlaywright]) {
    try {
      await install(log, env);
      const path = await findChromium(env);
      if (path) return path;
    } catch (error) {
      failures.push((error as Error).message.trim());
    }
  }
  throw new Error(
    'The tests need Chromium, and it could not be installed. Install it (Debian: apt-get install chromium; others: ' +
      `npx playwright-core install --with-deps chromium), or set CHROME_PATH to one.\n${failures.join('\n')}`,
  );
}

/** Debian and Ubuntu, as root. Where the package is unknown, the lists are read anew. */
async function withApt(log: (line: string) => void, env: NodeJS.ProcessEnv): Promise<void> {
  if (process.getuid?.() !== 0 || !(await onPath(['apt-get'], env))) return;
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 };
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet);
  log('Installing Chromium with apt-get install chromium …');
  await install().catch(async () => {
    await run('apt-get', ['update'], quiet);
    await install();
  });
}

async function withPlaywright(log: (line: string) => void, env: NodeJS.ProcessEnv): Promise<void> {
  log('Installing Chromium with playwright install chromium …');
  const cli = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '..', 'cli.js');
  await run(process.execPath, [cli, 'install', 'chromium'], { env, maxBuffer: 64 * 1024 * 1024 });
}

async function onPath(names: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const name of names) {
    for (const dir of (env.PATH ?? '').split(delimiter)) {
      if (dir && (await isProgram(join(dir, name)))) return join(dir, name);
    }
  }
  return undefined;
}

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
