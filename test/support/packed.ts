/**
 * The package as a user has it: packed, unpacked into `node_modules`, and apps beside it that import it by name. The
 * other packages are those of this project, so nothing is installed.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder, root } from './snippets.js';

const exec = promisify(execFile);

/** Text of a file, or the path of a file of the package, to copy. */
export type AppFiles = Readonly<Record<string, string | { readonly from: string }>>;

export interface Packed extends AsyncDisposable {
  /** Writes an app into a folder of its own. */
  app(name: string, files: AppFiles): Promise<App>;
}

export interface App {
  readonly dir: string;
  /** Runs a program of a package, as `npx` would, and returns all that it prints. Rejects when it fails. */
  run(program: string, ...args: string[]): Promise<string>;
}

/** Packs dist/, which "npm test" builds, as `npm publish` would. */
export async function packed(): Promise<Packed> {
  const folder = await makeFolder('packed');
  const installed = `${folder.dir}/node_modules/slate-collab`;
  await mkdir(installed, { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder.dir];
  const { stdout } = await exec('npm', args, { cwd: root, maxBuffer: 1 << 26 });
  const [{ filename }] = Object.values(JSON.parse(stdout)) as [{ filename: string }];
  await exec('tar', ['-xzf', `${folder.dir}/${filename}`, '-C', installed, '--strip-components=1']);
  return {
    async app(name, files) {
      const dir = join(folder.dir, name);
      // A package.json of its own, or the name of the package would mean this project.
      const all: AppFiles = { 'package.json': '{ "type": "module" }', ...files };
      for (const [path, text] of Object.entries(all)) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        if (typeof text === 'string') await writeFile(join(dir, path), text);
        else await cp(join(installed, text.from), join(dir, path));
      }
      return { dir, run: (program, ...args) => run(dir, program, args) };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Without what tells a tool that it runs in a test, or in CI, where Next.js asks for a cache. */
async function run(cwd: string, program: string, args: string[]): Promise<string> {
  const { NODE_ENV, VITEST, MODE, CI, ...clean } = process.env;
  const env = { ...clean, NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1', PATH: `${root}node_modules/.bin:${clean.PATH}` };
  const ran = exec(program, args, { cwd, env, maxBuffer: 1 << 26 });
  const { stdout, stderr } = await ran.catch((error: Error & { stdout: string; stderr: string }) => {
    throw new Error(`${program} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  });
  return stdout + stderr;
}
