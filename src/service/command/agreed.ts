/** Asks before what cannot be taken back. */
import { SlateError } from '../../errors.js';
import { UsageError } from './exit.js';
import type { Io } from './io.js';

/** Rejects where the person does not say yes, and, without `yes`, where there is nobody to ask. */
export async function agreed({ ask }: Io, yes: boolean | undefined, question: string): Promise<void> {
  if (yes) return;
  if (!ask) throw new UsageError('nobody can be asked here; --yes does it without a question');
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new SlateError('Nothing was changed.');
}
