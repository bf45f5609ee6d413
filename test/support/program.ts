/** Runs programs of this project as processes, to test signals, exit codes and terminal output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Built once for a test file: `await using programs = await buildPrograms(['src/service/cli'])`, or disposed in
 * `afterAll`.
 */
export interface Programs extends AsyncDisposable {
  path(entry: string): string;
  run(entry: string, args: readonly string[], env?: NodeJS.ProcessEnv): Program;
}

export interface Program {
  readonly process: ChildProcess;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** The lines of its output so far. */
  lines(): string[];
  /** Resolves with the exit code, or the signal that ended the process, when all output has been read. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Builds one file for each source file, as in the published package. */
export async function buildPrograms(entries: readonly string[]): Promise<Programs> {
  await mkdir(`${root}.cache`, { recursive: true });
  const dir = await mkdtemp(`${root}.cache/programs-`); // inside the project, so that node_modules is found
  const dist = `${dir}/dist`;
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: dist,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((entry) => [entry, `${root}${entry}.ts`])),
        output: { preserveModules: true, preserveModulesRoot: root, entryFileNames: '[name].js' },
      },
    },
  });
  await cp(`${root}src/service/config`, `${dist}/src/service/config`, {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  });
  await cp(`${root}package.json`, `${dir}/package.json`);
  const running = new Set<ChildProcess>();
  const path = (entry: string) => `${dist}/${entry}.js`;
  return {
    path,
    run(entry, args, env = {}) {
      const { NODE_ENV, VITEST, ...clean } = process.env;
      const child = spawn(process.execPath, [path(entry), ...args], { cwd: root, env: { ...clean, ...env } });
      running.add(child);
      return describe(child, () => running.delete(child));
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(Array.from(running, (child) => once(child, 'close')));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function describe(child: ChildProcess, gone: () => void): Program {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    gone();
    return (code ?? signal) as number | NodeJS.Signals;
  });
  return {
    process: child,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    lines: () => stdout.split('\n').filter((line) => line !== ''),
    ended,
  };
}
