/**
 * The one list of clients whose picture is out of date. {@link Peers} adds to it when something arrives; the room shows
 * all of it at once (M5), first in Awareness, then in the roster.
 */
import type { State } from '../protocol/state.js';

/** What Awareness is to show of a client, with its clock; the state `null` removes the client. */
export interface Shown {
  readonly clock: number;
  readonly state: State | null;
}

export class Changes {
  /** `undefined`: Awareness shows the client already, but the roster may not. */
  readonly #clients = new Map<number, Shown | undefined>();

  get size(): number {
    return this.#clients.size;
  }

  /** The state of `client` changed, in Awareness and perhaps in the roster. */
  state(client: number, shown: Shown): void {
    this.#clients.set(client, shown);
  }

  /** Something of `client` changed that only the roster shows. */
  roster(client: number): void {
    if (!this.#clients.has(client)) this.#clients.set(client, undefined);
  }

  /** The states for Awareness. Their clients stay in the list until the roster has been brought up to date as well. */
  takeStates(): Map<number, Shown> {
    const states = new Map<number, Shown>();
    for (const [client, shown] of this.#clients) {
      if (!shown) continue;
      states.set(client, shown);
      this.#clients.set(client, undefined);
    }
    return states;
  }

  /** All clients in the list, which is empty afterwards. */
  takeClients(): number[] {
    const clients = [...this.#clients.keys()];
    this.#clients.clear();
    return clients;
  }
}
