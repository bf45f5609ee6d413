/**
 * Whose words count for whom. In an open room every message is believed about the client that it names; in a verified
 * one that is `verified-claims.ts`. This is the one place where the ids of the wire become those of this room, and
 * back.
 */
import type { StateEntry } from '../protocol/presence-codec.js';
import type { Speaker } from '../protocol/speaker.js';
import type { Source } from './peers.js';

export interface Claims {
  readonly verified: boolean;
  /** Whether what this speaker says of our own client can be our own words. */
  isOurs(speaker: Speaker): boolean;
  /** The id here of the client in whose name `speaker` sends. Throws {@link ProtocolError}. */
  said(client: number, speaker: Speaker): number;
  /** A state with the id here, and the user who vouches for it. Throws {@link ProtocolError}. */
  state(entry: StateEntry, speaker: Speaker, source: Source): StateEntry;
  /** The ids here of all that are known under this id on the wire. */
  known(client: number): readonly number[];
  /** The id on the wire, and the user who has it there. */
  onWire(id: number): { readonly client: number; readonly user?: string };
}

/** Believes everyone. */
export const openClaims: Claims = {
  verified: false,
  isOurs: () => true,
  said: (client) => client,
  state: (entry) => entry,
  known: (client) => [client],
  onWire: (client) => ({ client }),
};
