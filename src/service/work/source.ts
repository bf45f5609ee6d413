/** Where a worker's jobs come from: a queue group (`plain.ts`) or the server's store (`durable.ts`). */
import type { SlateError } from '../../errors.js';
import type { JobError } from '../errors.js';
import type { Envelope } from './envelope.js';

/**
 * What became of a job that was delivered: it has ended; it will be tried again; or the server may have given it to
 * another worker, which will report its end.
 */
export type Outcome = 'final' | 'retry' | 'lost';

export interface Delivery {
  readonly envelope: Envelope;
  /** 1 for the first. */
  readonly attempt: number;
  /** The job has been tried too often already: it must not be begun, only settled with this error. */
  readonly dead?: JobError | undefined;
  /**
   * This is the last attempt, even when the job is given back without being begun: the server counts its deliveries.
   */
  readonly last?: boolean | undefined;
  /**
   * The job has been begun. Calls `onLost` when the server may have given it to another worker meanwhile. Returns a
   * function that stops watching for that.
   */
  begin(onLost: () => void): () => void;
  /** The job was done, or ended with this error. Never rejects. */
  settle(error?: JobError): Promise<Outcome>;
}

export interface Source {
  /** Begins to deliver. Rejects where the server forbids it. */
  start(deliver: (delivery: Delivery) => void): Promise<void>;
  /** Asks for one job more. */
  request(): void;
  /** Asks for no more; resolves when nothing more will be delivered. Idempotent. */
  stop(): Promise<void>;
  /** Resolves when nothing more will be delivered: after `stop`, or with an error where the server ended it. */
  readonly closed: Promise<SlateError | undefined>;
}
