/**
 * The last look at who speaks for which client, before anything of a message is applied (D1). In a verified room a
 * client is of its speaker by then (`claims.ts`), and in an open one everyone is believed, so both admit everyone.
 */
import type { Speaker } from '../protocol/speaker.js';
import type { State } from '../protocol/state.js';

/** What a message tells: something about its own client, or that another one is unreachable. */
export type Claim = 'state' | 'motion' | 'heartbeat' | 'unreachable';

export interface Door {
  /**
   * Called before anything of a message is applied. `client` is the one that the message claims to come from, `state`
   * its announced state (`null` for a goodbye). Throws {@link ProtocolError} with the reason `identity` when the
   * speaker may not speak for `client`.
   */
  admit(speaker: Speaker, claim: Claim, client: number, state?: State | null): void;
}

/** Admits every speaker, known or not. */
export const openDoor: Door = { admit: () => undefined };
