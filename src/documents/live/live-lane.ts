/**
 * The live lane of one document (docs/PROTOCOL.md, Y2 to Y8): edits to whoever has it open, and theirs into it. What is
 * lost on the way is found and asked for. The order is `start`, `sync`, `open`; after a lost connection `pause`, and
 * once there is one again `sync`, `open`. Past 300 lines: it is where the parts of the lane meet, and nothing else.
 */
import { type Doc, decodeUpdate, encodeStateVector, type Transaction } from 'yjs';
import type { Bus, BusMessage, BusSubscription } from '../../bus/bus.js';
import type { Clock, Random } from '../../clock.js';
import { ProtocolError, SlateError } from '../../errors.js';
import {
  type DocumentMessage,
  decodeDocumentMessage,
  decodeQuestion,
  encodeDigest,
  encodeLook,
  encodeStep2,
  encodeUpdate,
  holdsNoStructs,
} from '../../protocol/document-messages.js';
import type { Part } from '../../protocol/document-parts.js';
import type { DocumentSubjects } from '../../protocol/document-subjects.js';
import { Repeats } from '../../repeats.js';
import { DocumentTooLargeError } from '../errors.js';
import { Agreement } from './agreement.js';
import { Answerer } from './answerer.js';
import { type Answer, Asker, type Outcome } from './asker.js';
import { Assembly } from './assembly.js';
import { Digest } from './digest.js';
import { DocumentDoor } from './document-door.js';
import { Echoes } from './echoes.js';
import { type Arrived, Intake, isShared } from './intake.js';
import { ELSEWHERE_MS, LOOK_MS, MAX_STATE_BYTES, MAX_UPDATE_BYTES, QUIET_MS, SOFT_STATE_BYTES } from './limits.js';
import { OwnEdits } from './own-edits.js';
import { Post } from './post.js';
import { Repair } from './repair.js';
import { Serial } from './serial.js';
import { differenceFrom, hasContent, isPending } from './state.js';

