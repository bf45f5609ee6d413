/**
 * A client of a room as somebody would write it in another language: from docs/PROTOCOL.md alone, on plain nats.ws,
 * with its own codec (wire-bytes.ts). It shares no code with src/, so whatever the two agree on is in the document.
 * Past 300 lines: it follows the whole document, and its parts share the state of one client.
 */
import './websocket.js';
import { connect, createInbox, type Msg, type NatsConnection } from 'nats.ws';
import {
  type Anchors,
  type Batch,
  digestOf,
  type Entry,
  type Field,
  type Heartbeat,
  Numbers,
  type Point,
  type Presence,
  readBatch,
  readPresence,
  readRoster,
  type Terms,
  token,
  writeBatch,
  writePresence,
  writeRoster,
} from './wire-bytes.js';

const NOTHING = new Uint8Array(0);
const HEARTBEAT_MS = 4_500;
const PROBE_MS = 1_000;
const CONFIRM_MS = 250;

export interface Other {
  clock: number;
  state: Record<string, unknown>;
  terms: Terms | undefined;
  unreachable: boolean;
}

export interface WireOptions {
  readonly url: string;
  readonly project: string;
  readonly file?: string;
  readonly client: number;
  readonly state: Record<string, unknown>;
}

export class WireClient {
  /** P8: another one, once another session has used the given one too often. */
  client: number;
  readonly others = new Map<number, Other>();
  /** The last sample of each other client, which keeps its coordinates from 0 to 65535. */
  readonly pointers = new Map<number, Point>();
  /** The last fast fields of each other client. */
  readonly fields = new Map<number, readonly Field[]>();
  readonly goodbyes: number[] = [];
  readonly questions: number[] = [];
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  readonly #asked = new Map<number, number>();
  readonly #suspects = new Set<number>();
  /** P10: another program subscribes to the alive subjects. */
  #isTapped = false;
  /** P10: the server said "no responders" for client 0. */
  #noneAtClient0 = false;
  #rounds = 0;
  /** P8: when another session was heard under this client's id. */
  #clashes: number[] = [];
  #alive: { unsubscribe(): void } | undefined;
  #comparedAt = Number.NEGATIVE_INFINITY;
  /** When each other client sent its last batch, on its own clock. */
  readonly #times = new Map<number, number>();
  readonly #inbox = createInbox();
  readonly #numbers = new Numbers(true);
  readonly #anchors = new Map<number, Anchors>();
  #clock = 0;
  #presenceClock = 0;
  #resting: Point | undefined;

  private constructor(
    readonly nats: NatsConnection,
    readonly options: WireOptions,
    private state: Record<string, unknown>,
  ) {
    this.client = options.client;
  }

  /** P5: subscribes, asks and announces; from then on it answers the questions of others. */
  static async join(options: WireOptions): Promise<WireClient> {
    const { url } = options;
    const nats = await connect({ servers: url });
    const self = new WireClient(nats, options, options.state);
    self.#subscribe(self.presence, (message) => self.#onPresence(message));
    self.#subscribe(self.cursors, (message) => self.#onBatch(message.data));
    self.#listen();
    self.#subscribe(`${self.#inbox}.*`, (message) => self.#onProbeAnswer(message));
    const answered = self.#askForRoster();
    self.#announce();
    const alone = !(await answered);
    for (const subject of self.questionSubjects)
      self.#subscribe(subject, (message) => self.#onQuestion(message), 'members');
    if (alone) self.heartbeat();
    self.#timers.push(setInterval(() => self.heartbeat(), HEARTBEAT_MS));
    self.#timers.push(setInterval(() => self.#probe(), PROBE_MS));
    return self;
  }

  get presence(): string {
    return `slate.collab.presence.${token(this.options.project)}`;
  }

  get cursors(): string {
    const { project, file } = this.options;
    return `slate.editor.cursors.batch.${token(project)}${file === undefined ? '' : `.${token(file)}`}`;
  }

