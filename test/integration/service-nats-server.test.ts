/** Where nats-server is searched, in which order, and the error when it is not found. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerNotFoundError } from '../../src/service/errors.js';
import { ensureNatsServer, findNatsServer } from '../../src/service/nats-server.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slate-finder-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A program in a folder of this test's own. */
async function program(path: string, script: string): Promise<string> {
  const full = join(dir, path);
  await mkdir(join(full, '..'), { recursive: true });
  await writeFile(full, `#!/bin/sh\n${script}\n`);
  await chmod(full, 0o755);
  return full;
}

const server = (path: string, version: string) => program(path, `echo "nats-server: v${version}"`);

/** Only this test's folders are searched. */
const places = (env: NodeJS.ProcessEnv = {}) => ({
  env: { PATH: join(dir, 'bin'), ...env },
  serverDirs: [join(dir, 'sbin')],
  cacheDir: join(dir, 'cache'),
});

describe('finding', () => {
  it('tries $NATS_SERVER, then PATH, then the folders of servers, then the cache', async () => {
    const own = await server('own/nats', '4.0.1');
    await server('bin/nats-server', '3.0.1');
    await server('sbin/nats-server', '2.0.1');
    await server('cache/nats-server', '1.0.1');

    expect(await findNatsServer(places({ NATS_SERVER: own }))).toEqual({
      path: own,
      version: '4.0.1',
      from: '$NATS_SERVER',
    });
    expect(await findNatsServer(places())).toMatchObject({ version: '3.0.1', from: 'PATH' });
    await rm(join(dir, 'bin'), { recursive: true });
    expect(await findNatsServer(places())).toMatchObject({ version: '2.0.1', from: 'PATH' });
    await rm(join(dir, 'sbin'), { recursive: true });
    expect(await findNatsServer(places())).toMatchObject({ version: '1.0.1', from: 'the cache' });
    await rm(join(dir, 'cache'), { recursive: true });
    expect(await findNatsServer(places())).toBeUndefined();
  });

  it('rejects a $NATS_SERVER that does not run, and looks no further', async () => {
    await server('bin/nats-server', '3.0.1');
    const missing = findNatsServer(places({ NATS_SERVER: join(dir, 'nowhere') }));
    await expect(missing).rejects.toThrow(ServerNotFoundError);
    const other = await program('own/cat', 'echo "some other program"');
    await expect(findNatsServer(places({ NATS_SERVER: other }))).rejects.toThrow(other);
  });

  it('ignores a file of the name that does not run', async () => {
    await program('bin/nats-server', 'exit 1');
    await mkdir(join(dir, 'sbin/nats-server'), { recursive: true });
    await server('cache/nats-server', '1.0.1');
    expect(await findNatsServer(places())).toMatchObject({ from: 'the cache' });
  });
});

describe('fetching', () => {
  it('names what to install where nothing can be fetched', async () => {
    const error = await ensureNatsServer(places()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServerNotFoundError);
    expect((error as ServerNotFoundError).looked).toEqual([
      '$NATS_SERVER',
      'PATH',
      join(dir, 'sbin'),
      join(dir, 'cache'),
    ]);
    expect((error as Error).message).toContain('apt-get install nats-server');
    expect((error as Error).message).toContain('brew install nats-server');
    expect((error as Error).message).toContain('NATS_SERVER');
  });

  /** Stand-ins for apt-get and dpkg: they record what they are asked, and leave the files that the real ones leave. */
  async function packageTools(listsAreThere: boolean): Promise<void> {
    await program(
      'bin/apt-get',
      `echo "$@" >> ${dir}/asked
       case "$*" in
         *update) touch lists-read ;;
         *download*) ${listsAreThere ? 'true' : '[ -f lists-read ]'} || { echo "E: Unable to locate package" >&2; exit 100; }
           touch nats-server_2.9.10_amd64.deb ;;
       esac`,
    );
    await program(
      'bin/dpkg',
      `mkdir -p "$3/usr/sbin" && printf '#!/bin/sh\\necho "nats-server: v2.9.10"\\n' > "$3/usr/sbin/nats-server"
       chmod 755 "$3/usr/sbin/nats-server"`,
    );
  }
  const systemTools = () => ({ PATH: `${join(dir, 'bin')}:/bin:/usr/bin` });

  it("unpacks the distribution's package into the cache, reading no lists when it is known", async () => {
    await packageTools(true);
    const found = await ensureNatsServer(places(systemTools()));
    expect(found).toEqual({ path: join(dir, 'cache/nats-server'), version: '2.9.10', from: 'the cache' });
    expect(await readdir(join(dir, 'cache'))).toEqual(['nats-server']);
    expect(await asked()).toEqual(['download nats-server']);
  });

  it('reads package lists of its own, only when the package is not found', async () => {
    await packageTools(false);
    await expect(ensureNatsServer(places(systemTools()))).resolves.toMatchObject({ from: 'the cache' });
    expect(await asked()).toEqual([
      'download nats-server',
      expect.stringMatching(/Dir::State::Lists=.* update$/),
      expect.stringMatching(/Dir::State::Lists=.* download nats-server$/),
    ]);
  });

  it('is harmless when several fetch at once', async () => {
    await packageTools(true);
    const found = await Promise.all([1, 2, 3, 4].map(() => ensureNatsServer(places(systemTools()))));
    expect(new Set(found.map(({ path }) => path))).toEqual(new Set([join(dir, 'cache/nats-server')]));
    expect(await readdir(join(dir, 'cache'))).toEqual(['nats-server']);
  });

  it("rejects with the package manager's error, and leaves no files behind", async () => {
    await program('bin/apt-get', 'echo "E: no network today" >&2; exit 100');
    await program('bin/dpkg', 'true');
    await expect(ensureNatsServer(places(systemTools()))).rejects.toThrow('E: no network today');
    expect(await readdir(join(dir, 'cache'))).toEqual([]);
  });

  async function asked(): Promise<string[]> {
    return (await readFile(join(dir, 'asked'), 'utf8')).trim().split('\n');
  }
});
