/**
 * Finds a `nats-server` program, or fetches one into the project's cache: Node only. The first of these wins:
 * `$NATS_SERVER`, PATH (and the folders where systems keep servers), the cache. Nothing outside the cache is changed,
 * except by Homebrew, which installs for the user; nothing here needs root.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ServerNotFoundError } from './errors.js';

const runFile = promisify(execFile);
const NAME = 'nats-server';
/** Where systems keep servers, often not on a user's PATH. */
const SERVER_DIRS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

export interface NatsServerProgram {
  readonly path: string;
  /** As the program says it, without the "v": `2.9.10`. */
  readonly version: string;
  readonly from: '$NATS_SERVER' | 'PATH' | 'the cache';
}

export interface FindOptions {
  /** Default: `process.env`. Read: `NATS_SERVER` and `PATH`. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Default: `.cache` in the current folder. */
  cacheDir?: string | undefined;
  /** Folders searched after those of PATH. Default: where systems keep servers. */
  serverDirs?: readonly string[] | undefined;
  /** Told, in one line, what is being fetched. Default: nobody is. */
  log?: ((line: string) => void) | undefined;
}

/**
 * The program that would be used, or undefined where there is none.
 * @throws ServerNotFoundError when `$NATS_SERVER` is set and is not a program that runs: a wrong setting is never passed over.
 */
export async function findNatsServer(options: FindOptions = {}): Promise<NatsServerProgram | undefined> {
  const env = options.env ?? process.env;
  if (env.NATS_SERVER) {
    const path = resolve(env.NATS_SERVER);
    try {
      return { path, version: await versionOf(path), from: '$NATS_SERVER' };
    } catch (cause) {
      throw new ServerNotFoundError(['$NATS_SERVER'], `${path} does not run as one (${oneLine(cause)})`, { cause });
    }
  }
  for (const dir of [...pathDirs(env), ...(options.serverDirs ?? SERVER_DIRS)]) {
    const program = await programAt(join(dir, NAME), 'PATH');
    if (program) return program;
  }
  return programAt(cached(options), 'the cache');
}

/**
 * The program to use: found, or else fetched into the cache.
 * @throws ServerNotFoundError when there is none and it cannot be fetched; its text says what to install.
 */
export async function ensureNatsServer(options: FindOptions = {}): Promise<NatsServerProgram> {
  const found = await findNatsServer(options);
  if (found) return found;
  const env = options.env ?? process.env;
  try {
    if ((await onPath('apt-get', env)) && (await onPath('dpkg', env))) await fetchWithApt(options, env);
    else if (await onPath('brew', env)) await fetchWithHomebrew(options, env);
    else throw new Error('neither apt-get nor Homebrew is here');
  } catch (cause) {
    throw notFound(options, oneLine(cause), { cause });
  }
  const fetched = await findNatsServer(options);
  if (!fetched) throw notFound(options, 'the package holds no program of that name');
  return fetched;
}

/**
 * Unpacks the distribution's package. Each fetch works in a folder of its own and moves the program into place at the
 * end, so that several at once do not disturb one another.
 */
async function fetchWithApt(options: FindOptions, env: NodeJS.ProcessEnv): Promise<void> {
  const cacheDir = cacheDirOf(options);
  await mkdir(cacheDir, { recursive: true });
  const dir = await mkdtemp(join(cacheDir, 'fetch-'));
  try {
    options.log?.(`Fetching ${NAME} with apt-get download …`);
    try {
      await run('apt-get', ['download', NAME], { cwd: dir, env });
    } catch {
      // The system's package lists are missing or old. Lists of our own need no root and leave the system's alone.
      const own = ownAptLists(dir);
      options.log?.('The package lists are missing or old; reading new ones with apt-get update …');
      await mkdir(join(dir, 'lists', 'partial'), { recursive: true });
      await run('apt-get', [...own, 'update'], { cwd: dir, env });
      await run('apt-get', [...own, 'download', NAME], { cwd: dir, env });
    }
    const packages = (await readdir(dir)).filter((file) => file.endsWith('.deb'));
    for (const file of packages) await run('dpkg', ['-x', file, 'unpacked'], { cwd: dir, env });
    for (const folder of ['usr/sbin', 'usr/bin']) {
      const program = join(dir, 'unpacked', folder, NAME);
      if (await isProgram(program)) await rename(program, cached(options));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function ownAptLists(dir: string): string[] {
  const settings = [`Dir::State::Lists=${join(dir, 'lists')}`, `Dir::Cache=${join(dir, 'cache')}`];
  if (process.getuid?.() === 0) settings.push('APT::Sandbox::User=root'); // its own user cannot read a private folder
  return settings.flatMap((setting) => ['-o', setting]);
}

async function fetchWithHomebrew(options: FindOptions, env: NodeJS.ProcessEnv): Promise<void> {
  options.log?.(`Installing ${NAME} with Homebrew …`);
  await run('brew', ['install', NAME], { cwd: process.cwd(), env });
}

function notFound(options: FindOptions, reason: string, cause?: ErrorOptions): ServerNotFoundError {
  const dirs = options.serverDirs ?? SERVER_DIRS;
  return new ServerNotFoundError(['$NATS_SERVER', 'PATH', ...dirs, cacheDirOf(options)], reason, cause);
}

function cacheDirOf(options: FindOptions): string {
  return resolve(options.cacheDir ?? '.cache');
}

function cached(options: FindOptions): string {
  return join(cacheDirOf(options), NAME);
}

function pathDirs(env: NodeJS.ProcessEnv): string[] {
  return (env.PATH ?? '').split(delimiter).filter((dir) => dir !== '');
}

async function onPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const dir of pathDirs(env)) if (await isProgram(join(dir, program))) return true;
  return false;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** What is there but does not run (another architecture, a folder) is passed over: nobody asked for it by name. */
async function programAt(path: string, from: NatsServerProgram['from']): Promise<NatsServerProgram | undefined> {
  if (!(await isProgram(path))) return undefined;
  return versionOf(path).then(
    (version) => ({ path, version, from }),
    () => undefined,
  );
}

/** @throws when the program does not run, or is no nats-server. */
async function versionOf(path: string): Promise<string> {
  const { stdout } = await runFile(path, ['--version'], { timeout: 10_000 });
  const version = /^nats-server: v?(\S+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`"${path} --version" says ${JSON.stringify(stdout.slice(0, 80))}`);
  return version;
}

async function run(program: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<void> {
  await runFile(program, args, { ...options, maxBuffer: 16 * 1024 * 1024 });
}

/** A failure told in one line; a program's own words, where it left some, are better than its exit code. */
function oneLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = (stderr || message || String(error)).trim().split('\n');
  return lines.filter((line) => !line.startsWith('W:')).join(' ') || String(message);
}
