/** What a command has of the world: passed in, so that a test can be the world. */
import type { Clock } from '../../clock.js';

export interface Output {
  write(text: string): boolean;
  readonly isTTY?: boolean | undefined;
  /** 0 where the terminal does not know its size. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Aborted when the command is to end: Ctrl-C, SIGTERM, a reader that went away. */
  readonly signal: AbortSignal;
}
