/**
 * Fetches a `nats-server` program with the system's package manager, without root. It changes nothing outside the
 * target, except with Homebrew, which installs for the user.
 */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isProgram, onPath, run } from './programs.js';

export interface FetchOptions {
  /** The path where the program is put; Homebrew puts it on PATH instead. */
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: ((line: string) => void) | undefined;
}

/** Rejects with the package manager's error, or where this machine has none that is known. */
export async function fetchServer(options: FetchOptions): Promise<void> {
  const { target, env, log } = options;
  const name = basename(target);
  if ((await onPath('apt-get', env)) && (await onPath('dpkg', env))) await fetchWithApt(name, options);
  else if (await onPath('brew', env)) {
    log?.(`Installing ${name} with Homebrew …`);
    await run('brew', ['install', name], { env });
  } else throw new Error('neither apt-get nor Homebrew is here');
}

/**
 * Unpacks the distribution's package. Each fetch works in a folder of its own and moves the program into place at the
 * end, so that several at once do not disturb each other.
 */
async function fetchWithApt(name: string, { target, env, log }: FetchOptions): Promise<void> {
  const cacheDir = dirname(target);
  await mkdir(cacheDir, { recursive: true });
  const dir = await mkdtemp(join(cacheDir, 'fetch-'));
  const options = { cwd: dir, env };
  try {
    log?.(`Fetching ${name} with apt-get download …`);
    try {
      await run('apt-get', ['download', name], options);
    } catch {
      // The system's package lists are missing or old. Reading lists of our own needs no root and does not touch those.
      const own = ownAptLists(dir);
      log?.('The package lists are missing or old; reading new ones with apt-get update …');
      await mkdir(join(dir, 'lists', 'partial'), { recursive: true });
      await run('apt-get', [...own, 'update'], options);
      await run('apt-get', [...own, 'download', name], options);
    }
    const packages = (await readdir(dir)).filter((file) => file.endsWith('.deb'));
    for (const file of packages) await run('dpkg', ['-x', file, 'unpacked'], options);
    for (const folder of ['usr/sbin', 'usr/bin']) {
      const program = join(dir, 'unpacked', folder, name);
      if (await isProgram(program)) await rename(program, target);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function ownAptLists(dir: string): string[] {
  const settings = [`Dir::State::Lists=${join(dir, 'lists')}`, `Dir::Cache=${join(dir, 'cache')}`];
  if (process.getuid?.() === 0) settings.push('APT::Sandbox::User=root'); // apt's own user cannot read a private folder
  return settings.flatMap((setting) => ['-o', setting]);
}
