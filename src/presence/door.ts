/**
 * The part of the door (D1) that decides who may speak about which client. Rooms are open today: everyone who may publish
 * on the room's subjects is believed. A room that verifies its members needs another {@link Door}, and nothing else.
 */
import type { Speaker } from '../protocol/speaker.js';
import type { State } from '../protocol/state.js';

/** What a message tells about a client. */
export type Claim = 'state' | 'motion' | 'heartbeat' | 'unreachable';

export interface Door {
  /**
   * Called before anything of a message is applied. `state` is the announced state, or `null` for a goodbye. Throws
   * {@link ProtocolError} with the reason `identity` when the speaker may not tell this about `client`.
   */
  admit(speaker: Speaker, claim: Claim, client: number, state?: State | null): void;
}

/** Admits every speaker, known or not. */
export const openDoor: Door = { admit: () => undefined };