/** Seals and opens the payloads of one document's live lane (Y21). */
export interface LiveCipher {
  seal(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  open(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface LiveOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly doc: Doc;
  /** The name of the document, for errors. */
  readonly document: string;
  readonly subjects: DocumentSubjects;
  /** The origin of transactions that apply what was received, here or from the history. */
  readonly origin: object;
  /** Y19: publishes nothing but questions. */
  readonly readOnly: boolean;
  /** Y16; `undefined` while it is not known, and without a history. */
  lineage(): string | undefined;
  /** Everything in the document is in the history. */
  inHistory(): boolean;
  report(error: SlateError): void;
  /** How many bytes of a large answer have arrived, of how many. */
  progress?(received: number, total: number): void;
  /** Somebody says that the head has moved, or has a document of another lineage. Called once in 5 s at most. */
  look(): void;
  /** `synced` has changed while the lane was open. */
  changed?(): void;
  readonly cipher?: LiveCipher | undefined;
}

/** How many messages that were held are applied in one transaction. */
const SLICE = 100;

export class LiveLane {
  readonly #options: LiveOptions;
  readonly #repeats: Repeats;
  readonly #echoes = new Echoes();
  readonly #intake: Intake;
  readonly #post: Post;
  readonly #door: DocumentDoor;
  readonly #digest: Digest;
  readonly #own: OwnEdits;
  readonly #asker: Asker;
  readonly #answerer: Answerer;
  readonly #repair: Repair;
  readonly #agreement: Agreement;
  readonly #assembly: Assembly;
  readonly #answers: Assembly;
  /** Opens what arrives, in order. */
  readonly #inbound: Serial;
  #subscriptions: BusSubscription[] = [];
  #answersTo: { readonly client: number; readonly subscription: BusSubscription } | undefined;
  #state: 'new' | 'paused' | 'joining' | 'open' | 'stopped' = 'new';
  #synced = false;
  /** Nobody answered the last question: others may have found nobody either, and have other content. */
  #alone = false;
  #saidLarge = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #cancelLook: (() => void) | undefined;
  #cancelElsewhere: (() => void) | undefined;

  constructor(options: LiveOptions) {
    const { bus, clock, random, doc, origin, subjects, readOnly, cipher } = options;
    const changed = () => this.#updateRole();
    const report = (error: SlateError) => this.#repeats.report(error);
    this.#options = options;
    this.#repeats = new Repeats(clock, (error) => options.report(error));
    this.#intake = new Intake(clock);
    this.#inbound = new Serial((error) => this.#refuse(error, subjects.liveAll));
    this.#post = new Post({ bus, random, echoes: this.#echoes, report, seal: (bytes) => cipher?.seal(bytes) ?? bytes });
    this.#door = new DocumentDoor({ doc, random, origin, report, suspect: () => this.#repair.want() });
    this.#digest = new Digest(doc, clock);
    this.#own = new OwnEdits(clock, (update) => this.#publish(update));
    const question = () => ({ vector: encodeStateVector(doc), client: this.#listenForAnswers() });
    const take = (answer: Answer) => this.#take(answer);
    this.#asker = new Asker({ bus, clock, subjects, post: this.#post, question, take });
    this.#answerer = new Answerer({
      ...{ bus, clock, subjects, doc, post: this.#post },
      read: (message, take) => this.#read(message, (bytes) => take(decodeQuestion(bytes))),
      digest: () => this.#digestMessage(),
      answered: (bytes) => this.#checkState(bytes),
    });
    const heard = (outcome: Outcome) => this.#repaired(outcome);
    const dropped = () => this.#agreement.soon();
    this.#repair = new Repair({ clock, random, doc, asker: this.#asker, changed, heard, dropped, report });
    this.#agreement = new Agreement({
      ...{ clock, random, digest: this.#digest },
      maySay: () => this.#synced && !readOnly && !isPending(doc),
      say: () => this.#post.send(subjects.live, this.#digestMessage()),
      ask: () => this.#repair.want(),
    });
    this.#assembly = new Assembly({ clock, stalled: () => this.#repair.want() });
    this.#answers = new Assembly({ clock, stalled: () => undefined });
  }

  /** Everything that others had when it was asked for is here (Y4). */
  get synced(): boolean {
    return this.#synced;
  }

  /** Subscribes; what arrives is held until `open`. Throws {@link ConnectionClosedError}. Idempotent. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'joining';
    this.#subscribe(this.#options.subjects.liveAll, (message) => this.#arrived(message));
    this.#listenForAnswers();
    this.#options.doc.on('update', this.#onUpdate);
  }

  /** Asks what this document lacks, takes it in, and sends what the member lacks that answered. Never rejects. */
  async sync(): Promise<Outcome> {
    if (this.#state === 'new' || this.#state === 'stopped') return 'unanswered';
    if (this.#state === 'paused') this.#state = 'joining';
    const outcome = await this.#asker.ask();
    this.#concluded(outcome);
    return outcome;
  }

  /** Applies what was held, and takes part from now on. Does nothing while there is no connection. */
  open(): void {
    if (this.#state !== 'joining') return;
    this.#state = 'open';
    this.#applyHeld();
    this.#own.open();
    this.#repair.open();
    this.#agreement.open();
    this.#updateRole();
    if (!this.#synced) this.#repair.want(ELSEWHERE_MS);
    else if (this.#alone && hasContent(this.#options.doc)) this.#agreement.soon();
  }

  /** The connection is gone (Y8). Edits stay in the document. */
  pause(): void {
    if (this.#state !== 'joining' && this.#state !== 'open') return;
    this.#state = 'paused';
    this.#setSynced(false);
    this.#rest();
  }

  /** Publishes the edits that wait. */
  flush(): void {
    this.#own.flush();
  }

  /** Tells others that the head has moved (Y15, Y17). */
  sayLook(): void {
    if (!this.#options.readOnly) this.#post.send(this.#options.subjects.live, encodeLook());
  }

  /** Publishes the edits that wait, and ends. The document stays. Idempotent. */
  stop(): void {
    if (this.#state === 'stopped') return;
    this.flush();
    this.#state = 'stopped';
    this.#synced = false;
    this.#options.doc.off('update', this.#onUpdate);
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#answersTo?.subscription.unsubscribe();
    this.#rest();
    this.#cancelLook?.();
    this.#repeats.stop();
  }

  #rest(): void {
    this.#own.hold();
    this.#own.clear();
    this.#asker.stop();
    this.#repair.pause();
    this.#agreement.pause();
    this.#updateRole();
    if (this.#state === 'paused') this.#post.clear(); // while it ends, what was said last may still leave
    for (const part of [this.#echoes, this.#intake, this.#inbound, this.#assembly, this.#answers]) part.clear();
    this.#cancelElsewhere?.();
    this.#cancelElsewhere = undefined;
  }

  #subscribe(subject: string, handler: (message: BusMessage) => void): BusSubscription {
    const subscription = this.#options.bus.subscribe(subject, handler);
    void subscription.closed.then((error) => error && this.#repeats.report(error));
    this.#subscriptions = [...this.#subscriptions, subscription];
    return subscription;
  }

  /** Listens where answers to this session arrive. Returns the id that the subject names, that of the document now. */
  #listenForAnswers(): number {
    const { doc, subjects, bus } = this.#options;
    const client = doc.clientID;
    if (this.#answersTo?.client === client || bus.status.type === 'closed') return client;
    this.#answersTo?.subscription.unsubscribe();
    const subscription = this.#subscribe(subjects.answersTo(client), (message) => {
      if (this.#asker.isAsking) this.#read(message, (bytes) => this.#answer(message.subject, bytes));
    });
    this.#answersTo = { client, subscription };
    return client;
  }

  // What arrives

  #arrived(message: BusMessage): void {
    const { subject, data } = message;
    if (this.#state === 'paused' || this.#echoes.isOwn(data)) return;
    if (this.#state !== 'open') {
      this.#intake.hold({ subject, data });
      return;
    }
    try {
      this.#intake.count({ subject, data });
    } catch (error) {
      this.#refuse(error, subject);
      this.#repair.want(QUIET_MS);
      return;
    }
    this.#read(message, (bytes) => this.#receive(subject, bytes));
  }

  /** Opens a payload, and hands it on; what is wrong with it is one event. */
  #read({ subject, data }: Arrived, take: (bytes: Uint8Array) => void): void {
    const attempt = (bytes: Uint8Array) => {
      try {
        if (this.#state !== 'paused' && this.#state !== 'stopped') take(bytes);
      } catch (error) {
        this.#refuse(error, subject);
      }
    };
    const { cipher } = this.#options;
    if (!cipher) {
      attempt(data);
      return;
    }
    this.#inbound.run(async () => {
      try {
        attempt(await cipher.open(data));
      } catch (cause) {
        this.#refuse(new ProtocolError('bytes', 'a message cannot be opened', { cause }), subject);
      }
    });
  }

  #receive(subject: string, bytes: Uint8Array): void {
    const message = decodeDocumentMessage(bytes);
    if (message.type === 'part') {
      const whole = this.#assembly.add(subject, message.part, isShared(subject));
      if (whole) this.#receiveWhole(wholeMessage(whole));
    } else this.#receiveWhole(message);
  }

  #receiveWhole(message: DocumentMessage): void {
    if (message.type === 'update' || message.type === 'step2') {
      this.#door.apply(message.update, message.type === 'step2');
      this.#repair.look();
    } else if (message.type === 'look') this.#hint();
    else if (message.type === 'digest' && !this.#isOther(message.lineage)) this.#agreement.heard(message.digest);
  }

  #applyHeld(): void {
    const { messages, complete } = this.#intake.takeHeld();
    const receive = (each: Arrived) => this.#read(each, (bytes) => this.#receive(each.subject, bytes));
    for (let at = 0; at < messages.length; at += SLICE) {
      this.#door.together(() => messages.slice(at, at + SLICE).forEach(receive));
    }
    if (!complete) this.#repair.want();
  }

  #answer(subject: string, bytes: Uint8Array): void {
    const message = decodeDocumentMessage(bytes);
    if (message.type !== 'part') {
      this.#asker.receive(subject, message);
      return;
    }
    this.#asker.progress();
    const whole = this.#answers.add(subject, message.part, isShared(subject));
    this.#tellProgress(subject, message.part);
    if (whole) this.#asker.receive(subject, wholeMessage(whole));
  }

  #tellProgress(subject: string, part: Part): void {
    this.#options.progress?.(this.#answers.received(subject, part), part.total);
  }

  /** Takes an answer in, and sends what the member lacks that made it. */
  #take({ subject, update, vector, digest }: Answer): boolean {
    if (this.#isOther(digest.lineage)) return false;
    try {
      this.#door.apply(update, true);
      this.#checkState(update.length);
      if (this.#options.readOnly) return true;
      this.#own.clear(); // what waits is part of the difference
      const difference = differenceFrom(this.#options.doc, vector);
      const same = isPending(this.#options.doc) || this.#digest.value === digest.digest;
      if (!holdsNoStructs(difference) || !same) this.#publish(difference);
      return true;
    } catch (error) {
      this.#refuse(error, subject);
      return false;
    }
  }

  /** True for a document that has another life than this one (Y16): the two are never merged. */
  #isOther(lineage: string): boolean {
    const own = this.#options.lineage() ?? '';
    if (own === '' || lineage === '' || own === lineage) return false;
    this.#hint();
    return true;
  }

  #hint(): void {
    const { clock, look } = this.#options;
    if (this.#cancelLook) return;
    const run = () => {
      this.#cancelLook = undefined;
      this.#lookedAt = clock.now();
      look();
    };
    const wait = this.#lookedAt + LOOK_MS - clock.now();
    if (wait <= 0) run();
    else this.#cancelLook = clock.after(wait, run);
  }

  #refuse(error: unknown, subject: string): void {
    const refused = error instanceof SlateError ? error : new ProtocolError('shape', String(error), { cause: error });
    if (refused instanceof ProtocolError) refused.subject ||= subject;
    this.#repeats.report(refused);
  }

  // What leaves

  readonly #onUpdate = (update: Uint8Array, origin: unknown, _: Doc, { local }: Transaction): void => {
    const { clock, readOnly } = this.#options;
    this.#digest.changed();
    this.#answerer.changed();
    this.#agreement.changed();
    if (this.#state === 'paused') return; // Y4 brings it to others
    if (local) {
      if (!readOnly && this.#isSmallEnough(update)) this.#own.add(update);
    } else if (origin !== this.#options.origin) {
      this.#cancelElsewhere?.();
      this.#cancelElsewhere = clock.after(ELSEWHERE_MS, () => this.#repair.want());
    }
  };

  /** An edit may be as large as a document, but for one that is a single piece: nothing smaller would bring it. */
  #isSmallEnough(update: Uint8Array): boolean {
    const { length } = update;
    if (length <= MAX_UPDATE_BYTES) return true;
    const limit =
      length <= MAX_STATE_BYTES && decodeUpdate(update).structs.length > 1 ? MAX_STATE_BYTES : MAX_UPDATE_BYTES;
    if (length <= limit) return true;
    this.#repeats.report(new DocumentTooLargeError(this.#options.document, length, limit));
    return false;
  }

  #publish(update: Uint8Array): void {
    const message = update.length > MAX_UPDATE_BYTES ? encodeStep2(update) : encodeUpdate(update);
    this.#post.send(this.#options.subjects.live, message);
  }

  #digestMessage(): Uint8Array {
    const { lineage, inHistory } = this.#options;
    return encodeDigest({ digest: this.#digest.value, saved: inHistory(), lineage: lineage() ?? '' });
  }

  /** Reports a document that grows large, once. */
  #checkState(bytes: number): void {
    if (bytes <= SOFT_STATE_BYTES || this.#saidLarge) return;
    this.#saidLarge = true;
    this.#repeats.report(new DocumentTooLargeError(this.#options.document, bytes, SOFT_STATE_BYTES));
  }

  // What others may expect of this session

  #concluded(outcome: Outcome): void {
    this.#alone = outcome === 'alone';
    if (outcome !== 'unanswered' && this.#state !== 'paused' && this.#state !== 'stopped') this.#setSynced(true);
  }

  #repaired(outcome: Outcome): boolean {
    this.#concluded(outcome);
    return outcome !== 'unanswered';
  }

  #setSynced(synced: boolean): void {
    if (this.#synced === synced) return;
    this.#synced = synced;
    this.#updateRole();
    if (this.#state === 'open') this.#options.changed?.();
  }

  /** Only those answer who have joined, may write, and lack nothing. */
  #updateRole(): void {
    this.#answerer.isReady =
      this.#state === 'open' && this.#synced && !this.#options.readOnly && !this.#repair.isLacking;
  }
}

/** Y5: the whole of several parts is a message of the sync protocol. */
function wholeMessage(whole: Uint8Array): DocumentMessage {
  const message = decodeDocumentMessage(whole);
  if (message.type === 'update' || message.type === 'step2' || message.type === 'step1') return message;
  throw new ProtocolError('bytes', `the whole of several parts is a ${message.type}`);
}
