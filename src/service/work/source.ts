/** Where jobs come from, as the worker sees it: `plain.ts` and `durable.ts` are the two. */
import type { SlateError } from '../../errors.js';
import type { JobError } from '../errors.js';
import type { Envelope } from './jobs.js';

/**
 * What became of a job: this was its end; it will be tried again; or it is not ours any more, and whoever has it now
 * will tell.
 */
export type Settled = 'final' | 'again' | 'lost';

export interface Delivery {
  readonly envelope: Envelope;
  readonly attempt: number;
  /** It has been tried too often already: not to be begun, only settled with this. */
  readonly dead?: JobError;
  /** Given back, it would have been tried too often, begun or not: the server counts what it hands out. */
  readonly last?: boolean;
  /** It has been begun. `lost` is called where another worker may have got it meanwhile; returns its undo. */
  hold(lost: () => void): () => void;
  /** It is over: done, or with this error. Never rejects. */
  settle(error?: JobError): Promise<Settled>;
}

export interface Source {
  /** Begins to deliver. Rejects where the server forbids it. */
  start(deliver: (delivery: Delivery) => void): Promise<void>;
  /** There is a place for one more job. */
  want(): void;
  /** Asks for no more, and resolves when it delivers no more. Idempotent. */
  stop(): Promise<void>;
  /** Resolves when it delivers no more: after `stop`, or with an error where the server ended it. */
  readonly closed: Promise<SlateError | undefined>;
}
