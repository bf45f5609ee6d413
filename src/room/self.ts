/**
 * This session's own user: who and where, in the awareness state that editors write to as well, and how active. It is
 * the only writer of `user`, `file` and `location`.
 */
import { OptionError } from '../errors.js';
import { type Identity, keepIdentity } from '../presence/identity.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Place } from '../presence/place.js';
import { lightOf } from '../protocol/color.js';
import { MAX_LOCATION } from '../protocol/limits.js';
import type { CleanUser, State } from '../protocol/state.js';
import { cleanText } from '../protocol/text.js';
import { makeUser, type ReadOptions } from './options.js';
import type { Activity, User, UserInit } from './types.js';

export class Self {
  readonly #own: OwnClient;
  #identity: Identity;
  /** The page chose the colour. */
  #isGiven: boolean;
  #place: Place | undefined;
  /** The colours that this session had before the present one. */
  readonly #worn = new Set<unknown>();
  /** As the application set it. */
  activity: Activity = 'active';
  /** The page is hidden, which outweighs `activity`. */
  hidden = false;
  /** Stops keeping editors from overwriting the identity. */
  readonly stop: () => void;

  constructor(
    own: OwnClient,
    { user, file, location, hasColor }: Pick<ReadOptions, 'user' | 'file' | 'location' | 'hasColor'>,
  ) {
    this.#own = own;
    this.#isGiven = hasColor;
    this.#identity = { user, ...(file !== undefined && { file }), ...(location !== undefined && { location }) };
    own.awareness.setLocalState({ ...this.#identity });
    const isWorn = (color: unknown) => !this.#isGiven && this.#worn.has(color);
    this.stop = keepIdentity(own.awareness, () => this.#identity, isWorn);
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** The user that others see; `undefined` while the state is taken away (P11). */
  get shown(): CleanUser | undefined {
    return this.#own.state?.user as CleanUser | undefined;
  }

  /** The page or an editor chose the colour that others see. */
  get hasOwnColor(): boolean {
    return this.#isGiven || (this.shown !== undefined && this.shown.color !== this.#identity.user.color);
  }

  /** The activity that others see. */
  get shownActivity(): Activity {
    return this.hidden ? 'away' : this.activity;
  }

  /** Where this session stands among the others, and its look there (P15); `undefined` before the first join. */
  get place(): Place | undefined {
    return this.#place;
  }

  set place(place: Place) {
    const { hasOwnColor } = this;
    this.#place = place;
    this.#worn.add(this.#identity.user.color);
    this.#worn.delete(place.color);
    this.#identity = { ...this.#identity, user: this.#placed(this.#identity.user) };
    const { color, colorLight, arrival, mark } = this.#identity.user as CleanUser;
    const look = hasOwnColor ? {} : { color, colorLight, mark };
    if (this.#own.state) this.#show({ ...this.#own.state, user: { ...this.shown, ...look, arrival } });
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
    if ('color' in change) this.#isGiven = change.color !== undefined;
    this.#identity = { ...this.#identity, user: this.#placed(user) };
    this.#show({ ...this.#identity, ...this.#own.state, user: this.#identity.user });
  }

  /** With its place; the look of that is not seen where the page gave a colour. */
  #placed(user: User): User {
    if (!this.#place) return user;
    const { color, mark, arrival } = this.#place;
    const look = { color, colorLight: lightOf(color), ...(mark > 0 && { mark }) };
    const { mark: _, ...rest } = user;
    return { ...rest, arrival, ...(!this.#isGiven && look) } as User;
  }

  /** A state that the page took away returns by its own word alone (P11), and then with this identity. */
  #show(state: State): void {
    if (this.#own.state) this.#own.awareness.setLocalState(state);
  }
}
