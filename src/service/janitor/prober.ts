/**
 * Asks the server whether somebody subscribes for a client: an empty message to its alive subject, to which a living
 * client does nothing, and for a dead one the server says "no responders" (P9, V8). Never more than so many a second,
 * whoever is suspected.
 */
import type { Bus, BusMessage } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import type { SlateError } from '../../errors.js';
import { roomSubjects } from '../../protocol/subjects.js';
import { JanitorError } from '../errors.js';
import type { Clients, Known } from './clients.js';

const ROUND_MS = 100;
/** How often a client is looked at after a connection ended; a cluster may learn late who has unsubscribed. */
const LOOKS = 2;
const BETWEEN_LOOKS_MS = 150;
/** P10: a client that nobody is. */
const NOBODY = 0;
/** V1: the last token of the alive subjects of verified rooms says who publishes. */
const SELF = 'janitor';
const NOTHING = new Uint8Array(0);

interface Suspect {
  readonly known: Known;
  /** When a connection ended that may be the client's. What it says later clears it. Milliseconds, as those below. */
  readonly since: number;
  /** When it is looked at next. */
  at: number;
  looks: number;
}

export interface ProberOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly clients: Clients;
  readonly perSecond: number;
  /** The server says that nobody subscribes for this client. */
  gone(known: Known, since: number): void;
  report(error: SlateError): void;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #inbox: string;
  /** By project, user and client, so that many ends make one suspect. */
  readonly #suspects = new Map<string, Suspect>();
  /** The probes whose answers may still come, by the last token of their reply subjects. */
  readonly #asked = new Map<string, Suspect | undefined>();
  #count = 0;
  /** When the present round began, and how many probes it has sent. */
  #roundAt = -Infinity;
  #used = 0;
  #cancel: (() => void) | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#inbox = options.bus.inbox();
  }

  /** Where the server answers. */
  get answers(): string {
    return `${this.#inbox}.*`;
  }

  /** How many probes were sent. */
  get sent(): number {
    return this.#count;
  }

  answered({ subject, noResponders }: Pick<BusMessage, 'subject' | 'noResponders'>): void {
    const number = subject.slice(this.#inbox.length + 1);
    if (!noResponders || !this.#asked.has(number)) return;
    const suspect = this.#asked.get(number);
    this.#asked.delete(number);
    if (!suspect || !this.#isSilent(suspect)) return;
    this.#suspects.delete(keyOf(suspect.known));
    this.#options.gone(suspect.known, suspect.since);
  }

  /** A connection ended that may have been that of any of these. */
  suspect(clients: Iterable<Known>, since: number): void {
    for (const known of clients) {
      const key = keyOf(known);
      const before = this.#suspects.get(key);
      if (before && before.looks > 0) this.#suspects.delete(key); // behind those who were not looked at yet
      this.#suspects.set(key, { known, since, at: since, looks: 0 });
    }
    this.#round();
  }

  /** Drops everybody: without a connection there is nothing to learn. */
  clear(): void {
    this.#suspects.clear();
    this.#asked.clear();
  }

  stop(): void {
    this.clear();
    this.#cancel?.();
  }

  /** Sends what the present round has left, and goes on with the next one. */
  #round(): void {
    const { clock, perSecond } = this.#options;
    const now = clock.now();
    if (now - this.#roundAt >= ROUND_MS) {
      this.#roundAt = now;
      this.#used = 0;
    }
    const most = Math.max(1, Math.floor((perSecond * ROUND_MS) / 1000));
    const due = this.#due(most - this.#used);
    this.#used += due.length;
    void this.#look(due);
    this.#cancel?.();
    this.#cancel = this.#suspects.size > 0 ? clock.after(ROUND_MS, () => this.#round()) : undefined;
  }

  /** Those who are looked at now, at most so many. Whoever was heard since is none any more. */
  #due(most: number): Suspect[] {
    const now = this.#options.clock.now();
    const due: Suspect[] = [];
    for (const [key, suspect] of this.#suspects) {
      if (due.length >= most) break;
      if (!this.#isSilent(suspect) || suspect.looks === LOOKS) this.#suspects.delete(key);
      else if (suspect.at <= now) due.push(suspect);
    }
    return due;
  }

  #isSilent({ known, since }: Suspect): boolean {
    const now = this.#options.clients.get(known);
    return now !== undefined && now.heardAt <= since;
  }

  /** One round of probes. Never rejects: a connection that is lost ends it. */
  async #look(due: readonly Suspect[]): Promise<void> {
    const { bus, clock, report } = this.#options;
    const [first] = due;
    if (!first) return;
    const numbers: string[] = [];
    try {
      const test = this.#probe(undefined, { ...first.known, client: NOBODY });
      numbers.push(test);
      for (const suspect of due) {
        numbers.push(this.#probe(suspect, suspect.known));
        suspect.looks++;
        suspect.at = clock.now() + BETWEEN_LOOKS_MS;
      }
      await bus.flush(); // the server answers probes before it answers this
      if (this.#asked.has(test)) report(new JanitorError('watched'));
    } catch (error) {
      this.clear();
      if (bus.status.type === 'connected') report(error as SlateError);
    } finally {
      for (const number of numbers) this.#asked.delete(number);
    }
  }

  #probe(suspect: Suspect | undefined, { project, user, client }: Known): string {
    const number = `${++this.#count}`;
    const isVerified = user !== undefined;
    const { alive } = roomSubjects(project, undefined, isVerified ? SELF : undefined);
    this.#asked.set(number, suspect);
    this.#options.bus.publish(alive(client, user), NOTHING, { reply: `${this.#inbox}.${number}` });
    return number;
  }
}

const keyOf = ({ project, user, client }: Known) => JSON.stringify([project, user, client]);
