/**
 * P5: getting the roster, and answering those who ask for it. A joiner listens, asks, announces; members stand in one
 * queue group, so exactly one answers. It answers only once it has the roster itself.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { NoRespondersError, RequestTimeoutError } from '../errors.js';
import { decodePresence, encodeAsk, encodeStates, type StateEntry } from '../protocol/presence-codec.js';
import { decodeRoster, encodeRoster, type RosterAnswer } from '../protocol/roster-codec.js';
import { type RoomSubjects, SYNC_QUEUE } from '../protocol/subjects.js';
import { SYNC_ATTEMPTS, SYNC_TIMEOUT_MS } from './constants.js';
import type { Peers } from './peers.js';

/** Rosters stay under this, or half of what the server takes; clients beyond it are only named. Bytes. */
const MAX_ROSTER_BYTES = 512 * 1024;

export interface JoinerOptions {
  readonly bus: Bus;
  readonly subjects: Pick<RoomSubjects, 'sync' | 'syncFile'>;
  readonly client: () => number;
  readonly peers: Peers;
  readonly now: () => number;
  /** Our own entry for a roster. */
  readonly self: () => Required<StateEntry> | undefined;
  /** The pointers that rest in our file, our own among them, as cursor batches. */
  readonly resting: (asker: number) => readonly Uint8Array[];
  /** Takes in an answer; `complete`: from someone in our file, who knows every pointer in it. */
  readonly receive: (answer: RosterAnswer, complete: boolean) => void;
  readonly onError: (error: unknown, subject: string) => void;
}

export type SyncResult = 'alone' | 'answered' | 'unanswered';

export class Joiner {
  readonly #options: JoinerOptions;
  #answering: BusSubscription[] = [];
  /** Counts the questions, so that the answer to one that was given up is known. */
  #run = 0;

  constructor(options: JoinerOptions) {
    this.#options = options;
  }

  /**
   * Asks for the roster: those in the same file, who also know its pointers; where nobody answers, anyone. Rejects with what
   * `request` rejects with, save for the two answers it waits for.
   */
  async ask(): Promise<SyncResult> {
    const { sync, syncFile } = this.#options.subjects;
    this.stop(); // our own question must not come to ourselves
    let near = true;
    for (let unanswered = 0; unanswered < SYNC_ATTEMPTS; near = false) {
      const result = await this.#ask(near ? syncFile : sync, near);
      if (result === 'answered' || (result === 'alone' && !near)) return result;
      if (result === 'unanswered') unanswered++;
    }
    return 'unanswered';
  }

  /** Starts to answer others. */
  answer(): void {
    if (this.#answering.length > 0) return;
    const { bus, subjects } = this.#options;
    for (const subject of [subjects.syncFile, subjects.sync]) {
      this.#answering.push(bus.subscribe(subject, (message) => this.#reply(message), { queue: SYNC_QUEUE }));
    }
  }

  /** Answers nobody any more, and takes in no answer that is still to come. */
  stop(): void {
    this.#run++;
    for (const subscription of this.#answering.splice(0)) subscription.unsubscribe();
  }

  async #ask(subject: string, near: boolean): Promise<SyncResult> {
    const { bus, client, receive } = this.#options;
    const run = this.#run;
    try {
      const { data } = await bus.request(subject, encodeAsk(client()), SYNC_TIMEOUT_MS);
      if (run === this.#run) receive(decodeRoster(data), near); // else it was stopped meanwhile: too late
      return 'answered';
    } catch (error) {
      if (error instanceof NoRespondersError) return 'alone';
      if (error instanceof RequestTimeoutError) return 'unanswered';
      throw error;
    }
  }

  #reply(message: BusMessage): void {
    const { self, subjects, resting, onError } = this.#options;
    const own = self();
    if (!own) return;
    try {
      const question = decodePresence(message.data);
      if (question.type !== 'ask') return;
      const batches = message.subject === subjects.syncFile ? resting(question.by) : [];
      message.respond(encodeRoster({ states: this.#states(own, question.by), batches }));
    } catch (error) {
      onError(error, message.subject);
    }
  }

  /** Ourselves, and everyone we hold who is not known to be gone, with how long ago we heard them. */
  #states(own: Required<StateEntry>, asker: number): Uint8Array {
    const { bus, peers, now } = this.#options;
    const budget = Math.min(MAX_ROSTER_BYTES, bus.maxPayload / 2);
    const entries = [own];
    const more = [];
    let size = 0;
    for (const peer of peers) {
      if (peer.client === asker || peer.unreachableAt !== undefined) continue;
      const { client, activity, kind, leaseMs } = peer;
      const ageMs = Math.max(0, now() - peer.heardAt);
      const terms = { activity, kind, leaseMs, ageMs };
      const { clock, state } = peers.effective(peer);
      size += JSON.stringify(state).length * 2;
      if (size < budget) entries.push({ client, clock, state, terms });
      else more.push({ type: 'heartbeat' as const, client, clock, terms });
    }
    return encodeStates(entries, more);
  }
}
