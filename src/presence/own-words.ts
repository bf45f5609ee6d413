/** What this session says about itself, past the door (D6). The page hears of each field that may not leave. */
import { type OwnIdentity, type OwnState, writeOwnState } from '../protocol/own-state.js';
import type { Channel } from './channel.js';
import type { OwnClient } from './own-client.js';

export interface OwnWordsOptions {
  readonly own: Pick<OwnClient, 'state'>;
  /** Who and where this session is. */
  readonly identity: () => OwnIdentity;
  readonly channel: Pick<Channel, 'subjects' | 'fail'>;
}

export class OwnWords {
  readonly #options: OwnWordsOptions;
  /** What is wrong with the fields that were left out last. */
  #faults: OwnState['faults'] = new Map();

  constructor(options: OwnWordsOptions) {
    this.#options = options;
  }

  /** The own state as it may leave; `undefined` while it is taken away. Reports a fault once, until it changes. */
  write(): OwnState | undefined {
    const { own, identity, channel } = this.#options;
    const { state } = own;
    if (!state) return undefined;
    const written = writeOwnState(state, identity());
    const before = this.#faults;
    this.#faults = written.faults;
    for (const [name, error] of written.faults) {
      if (before.get(name)?.reason !== error.reason) channel.fail(error, channel.subjects.presence);
    }
    return written;
  }
}
