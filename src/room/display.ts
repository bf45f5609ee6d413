/**
 * What is shown of a room: its status, its members, the states in Awareness, and when to draw pointers. Everything that
 * changed is shown at once (M5). It decides nothing about who is here.
 */
import type { Clock } from '../clock.js';
import type { Emitter } from '../emitter.js';
import { showRemote } from '../presence/awareness.js';
import type { Changes } from '../presence/changes.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Peer, Peers } from '../presence/peers.js';
import { Roster, type RosterEntry } from '../presence/roster.js';
import type { Pointing } from './pointing.js';
import type { Self } from './self.js';
import type { Member, RoomEvents, RoomStatus } from './types.js';

/** Received motion enters Awareness once a frame (M5). Milliseconds. */
const FRAME_MS = 16;

export interface DisplayOptions {
  readonly clock: Clock;
  readonly events: Pick<Emitter<RoomEvents>, 'emit' | 'has'>;
  readonly own: OwnClient;
  readonly self: Self;
  readonly peers: Peers;
  readonly changes: Changes;
  readonly pointing: Pick<Pointing, 'setAudience'>;
  readonly file?: string | undefined;
  /** What the listeners of Awareness get as the origin of remote changes: the room. */
  readonly origin: unknown;
}

export class Display {
  readonly #options: DisplayOptions;
  readonly #roster = new Roster();
  readonly #unsubscribe: () => void;
  #status: RoomStatus = 'connecting';
  #cancelFrame: (() => void) | undefined;

  constructor(options: DisplayOptions) {
    this.#options = options;
    const { own } = options;
    const onChange = (_: unknown, source: unknown) => {
      if (source !== 'local') return;
      this.#options.changes.roster(own.id);
      this.show();
    };
    own.awareness.on('change', onChange);
    this.#unsubscribe = () => own.awareness.off('change', onChange);
    this.showAll();
  }

  get status(): RoomStatus {
    return this.#status;
  }

  get members(): readonly Member[] {
    return this.#roster.members;
  }

  /** `closed` is final. */
  setStatus(status: RoomStatus): void {
    if (status === this.#status || this.#status === 'closed') return;
    this.#status = status;
    this.#options.events.emit('status', status);
    this.showAll();
  }

  /** Shows everything that changed: first in Awareness, then in the roster. */
  show(): void {
    const { changes, own, origin, clock } = this.#options;
    showRemote(own.awareness, changes.takeStates(), origin, clock);
    if (changes.size === 0) return;
    const visible = this.#status === 'connected' && !this.#options.self.hidden;
    this.#options.pointing.setAudience(visible && this.#options.peers.some((peer) => this.#watchesUs(peer)));
    const entries = changes.takeClients().map((client) => [client, this.#entry(client)] as const);
    if (this.#roster.update(entries)) this.#options.events.emit('members', this.#roster.members);
  }

  /** Shows everyone anew, after a change that concerns all: the status, or whether the page is hidden. */
  showAll(): void {
    const { changes } = this.#options;
    changes.roster(this.#options.own.id);
    for (const { client } of this.#options.peers) changes.roster(client);
    this.show();
  }

  /**
   * Shows what changed in the next frame. Where nobody would notice there is no frame: a timer costs more than a batch.
   */
  showInFrame(): void {
    const { events } = this.#options;
    if (this.#options.changes.size === 0 && !events.has('pointers')) return;
    this.#cancelFrame ??= this.#options.clock.after(FRAME_MS, () => {
      this.#cancelFrame = undefined;
      this.show();
      events.emit('pointers', undefined);
    });
  }

  stop(): void {
    this.#unsubscribe();
    this.#cancelFrame?.();
  }

  #entry(client: number): RosterEntry | undefined {
    const { own } = this.#options;
    if (client === own.id) {
      const { state } = own;
      return state ? { client, kind: 'slate', status: this.#options.self.shownActivity, state, self: true } : undefined;
    }
    const peer = this.#options.peers.get(client);
    if (!peer) return undefined;
    // Without a connection nothing is received, so nobody is known to be here.
    const stale = this.#status !== 'connected' || peer.unreachableAt !== undefined;
    return { client, kind: peer.kind, status: stale ? 'stale' : peer.activity, state: peer.state, self: false };
  }

  /** Whether this peer would see our motion now (M1). */
  #watchesUs({ kind, state, unreachableAt }: Peer): boolean {
    return unreachableAt === undefined && (kind === 'json' || (kind === 'slate' && state.file === this.#options.file));
  }
}