  /** S3: the subject of the own file, whose members know its pointers, and that of the project. */
  get questionSubjects(): [string, string] {
    const { project, file } = this.options;
    const all = `slate.collab.sync.${token(project)}`;
    return [`${all}.${token(file ?? '')}`, all];
  }

  alive(client: number): string {
    return `slate.collab.alive.${token(this.options.project)}.${client}`;
  }

  /** A change of anything but fast fields. */
  change(state: Record<string, unknown>): void {
    this.state = { ...this.state, ...state };
    this.#announce();
  }

  heartbeat(): void {
    const { client } = this;
    const digest = digestOf([client, ...this.#reachable()]);
    this.#publish({ kind: 'heartbeat', client, clock: this.#presenceClock, terms: this.#terms(), digest });
  }

  /** Sends one batch at once; the caller takes care of M1. `points` come oldest first. */
  move(points: readonly Point[], fields: readonly Field[] = [], left = false): void {
    if (fields.length > 0) this.#clock++;
    this.#resting = left ? undefined : points.at(-1);
    this.nats.publish(this.cursors, writeBatch(this.#batch(points, fields, left), this.#numbers));
  }

  /** P9, P12: the clients that speak this protocol and are not unreachable. */
  #reachable(): number[] {
    return [...this.others].flatMap(([client, { terms, unreachable }]) =>
      terms?.speaks === 0 && !unreachable ? [client] : [],
    );
  }

  /** P12. */
  async #compare(client: number, digest: number): Promise<void> {
    const reachable = this.#reachable();
    if (digest === 0 || digest === digestOf([this.client, ...reachable])) return;
    if (Math.random() * reachable.length < 6) await this.#askForRosterOf(client);
  }

  async #askForRosterOf(client: number): Promise<void> {
    const now = performance.now();
    if (now - this.#comparedAt < HEARTBEAT_MS) return;
    this.#comparedAt = now;
    const question = writePresence({ kind: 'askRoster', by: this.client });
    const answer = await this.nats.request(this.alive(client), question, { timeout: 15_000 });
    this.#apply(readRoster(answer.data).states);
  }

  /** M4. */
  async ask(client: number): Promise<void> {
    const now = performance.now();
    if (now - (this.#asked.get(client) ?? Number.NEGATIVE_INFINITY) < 1_000) return;
    this.#asked.set(client, now);
    const question = writePresence({ kind: 'ask', by: this.client });
    const answer = await this.nats.request(this.alive(client), question, { timeout: 1_000 });
    this.#apply(readPresence(answer.data));
  }

  /** P6: sends the goodbye and closes the connection. */
  async leave(): Promise<void> {
    this.#clock++;
    this.#publish({
      kind: 'states',
      entries: [{ client: this.client, clock: this.#clock, state: null, terms: this.#terms() }],
      further: [],
    });
    await this.die();
  }

  /** Ends without a goodbye, though it closes the connection properly. */
  async die(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.nats.drain();
  }

  get names(): string[] {
    return [...this.others.values()].map(({ state }) => (state.user as { name: string }).name).sort();
  }

  #subscribe(subject: string, handle: (message: Msg) => void, queue?: string): { unsubscribe(): void } {
    return this.nats.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (error, message) => {
        if (!error) handle(message);
      },
    });
  }

  #publish(message: Presence): void {
    this.nats.publish(this.presence, writePresence(message));
  }

