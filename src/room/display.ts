/**
 * What is shown of a room: its status, its members, the states in Awareness, and when to draw pointers. Everything that
 * changed is shown at once (M5). It decides nothing about who is here.
 */
import type { Clock } from '../clock.js';
import type { Emitter } from '../emitter.js';
import type { Alike } from '../presence/alike.js';
import { Allowance } from '../presence/bounds.js';
import { withCarets } from '../presence/carets.js';
import type { Changes } from '../presence/changes.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Peer, Peers } from '../presence/peers.js';
import { Roster, type RosterEntry } from '../presence/roster.js';
import { SharedGround } from '../presence/shared-ground.js';
import type { State } from '../protocol/state.js';
import type { Work } from '../protocol/work.js';
import type { Pointing } from './pointing.js';
import type { Self } from './self.js';
import type { Member, Role, RoomEvents, RoomStatus } from './types.js';

/** Received motion enters Awareness once a frame (M5). Milliseconds. */
const FRAME_MS = 16;
/** So many changes a second are shown at once when they arrive (M11). */
const PROMPT = 30;

export interface DisplayOptions {
  readonly clock: Clock;
  readonly events: Pick<Emitter<RoomEvents>, 'emit' | 'has'>;
  readonly own: OwnClient;
  readonly self: Self;
  readonly peers: Peers;
  readonly changes: Changes;
  readonly pointing: Pick<Pointing, 'setAudience'>;
  readonly file?: string | undefined;
  /** The document that the page gave to the room. */
  readonly doc?: unknown;
  /** What the listeners of Awareness get as the origin of remote changes: the room. */
  readonly origin: unknown;
  /** Of a verified room, where the server vouches for the user of each session. */
  readonly alike?: Alike | undefined;
  /** What this session may do (V6). @defaultValue 'writer' */
  readonly role?: Role;
}

export class Display {
  readonly #options: DisplayOptions;
  readonly #roster: Roster;
  readonly #ground: SharedGround;
  readonly #unsubscribe: () => void;
  #status: RoomStatus = 'connecting';
  readonly #prompt: Allowance;
  /** W3: what clients do in the document. */
  readonly #works = new Map<number, Work>();
  #cancelFrame: (() => void) | undefined;

  constructor(options: DisplayOptions) {
    this.#options = options;
    const { own, clock, origin, alike } = options;
    this.#roster = new Roster(alike);
    this.#ground = new SharedGround(
      own,
      clock,
      origin,
      withCarets(own, { shares: options.doc !== undefined, file: options.file }),
    );
    this.#prompt = new Allowance(clock, PROMPT);
    // What others changed waits for its frame: an editor may write in the middle of its update, and show nothing.
    const onChange = (_: unknown, source: unknown) => {
      if (source === 'local') this.#showRoster([own.id]);
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

  /**
   * The member that this session belongs to, also while nobody sees it (P11, V6); `undefined` once the room is closed.
   */
  get self(): Member | undefined {
    const shown = this.members.find((member) => member.self);
    if (shown || this.#status === 'closed') return shown;
    const roster = new Roster();
    roster.update([[this.#options.own.id, this.#ownEntry({ ...this.#options.self.identity })]]);
    return roster.members[0];
  }

  /** The member whose session this is, as it was shown last. */
  memberOf(client: number): Member | undefined {
    return this.#roster.memberOf(client);
  }

  /** `closed` is final. */
  setStatus(status: RoomStatus): void {
    if (status === this.#status || this.#status === 'closed') return;
    this.#status = status;
    this.#options.events.emit('status', status);
    this.showAll();
  }

  /** W3: a client does this in the document. */
  saw(client: number, work: Work | undefined): void {
    if (work) this.#works.set(client, work);
    else this.#works.delete(client);
    this.#options.changes.roster(client);
    this.showInFrame(); // others are looked at together with this one
  }

  /** Shows everything that changed: first in Awareness, then in the roster. */
  show(): void {
    const { changes } = this.#options;
    this.#ground.show(changes.takeStates());
    if (changes.size === 0) return;
    const points = this.#options.role !== 'viewer' && this.#options.role !== 'ghost';
    const visible = points && this.#status === 'connected' && !this.#options.self.hidden;
    this.#options.pointing.setAudience(visible && this.#options.peers.some((peer) => this.#watchesUs(peer)));
    this.#showRoster(changes.takeClients());
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

  /** Shows what changed: at once, or in the next frame where others change often, however much arrives (M11). */
  showPaced(): void {
    if (this.#options.changes.size > 0 && this.#prompt.take()) this.show();
    else this.showInFrame();
  }

  /** To be called about every `SWEEP_MS`: shows what changed, and what other providers took away (P11). */
  check(): void {
    this.#ground.check();
    this.show();
  }

  stop(): void {
    this.#unsubscribe();
    this.#ground.stop();
    this.#cancelFrame?.();
  }

  #showRoster(clients: readonly number[]): void {
    const entries = clients.map((client) => [client, this.#entry(client)] as const);
    if (this.#roster.update(entries)) this.#options.events.emit('members', this.#roster.members);
  }

  #entry(client: number): RosterEntry | undefined {
    const { own } = this.#options;
    if (client === own.id) {
      const isSeen = own.state && this.#options.role !== 'ghost' && this.#status !== 'closed';
      return isSeen ? this.#ownEntry(own.state) : undefined;
    }
    const peer = this.#options.peers.get(client);
    if (!peer) return undefined;
    // Without a connection nothing is received, so nobody is known to be here.
    const stale = this.#status !== 'connected' || peer.unreachableAt !== undefined;
    const status = stale ? 'stale' : peer.activity;
    return { client, kind: peer.kind, status, state: peer.shown, seen: this.#works.get(client), self: false };
  }

  #ownEntry(state: State): RosterEntry {
    const { own, self } = this.#options;
    return { client: own.id, kind: 'slate', status: self.shownActivity, state, self: true };
  }

  /** Whether this peer would see our motion now (M1). */
  #watchesUs({ kind, state, unreachableAt }: Peer): boolean {
    return unreachableAt === undefined && (kind === 'json' || (kind === 'slate' && state.file === this.#options.file));
  }
}
