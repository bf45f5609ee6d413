/**
 * The part of the door (D1) that decides who may speak for which client. Rooms are open today: everyone who may publish
 * on the room's subjects is believed. A room that verifies its members needs another {@link Door}, and nothing else.
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