  #terms(): Terms {
    return { activity: 0, speaks: 0, lease: 110, age: 0 };
  }

  #entry(): Entry {
    return { client: this.client, clock: this.#clock, state: this.state, terms: this.#terms() };
  }

  #announce(): void {
    this.#presenceClock = ++this.#clock;
    this.#publish({ kind: 'states', entries: [this.#entry()], further: [] });
  }

  /** Resolves with false when the client is alone, or got no answer to three questions. */
  async #askForRoster(): Promise<boolean> {
    const question = writePresence({ kind: 'ask', by: this.client });
    const [near, all] = this.questionSubjects;
    for (const subject of [near, all, all]) {
      try {
        const { states, batches } = readRoster((await this.nats.request(subject, question, { timeout: 500 })).data);
        this.#apply(states);
        for (const { client, points } of batches) this.#pointAt(client, points);
        return true;
      } catch (error) {
        if (subject === all && (error as { code?: string }).code === '503') break; // nobody there
      }
    }
    return false;
  }

  #onPresence({ data }: Msg): void {
    if (data[0] !== 0x7b && data[0] !== 0x5b) this.#apply(readPresence(data)); // this client does not read JSON
  }

  #apply(message: Presence): void {
    const { client: own } = this;
    if (message.kind === 'states') {
      for (const entry of message.entries) this.#applyEntry(entry);
      for (const heartbeat of message.further) this.#apply({ kind: 'heartbeat', ...heartbeat, digest: 0 });
    } else if (message.kind === 'heartbeat') {
      if (message.client === own) {
        this.#rise(message.clock);
        return;
      }
      this.#applyHeartbeat(message);
      this.#compare(message.client, message.digest).catch(() => undefined); // it has left, or is busy
    } else if (message.kind === 'unreachable') {
      const other = this.others.get(message.client);
      if (message.client === own) this.heartbeat();
      else if (other && this.others.has(message.by) && message.clock >= other.clock) this.#probeOne(message.client);
    }
  }

  #applyEntry({ client, clock, state, terms }: Entry): void {
    const known = this.others.get(client);
    if (client === this.client) {
      this.#rise(clock);
    } else if (state === null) {
      if (known && clock < known.clock) return;
      this.others.delete(client);
      this.pointers.delete(client);
      this.fields.delete(client);
      this.goodbyes.push(client);
    } else if (!known || clock > known.clock) {
      this.others.set(client, { clock, state, terms, unreachable: false });
    }
  }

  /** P8; a roster names this client as well, where something is known of its id (P6). */
  #rise(clock: number): void {
    if (clock <= this.#clock) return;
    const now = performance.now();
    this.#clashes = [...this.#clashes.filter((at) => now - at < 30_000), now];
    this.#clock = clock;
    if (this.#clashes.length >= 3) {
      this.#clashes = [];
      this.client = Math.floor(Math.random() * 2 ** 32);
      this.#clock = 0;
      this.#listen();
    }
    this.#announce();
  }

  /** Receives what is for this client alone. */
  #listen(): void {
    this.#alive?.unsubscribe();
    this.#alive = this.#subscribe(this.alive(this.client), (message) => this.#onDirect(message));
  }

  #applyHeartbeat({ client, clock }: Heartbeat): void {
    const known = this.others.get(client);
    if (known) known.unreachable = false;
    if (!known || clock > known.clock) this.#askQuietly(client);
  }

  #onBatch(data: Uint8Array): void {
    if ((data[0] ?? 0) % 16 !== 1) return; // JSON
    const { client, clock, behind, time, left, fields, points } = readBatch(data, (sender) => {
      const anchors = this.#anchors.get(sender) ?? new Map<number, string>();
      this.#anchors.set(sender, anchors);
      return anchors;
    });
    if (client === this.client) return;
    const known = this.others.get(client);
    if (!known || clock - behind > known.clock) this.#askQuietly(client);
    if (fields.length > 0) this.fields.set(client, fields);
    this.#times.set(client, time);
    if (left) this.pointers.delete(client);
    else this.#pointAt(client, points);
  }

  #pointAt(client: number, points: readonly Point[]): void {
    const last = points.at(-1);
    if (last) this.pointers.set(client, last);
  }

  /** A probe, which is empty, or a question (M4). */
  #onDirect(message: Msg): void {
    const { data } = message;
    if (data.length === 0) return;
    const question = readPresence(data);
    if (question.kind === 'askRoster') {
      message.respond(this.#roster(question.by, []));
      this.#askForRosterOf(question.by).catch(() => undefined);
    }
    if (question.kind !== 'ask') return;
    this.questions.push(question.by);
    message.respond(writePresence({ kind: 'states', entries: [this.#entry()], further: [] }));
  }

  /** P5: answers with everyone, this client included. */
  #onQuestion(message: Msg): void {
    const question = readPresence(message.data);
    if (question.kind !== 'ask') return;
    this.questions.push(question.by);
    message.respond(this.#roster(question.by, message.subject === this.questionSubjects[0] ? this.#rests() : []));
  }

  #roster(asker: number, batches: Batch[]): Uint8Array {
    const entries = [...this.others].flatMap(([client, { clock, state, terms, unreachable }]) => {
      if (client === asker || unreachable) return [];
      return [{ client, clock, state, terms: terms ?? { ...this.#terms(), speaks: 1 as const } }];
    });
    const states: Presence = { kind: 'states', entries: [this.#entry(), ...entries], further: [] };
    return writeRoster({ states, batches });
  }

  /** M5: the resting pointers in this file. */
  #rests(): Batch[] {
    const own = this.#resting ? [this.#batch([{ ...this.#resting, ago: 0 }], [], false)] : [];
    const others = [...this.pointers].map(([client, point]) => {
      const clock = this.others.get(client)?.clock ?? 0;
      const rest = { clock, behind: 0, left: false, tapped: false, fields: [], points: [{ ...point, ago: 0 }] };
      return { client, time: this.#times.get(client) ?? 0, ...rest };
    });
    return [...own, ...others];
  }

  #batch(points: readonly Point[], fields: readonly Field[], left: boolean): Batch {
    const behind = this.#clock - this.#presenceClock;
    const time = Math.round(performance.now()) % 65536;
    const { client } = this;
    return { client, clock: this.#clock, behind, time, left, tapped: false, fields: [...fields], points: [...points] };
  }

  #askQuietly(client: number): void {
    this.ask(client).catch(() => this.others.delete(client)); // no responders: it has left
  }

  /** P9. */
  #probe(): void {
    const ring = this.#reachable().sort((a, b) => a - b);
    const [next] = [...ring.filter((client) => client > this.client), ...ring];
    if (next === undefined) return;
    if (this.#rounds++ % 15 === 0) void this.#testTapped();
    this.#probeOne(next);
  }

  #probeOne(client: number): void {
    if (this.#isTapped) void this.#askOne(client);
    else this.nats.publish(this.alive(client), NOTHING, { reply: `${this.#inbox}.${client}` });
  }

  /** P10: finds out whether the server says "no responders" for client 0 before it answers a ping. */
  async #testTapped(): Promise<void> {
    this.#noneAtClient0 = false;
    this.nats.publish(this.alive(0), NOTHING, { reply: `${this.#inbox}.0` });
    await this.nats.flush();
    this.#isTapped = !this.#noneAtClient0;
  }

  /** P10: a question in place of a probe. */
  async #askOne(client: number): Promise<void> {
    const question = writePresence({ kind: 'ask', by: this.client });
    try {
      this.#apply(readPresence((await this.nats.request(this.alive(client), question, { timeout: 1_000 })).data));
    } catch {
      if (!this.nats.isClosed()) this.#notSubscribed(client);
    }
  }

  #onProbeAnswer({ headers, subject, data }: Msg): void {
    if (headers?.code !== 503 || data.length > 0) return;
    const client = Number(subject.slice(this.#inbox.length + 1));
    if (client === 0) this.#noneAtClient0 = true;
    else this.#notSubscribed(client);
  }

  #notSubscribed(client: number): void {
    const other = this.others.get(client);
    if (!other || other.unreachable) return;
    if (!this.#suspects.delete(client)) {
      this.#suspects.add(client);
      this.#timers.push(setTimeout(() => this.#probeOne(client), CONFIRM_MS));
      return;
    }
    other.unreachable = true;
    this.#publish({ kind: 'unreachable', by: this.client, client, clock: other.clock });
  }
}
