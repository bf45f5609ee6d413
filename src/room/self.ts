/**
 * This session's own user: who and where, in the awareness state that editors write to as well, and how active. It is
 * the only writer of `user`, `file` and `location`.
 */
import { OptionError } from '../errors.js';
import { type Identity, keepIdentity } from '../presence/identity.js';
import type { OwnClient } from '../presence/own-client.js';
import { MAX_LOCATION } from '../protocol/limits.js';
import type { State } from '../protocol/state.js';
import { cleanText } from '../protocol/text.js';
import { makeUser, type ReadOptions } from './options.js';
import type { Activity, UserInit } from './types.js';

export class Self {
  readonly #own: OwnClient;
  #identity: Identity;
  /** As the application set it. */
  activity: Activity = 'active';
  /** The page is hidden, which outweighs `activity`. */
  hidden = false;
  /** Stops keeping editors from overwriting the identity. */
  readonly stop: () => void;

  constructor(own: OwnClient, { user, file, location }: Pick<ReadOptions, 'user' | 'file' | 'location'>) {
    this.#own = own;
    this.#identity = { user, ...(file !== undefined && { file }), ...(location !== undefined && { location }) };
    own.awareness.setLocalState({ ...this.#identity });
    this.stop = keepIdentity(own.awareness, () => this.#identity);
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** The activity that others see. */
  get shownActivity(): Activity {
    return this.hidden ? 'away' : this.activity;
  }

  setLocation(location: string | undefined): void {
    const { location: _before, ...identity } = this.#identity;
    const text = cleanText(location, MAX_LOCATION);
    this.#identity = text ? { ...identity, location: text } : identity;
    const { location: _shown, ...state } = this.#own.state ?? {};
    this.#show({ ...this.#identity, ...state, ...(text && { location: text }) });
  }

  /** Throws {@link OptionError}. */
  setUser(change: Partial<Omit<UserInit, 'id'>>): void {
    const { id } = this.#identity.user;
    if ('id' in change && change.id !== id)
      throw new OptionError('user.id', 'cannot change in a room; leave and join again');
    const user = makeUser({ ...this.#identity.user, ...change, id });
    this.#identity = { ...this.#identity, user };
    this.#show({ ...this.#identity, ...this.#own.state, user });
  }

  /** A state that the page took away returns by its own word alone (P11), and then with this identity. */
  #show(state: State): void {
    if (this.#own.state) this.#own.awareness.setLocalState(state);
  }
}
