/**
 * Finds a `nats-server` program, or fetches one into the project's cache: Node only. It looks at `$NATS_SERVER`, then
 * at PATH (and the folders where systems keep servers), then into the cache, and uses the first that it finds.
 */
import { join, resolve } from 'node:path';
import { ServerNotFoundError } from './errors.js';
import { fetchServer } from './fetch-server.js';
import { isProgram, pathDirs, reasonOf, run } from './programs.js';

const NAME = 'nats-server';
/** Where systems keep servers, often not on a user's PATH. */
const SERVER_DIRS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const VERSION_TIMEOUT_MS = 10_000;

export interface NatsServerProgram {
  readonly path: string;
  /** As the program prints it, without the "v": `2.9.10`. */
  readonly version: string;
  readonly from: '$NATS_SERVER' | 'PATH' | 'the cache';
}

export interface FindOptions {
  /** The environment, of which `NATS_SERVER` and `PATH` are read. @defaultValue `process.env` */
  env?: NodeJS.ProcessEnv | undefined;
  /** The folder for a program that was fetched. @defaultValue `.cache` in the current folder */
  cacheDir?: string | undefined;
  /** Folders searched after those of PATH. @defaultValue where systems keep servers */
  serverDirs?: readonly string[] | undefined;
  /** Called with one line for each step of fetching. @defaultValue prints nothing */
  log?: ((line: string) => void) | undefined;
}

/**
 * Resolves with the program that would be used, or with `undefined` where there is none. Rejects with {@link
 * ServerNotFoundError} when `$NATS_SERVER` is set to something that does not run as a nats-server: a wrong setting is
 * an error, not ignored.
 */
export async function findNatsServer(options: FindOptions = {}): Promise<NatsServerProgram | undefined> {
  const { env = process.env, serverDirs = SERVER_DIRS } = options;
  if (env.NATS_SERVER) {
    const path = resolve(env.NATS_SERVER);
    try {
      return { path, version: await versionOf(path), from: '$NATS_SERVER' };
    } catch (cause) {
      const reason = `${path} does not run as a nats-server (${reasonOf(cause)})`;
      throw new ServerNotFoundError(['$NATS_SERVER'], reason, { cause });
    }
  }
  for (const dir of [...pathDirs(env), ...serverDirs]) {
    const program = await programAt(join(dir, NAME), 'PATH');
    if (program) return program;
  }
  return programAt(join(cacheDirOf(options), NAME), 'the cache');
}

/**
 * Resolves with the program to use: one that was found, or else one that was fetched into the cache. Rejects with
 * {@link ServerNotFoundError} when there is none and it cannot be fetched; its message says what to install.
 */
export async function ensureNatsServer(options: FindOptions = {}): Promise<NatsServerProgram> {
  const found = await findNatsServer(options);
  if (found) return found;
  const { env = process.env, log } = options;
  try {
    await fetchServer({ target: join(cacheDirOf(options), NAME), env, log });
  } catch (cause) {
    throw notFound(options, reasonOf(cause), { cause });
  }
  const fetched = await findNatsServer(options);
  if (!fetched) throw notFound(options, `the package that was fetched holds no program ${NAME}`);
  return fetched;
}

function notFound(options: FindOptions, reason: string, cause?: ErrorOptions): ServerNotFoundError {
  const { serverDirs = SERVER_DIRS } = options;
  return new ServerNotFoundError(['$NATS_SERVER', 'PATH', ...serverDirs, cacheDirOf(options)], reason, cause);
}

function cacheDirOf({ cacheDir = '.cache' }: FindOptions): string {
  return resolve(cacheDir);
}

/**
 * `undefined` also for a file of this name that does not run (another architecture, a folder): no setting asked for it.
 */
async function programAt(path: string, from: NatsServerProgram['from']): Promise<NatsServerProgram | undefined> {
  if (!(await isProgram(path))) return undefined;
  return versionOf(path).then(
    (version) => ({ path, version, from }),
    () => undefined,
  );
}

/** Rejects when the program does not run, or is not a nats-server. */
async function versionOf(path: string): Promise<string> {
  const stdout = await run(path, ['--version'], { timeout: VERSION_TIMEOUT_MS });
  const version = /^nats-server: v?(\S+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`"${path} --version" prints ${JSON.stringify(stdout.slice(0, 80))}`);
  return version;
}
