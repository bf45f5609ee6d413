/** Which browser the tests use, and that a wrong setting is an error. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureChromium, findChromium } from '../support/chromium.js';

let dir: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slate-chromium-'));
  env = { PATH: `${join(dir, 'first')}:${join(dir, 'second')}` };
});
afterEach(() => rm(dir, { recursive: true }));

async function program(path: string, script: string): Promise<string> {
  const full = join(dir, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, `#!/bin/sh\n${script}\n`);
  await chmod(full, 0o755);
  return full;
}

it('tries $CHROME_PATH, then chromium, then google-chrome', async () => {
  const chrome = await program('first/google-chrome', 'true');
  expect(await findChromium(env)).toBe(chrome);
  const chromium = await program('second/chromium', 'true');
  expect(await findChromium(env)).toBe(chromium);
  const own = await program('own/browser', 'true');
  expect(await findChromium({ ...env, CHROME_PATH: own })).toBe(own);
});

it('rejects a $CHROME_PATH that is not a program', async () => {
  await program('first/chromium', 'true');
  await expect(findChromium({ ...env, CHROME_PATH: join(dir, 'nowhere') })).rejects.toThrow('CHROME_PATH');
});

it('gives its version, and rejects a browser that does not run', async () => {
  const path = await program('first/chromium', 'echo Chromium 1.2.3');
  expect(await ensureChromium(expect.fail, env)).toEqual({ path, version: 'Chromium 1.2.3' });
  await program('first/chromium', 'echo "a library is missing" >&2; exit 127');
  await expect(ensureChromium(expect.fail, env)).rejects.toThrow(`The Chromium at ${path} does not run`);
});
