/**
 * P11: Awareness is shared ground. Editors and other providers write to it as well: y-websocket, for example, removes
 * everyone else whenever its socket closes. Here the room shows its peers in it, and puts them and its own state back.
 */
import type { Clock } from '../clock.js';
import type { State } from '../protocol/state.js';
import { showRemote } from './awareness.js';
import type { Shown } from './changes.js';
import { SWEEP_MS } from './constants.js';
import type { OwnClient } from './own-client.js';

/** How long what was changed waits to be put back. Where that never ends, the wait grows to `SWEEP_MS`. */
const FRAME_MS = 16;

export class SharedGround {
  readonly #own: OwnClient;
  readonly #clock: Clock;
  readonly #origin: unknown;
  readonly #asShown: (state: State) => State;
  /** What the room showed last of each client that is here. */
  readonly #shown = new Map<number, Shown>();
  /** The clients with a newer clock than the room gave them, as the last `check` found them, and that clock. */
  #newer = new Map<number, number>();
  #showing = false;
  #wait = FRAME_MS;
  #cancel: (() => void) | undefined;

  /**
   * `origin`: what the listeners of Awareness get as the origin of the room's changes; it must not be 'local'.
   * `asShown` makes of the state of another client what editors find.
   */
  constructor(own: OwnClient, clock: Clock, origin: unknown, asShown: (state: State) => State) {
    this.#own = own;
    this.#clock = clock;
    this.#origin = origin;
    this.#asShown = asShown;
    own.awareness.on('change', this.#onChange);
    own.awareness.on('update', this.#onChange);
  }

  /** Shows the states of `clients`, and remembers them; the state `null` removes a client. */
  show(clients: ReadonlyMap<number, Shown>): void {
    const states = new Map<number, Shown>();
    for (const [client, { clock, state }] of clients) {
      const shown = { clock, state: state && this.#asShown(state) };
      states.set(client, shown);
      if (shown.state) this.#shown.set(client, shown);
      else this.#shown.delete(client);
    }
    this.#show(states);
  }

  /** Puts back what differs, whether or not its removal was emitted. To be called about every `SWEEP_MS`. */
  check(): void {
    const newer = new Map<number, number>();
    if (!this.#putBack(newer)) this.#wait = FRAME_MS;
    this.#newer = newer;
  }

  stop(): void {
    this.#cancel?.();
    this.#own.awareness.off('change', this.#onChange);
    this.#own.awareness.off('update', this.#onChange);
  }

  readonly #onChange = (change: object, origin: unknown): void => {
    if (this.#showing && origin === this.#origin) return;
    const clients: unknown[] = Object.values(change ?? {}).flat(); // whatever another provider emits
    const own = origin === 'local' && clients.every((client) => client === this.#own.id);
    if (own && this.#own.isShown) return;
    // Not at once: listeners that come after this one would hear of the repair before the damage.
    this.#cancel ??= this.#clock.after(this.#wait, () => {
      this.#cancel = undefined;
      if (this.#putBack()) this.#wait = Math.min(2 * this.#wait, SWEEP_MS);
    });
  };

  /**
   * A state with a newer clock may be the client's own word, which came by another provider before it came here. It
   * stays until the room hears from the client, or until a second `check` finds it. `newer` receives those that stay.
   */
  #putBack(newer?: Map<number, number>): boolean {
    const { states, meta } = this.#own.awareness;
    const back = new Map<number, Shown>();
    for (const [client, shown] of this.#shown) {
      const state = states.get(client);
      const clock = meta.get(client)?.clock ?? -1;
      if (state === shown.state && clock === shown.clock) continue;
      if (!state || clock <= shown.clock || (newer && this.#newer.get(client) === clock)) back.set(client, shown);
      else newer?.set(client, clock);
    }
    if (back.size > 0) this.#show(back);
    return this.#own.putBack(this.#origin) || back.size > 0;
  }

  #show(clients: ReadonlyMap<number, Shown>): void {
    this.#showing = true;
    showRemote(this.#own.awareness, clients, this.#origin, this.#clock);
    this.#showing = false;
  }
}
