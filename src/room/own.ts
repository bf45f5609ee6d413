/**
 * What a room says of its own person: who it is and where, in the state that editors write to as well, and how active.
 * It is the only writer of `user`, `file` and `location`.
 */
import type { Awareness } from 'y-protocols/awareness';
import { OptionError } from '../errors.js';
import { type Identity, keepIdentity } from '../presence/identity.js';
import { cleanText } from '../protocol/state.js';
import { makeUser, type ReadOptions } from './options.js';
import type { Activity, UserInit } from './types.js';

export class Own {
  readonly #awareness: Awareness;
  #identity: Identity;
  /** As the application says, and whether the page is hidden, which outdoes it. */
  activity: Activity = 'active';
  hidden = false;
  /** Undoes what keeps editors from overwriting who this is. */
  readonly stop: () => void;

  constructor(awareness: Awareness, { user, file, location }: Pick<ReadOptions, 'user' | 'file' | 'location'>) {
    this.#awareness = awareness;
    this.#identity = { user, ...(file !== undefined && { file }), ...(location !== undefined && { location }) };
    awareness.setLocalState({ ...this.#identity });
    this.stop = keepIdentity(awareness, () => this.#identity);
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** How active others see us. */
  get shown(): Activity {
    return this.hidden ? 'away' : this.activity;
  }

  setLocation(location: string | undefined): void {
    const { location: _before, ...identity } = this.#identity;
    const text = cleanText(location, 256);
    this.#identity = text ? { ...identity, location: text } : identity;
    const { location: _shown, ...state } = this.#awareness.getLocalState() ?? {};
    this.#awareness.setLocalState({ ...this.#identity, ...state, ...(text && { location: text }) });
  }

  /** Throws {@link OptionError}. */
  setUser(change: Partial<Omit<UserInit, 'id'>>): void {
    const { id } = this.#identity.user;
    if ('id' in change && change.id !== id)
      throw new OptionError('user.id', 'cannot change in a room; leave and join again');
    const user = makeUser({ ...this.#identity.user, ...change, id });
    this.#identity = { ...this.#identity, user };
    this.#awareness.setLocalState({ ...this.#identity, ...this.#awareness.getLocalState(), user });
  }
}
