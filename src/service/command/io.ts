/** Everything outside that a command uses. It is passed in, so that a test can replace it. */
import type { Clock } from '../../clock.js';

export interface Output {
  write(text: string | Uint8Array): boolean;
  readonly isTTY?: boolean | undefined;
  /** 0 where the size of the terminal is unknown. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Aborted when the command has to end: Ctrl-C, SIGTERM, or a reader of its output that has ended. */
  readonly signal: AbortSignal;
  /** Asks a person, and resolves with the answer. Undefined where nobody is there to answer. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}
