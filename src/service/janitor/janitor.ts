/**
 * The janitor (V8): hears who is in which room, and, when the server says that a connection ended, which of them nobody
 * subscribes for any more. That it reports to the room. Any number of janitors may run: each waits a random moment, and
 * leaves those alone that another one has reported.
 */
import type { Bus, BusMessage } from '../../bus/bus.js';
import { every } from '../../clock.js';
import { ConnectionClosedError, ProtocolError, type SlateError } from '../../errors.js';
import { looksLikeJson } from '../../protocol/json-events.js';
import { decodePresence, encodeUnreachable } from '../../protocol/presence-codec.js';
import { janitorHears, lastId, presencePlace, roomSubjects } from '../../protocol/subjects.js';
import { Repeats } from '../../repeats.js';
import { Clients, type Known } from './clients.js';
import { disconnects, readConnectionEvent } from './disconnect.js';
import { Prober } from './prober.js';
import type { Settings } from './settings.js';
import type { Janitor, JanitorStats } from './types.js';

/** The longest wait before the first look, so that several janitors do not all look at once. Milliseconds. */
const SPREAD_MS = 40;
const EXPIRE_MS = 5_000;
/** P9: what stands in a report for its sender. */
const BY_JANITOR = 0;

export class RoomJanitor implements Janitor {
  readonly #settings: Settings;
  readonly #clients = new Clients();
  readonly #prober: Prober;
  readonly #errors: Repeats;
  readonly #cleanups: (() => void)[] = [];
  /** The looks that wait for their moment. */
  readonly #waits = new Set<() => void>();
  readonly closed: Promise<SlateError | undefined>;
  #end: (error: SlateError | undefined) => void = () => undefined;
  #offlineAt: number | undefined;
  #stopped = false;
  #counts = { ended: 0, gone: 0, refused: 0 };

  constructor(settings: Settings) {
    this.#settings = settings;
    const { bus, clock, probesPerSecond, onError } = settings;
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#errors = new Repeats(clock, onError);
    this.#prober = new Prober({
      bus,
      clock,
      clients: this.#clients,
      perSecond: probesPerSecond,
      gone: (known, since) => this.#gone(known, since),
      report: (error) => this.#errors.report(error),
    });
  }

  get stats(): JanitorStats {
    return { clients: this.#clients.size, probes: this.#prober.sent, ...this.#counts };
  }

  start(): void {
    const { bus, system, clock, account } = this.#settings;
    this.#cleanups.push(every(clock, EXPIRE_MS, () => this.#expire()));
    for (const each of [bus, system]) {
      this.#cleanups.push(
        each.on('error', (error) => this.#errors.report(error)),
        each.on('status', (status) => {
          if (status.type === 'closed') this.#finish(status.error ?? new ConnectionClosedError());
        }),
      );
    }
    this.#cleanups.push(bus.on('status', ({ type }) => this.#onStatus(type === 'connected')));
    this.#subscribe(bus, this.#prober.answers, (message) => this.#prober.answered(message));
    const { presence, gone } = janitorHears();
    for (const pattern of presence) this.#subscribe(bus, pattern, (message) => this.#heard(message));
    // Without the word of others both report a client, which is harmless.
    this.#subscribe(
      bus,
      gone,
      (message) => this.#reported(message),
      (error) => this.#errors.report(error),
    );
    this.#subscribe(system, disconnects(account), (message) => this.#ended(message));
  }

  async stop(): Promise<void> {
    this.#finish(undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** `refused`: what follows when the server ends the subscription; by default the end of the janitor. */
  #subscribe(
    bus: Bus,
    subject: string,
    receive: (message: BusMessage) => void,
    refused = (error: SlateError) => this.#finish(error),
  ): void {
    const subscription = bus.subscribe(subject, receive);
    this.#cleanups.push(() => subscription.unsubscribe());
    void subscription.closed.then((error) => error && refused(error));
  }

  #finish(error: SlateError | undefined): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const cleanup of [...this.#cleanups.splice(0), ...this.#waits]) cleanup();
    this.#waits.clear();
    this.#prober.stop();
    this.#errors.stop();
    this.#end(error);
  }

  #expire(): void {
    if (this.#offlineAt === undefined) this.#clients.expire(this.#settings.clock.now());
  }

  #onStatus(isConnected: boolean): void {
    const now = this.#settings.clock.now();
    if (!isConnected) {
      this.#offlineAt ??= now;
      this.#prober.clear();
    } else if (this.#offlineAt !== undefined) {
      this.#clients.extend(now - this.#offlineAt);
      this.#offlineAt = undefined;
    }
  }

  #heard({ subject, data }: BusMessage): void {
    const place = presencePlace(subject);
    if (!place || looksLikeJson(data)) return; // programs that send JSON have no alive subject
    try {
      this.#clients.heard(place, decodePresence(data), this.#settings.clock.now());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#counts.refused++; // every member of the room reports it
    }
  }

  #reported({ subject, data }: BusMessage): void {
    try {
      const message = decodePresence(data);
      const project = lastId(subject);
      if (message.type === 'unreachable' && project !== undefined) this.#clients.reported(project, message.client);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#counts.refused++;
    }
  }

  #ended(message: BusMessage): void {
    const { clock, random } = this.#settings;
    const event = readConnectionEvent(message);
    if (!event) {
      this.#counts.refused++;
      return;
    }
    this.#counts.ended++;
    const since = clock.now();
    const cancel = clock.after(random() * SPREAD_MS, () => {
      this.#waits.delete(cancel);
      if (this.#offlineAt !== undefined) return;
      this.#prober.suspect([...this.#clients.of(event.users), ...this.#clients.inOpenRooms()], since);
    });
    this.#waits.add(cancel);
  }

  #gone(known: Known, since: number): void {
    const { bus, clock, onGone } = this.#settings;
    const { project, user, client } = known;
    if (this.#offlineAt !== undefined) return;
    const { clock: newest } = this.#clients.get(known) ?? known;
    bus.publish(roomSubjects(project, undefined, user).gone, encodeUnreachable(BY_JANITOR, client, newest));
    this.#clients.forget(known);
    this.#counts.gone++;
    onGone({ project, user, client, ms: clock.now() - since });
  }
}
