/** Everything one run found. */
import type { Machine } from '../machine.js';
import type { BytesResult, HistoryResult } from './parts/bytes.js';
import type { PageResult } from './parts/page.js';
import type { JoinResult, Paper } from './parts/paper.js';
import type { TypingResult } from './parts/typing.js';

export interface Results {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly rounds: number;
  /** What the tables call the trace, and its number of edits. */
  readonly trace: { readonly title: string; readonly edits: number };
  readonly typing: TypingResult[];
  readonly bytes: BytesResult[];
  readonly history: HistoryResult[];
  /** The paper in the store of each system. */
  readonly papers: Record<string, Paper>;
  readonly joins: JoinResult[];
  /** Joins of a history that nobody has folded, and how many edits it has. */
  readonly tails: JoinResult[];
  readonly tailEdits: number;
  readonly pages: PageResult[];
  /** What went wrong, instead of a figure: system, part, reason. */
  readonly failures: { readonly system: string; readonly part: string; readonly reason: string }[];
  chromium: string;
  seconds: number;
}
