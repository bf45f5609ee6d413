/**
 * A line may die without a word, and edits then leave for nowhere. A session receives what it publishes itself; where
 * nothing comes at all after an edit, it asks whether the server is there (P7).
 */
import type { Doc } from 'yjs';
import type { Bus } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import { onChanges } from './changes.js';

/** How long after an edit something must have come, in milliseconds. */
const ECHO_MS = 2_000;

/** Watches the line of a document that this session edits. Returns a function that ends this. */
export function watchLine(bus: Pick<Bus, 'stats' | 'status' | 'suspect'>, doc: Doc, clock: Clock): () => void {
  let cancel: (() => void) | undefined;
  const edited = () => {
    if (cancel || bus.status.type !== 'connected') return;
    const { messagesIn } = bus.stats;
    cancel = clock.after(ECHO_MS, () => {
      cancel = undefined;
      if (bus.stats.messagesIn === messagesIn) void bus.suspect();
    });
  };
  const ignoreChanges = onChanges(doc, { edited });
  return () => {
    ignoreChanges();
    cancel?.();
  };
}
