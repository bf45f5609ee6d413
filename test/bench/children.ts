/** The processes that the benchmark starts. It kills them on exit, and each exits when its IPC channel closes. */
import { type ChildProcess, fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Call, Ops } from './answering.js';
import type { WorkerOps } from './worker.js';

const here = dirname(fileURLToPath(import.meta.url));
const children = new Set<ChildProcess>();

/** Starts a built file of the bench beside this one and waits for its first message. */
export async function start(
  file: string,
  args: readonly string[] = [],
): Promise<{ child: ChildProcess; first: unknown }> {
  const child = fork(join(here, file), args, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  const first = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready.`)));
  });
  return { child, first };
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

export function endAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** A worker process, seen from the main process. `O`: what it can be asked. */
export class Worker<O extends Ops<O> = WorkerOps> {
  #calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #next = 1;

  private constructor(readonly child: ChildProcess) {
    child.on('message', (answer: Answer) => {
      const call = this.#calls.get(answer.id);
      this.#calls.delete(answer.id);
      if (answer.error === undefined) call?.resolve(answer.value);
      else call?.reject(new Error(answer.error));
    });
    child.on('exit', () => {
      for (const call of this.#calls.values()) call.reject(new Error('The worker process ended.'));
      this.#calls.clear();
    });
  }

  static async start<O extends Ops<O> = WorkerOps>(): Promise<Worker<O>> {
    return new Worker<O>((await start('worker.js')).child);
  }

  call<K extends keyof O & string>(op: K, ...args: Parameters<O[K]>): Promise<Awaited<ReturnType<O[K]>>> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#calls.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ id, op, args } satisfies Call);
    });
  }

  end(): Promise<void> {
    return end(this.child);
  }
}
