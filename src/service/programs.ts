/** Programs of this machine: whether one is there, running one to its end, and why one failed. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const MAX_OUTPUT = 16 * 1024 * 1024;
const runFile = promisify(execFile);

/** The folders of `PATH`, in order. */
export function pathDirs(env: NodeJS.ProcessEnv): string[] {
  return (env.PATH ?? '').split(delimiter).filter((dir) => dir !== '');
}

export async function onPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const dir of pathDirs(env)) if (await isProgram(join(dir, program))) return true;
  return false;
}

/** True for a file (or folder) that this user may execute. */
export function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Runs a program and resolves with what it printed. Rejects when it fails. `timeout`: milliseconds. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly timeout?: number } = {},
): Promise<string> {
  const { stdout } = await runFile(program, args, { ...options, maxBuffer: MAX_OUTPUT });
  return stdout;
}

/** The reason of a failure in one line: what the program printed as its error, else the error's message. */
export function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = (stderr || message || String(error)).trim().split('\n');
  return lines.filter((line) => !line.startsWith('W:')).join(' ') || String(message);
}
