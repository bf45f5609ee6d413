/** A worker's end of the line to the main process: it does what it is asked over IPC, and ends with its parent. */

/** What a worker can be asked: functions by their names. */
export type Ops<O> = Record<keyof O, (...args: never[]) => unknown>;

export interface Call {
  readonly id: number;
  readonly op: string;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  value?: unknown;
  error?: string;
}

/** Begins to answer, and says so. */
export function answering<O extends Ops<O>>(ops: O): void {
  const byName = new Map<string, (...args: never[]) => unknown>(Object.entries(ops));
  process.on('disconnect', () => process.exit(0));
  process.on('message', async ({ id, op, args }: Call) => {
    const answer: Answer = { id };
    try {
      const fn = byName.get(op);
      if (fn === undefined) throw new Error(`No such operation: ${op}.`);
      answer.value = await Reflect.apply(fn, undefined, args);
    } catch (error) {
      answer.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    process.send?.(answer);
  });
  process.send?.({ id: 0 } satisfies Answer);
}
