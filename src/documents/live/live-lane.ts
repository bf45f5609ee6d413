/**
 * The live lane of one document (docs/PROTOCOL.md, Y2 to Y8): edits to whoever has it open, and theirs into it. What
 * is lost on the way is found and asked for. The order is `start`, `sync`, `open`; after a lost connection `pause`,
 * and once there is one again `sync`, `open`. Past 300 lines: it is where the parts of the lane meet, and holds
 * nothing of its own but their order.
 */
import { encodeStateVector, type Transaction } from 'yjs';
import type { BusMessage, BusSubscription } from '../../bus/bus.js';
import { isOfServer } from '../../bus/server-words.js';
import { matches } from '../../bus/subject.js';
import { ProtocolError, type SlateError } from '../../errors.js';
import {
  type DocumentMessage,
  decodeQuestion,
  encodeDigest,
  encodeKept,
  encodeLook,
  encodeStep2,
  encodeUpdate,
  holdsNoStructs,
} from '../../protocol/document-messages.js';
import { documentUser } from '../../protocol/document-subjects.js';
import { Repeats } from '../../repeats.js';
import { onChanges } from '../changes.js';
import { Agreement } from './agreement.js';
import { Answerer } from './answerer.js';
import { type Answer, Asker, type Outcome } from './asker.js';
import { ownDifference, partOf } from './attributed.js';
import { Digest } from './digest.js';
import { DocumentDoor } from './document-door.js';
import { Echoes } from './echoes.js';
import { Hints } from './hints.js';
import { Inbound } from './inbound.js';
import { ELSEWHERE_MS, MAX_UPDATE_BYTES } from './limits.js';
import type { LiveOptions } from './live-options.js';
import { OwnEdits } from './own-edits.js';
import { Post } from './post.js';
import { Repair } from './repair.js';
import { Sizes } from './sizes.js';
import { differenceFrom, drawClient, hasContent, isPending } from './state.js';

export class LiveLane {
  readonly #options: LiveOptions;
  readonly #repeats: Repeats;
  readonly #echoes = new Echoes();
  readonly #inbound: Inbound;
  readonly #sizes: Sizes;
  readonly #post: Post;
  readonly #door: DocumentDoor;
  readonly #digest: Digest;
  readonly #own: OwnEdits;
  readonly #asker: Asker;
  readonly #answerer: Answerer;
  readonly #repair: Repair;
  readonly #agreement: Agreement;
  readonly #hints: Hints;
  #subscriptions: BusSubscription[] = [];
  #ignoreChanges: (() => void) | undefined;
  #answersTo: { readonly client: number; readonly subscription: BusSubscription } | undefined;
  /** The client id that was claimed on this connection (Y20). */
  #claimed: number | undefined;
  #state: 'new' | 'paused' | 'joining' | 'open' | 'stopped' = 'new';
  #synced = false;
  /** Nobody answered the last question: others may have found nobody either, and have other content. */
  #alone = false;
  #cancelElsewhere: (() => void) | undefined;

  constructor(options: LiveOptions) {
    const { bus, clock, random, doc, origin, subjects, authors, readOnly, cipher } = options;
    const changed = () => this.#updateRole();
    const report = (error: SlateError) => this.#repeats.report(error);
    this.#options = options;
    this.#repeats = new Repeats(clock, (error) => options.report(error));
    this.#hints = new Hints(clock, () => options.look());
    this.#sizes = new Sizes(options.document, report);
    this.#inbound = new Inbound({
      ...{ clock, echoes: this.#echoes, cipher, report },
      take: (message, subject) => this.#receive(message, subject),
      answer: (subject, message) => this.#asker.receive(subject, message),
      progress: (received, total) => {
        this.#asker.progress();
        options.progress?.(received, total);
      },
      together: (fn) => this.#door.together(fn),
      missed: (delayMs) => this.#repair.want(delayMs),
    });
    this.#post = new Post({
      ...{ bus, random, report, seal: (bytes) => cipher?.seal(bytes) ?? bytes },
      sent: (subject, bytes) => {
        if (subject === subjects.live) this.#echoes.sent(bytes);
      },
    });
    this.#door = new DocumentDoor({
      ...{ doc, random, authors, origin, report },
      suspect: () => this.#repair.want(),
      dropped: () => options.missing?.(true),
      renamed: () => this.#renamed(),
    });
    this.#digest = new Digest(doc, clock);
    this.#own = new OwnEdits(clock, (update) => this.#publish(update));
    const question = () => ({ vector: encodeStateVector(doc), client: this.#listenForAnswers() });
    const take = (answer: Answer) => this.#take(answer);
    this.#asker = new Asker({ bus, clock, subjects, post: this.#post, question, take });
    this.#answerer = new Answerer({
      ...{ bus, clock, subjects, authors, doc, post: this.#post },
      subscribe: (subject, handler, queue) => bus.subscribe(subject, this.#expecting(subject, handler), { queue }),
      read: (message, take) => this.#inbound.read(message, (bytes) => take(decodeQuestion(bytes))),
      digest: () => this.#digestMessage(),
      answered: (bytes) => this.#sizes.state(bytes),
    });
    const heard = (outcome: Outcome) => this.#repaired(outcome);
    const dropped = (isAlone: boolean) => {
      options.missing?.(true);
      if (isAlone) this.#agreement.soon();
    };
    this.#repair = new Repair({ clock, random, doc, asker: this.#asker, changed, heard, dropped, report });
    this.#agreement = new Agreement({
      ...{ clock, random, digest: this.#digest },
      maySay: () => this.#synced && !readOnly && !isPending(doc),
      say: () => this.#post.send(subjects.live, this.#digestMessage()),
      ask: () => this.#repair.want(),
    });
  }

  /** Everything that others had when it was asked for is here (Y4). */
  get synced(): boolean {
    return this.#synced;
  }

  /**
   * Subscribes; what arrives from now on is held until `open`, also that which comes while the history is read. Throws
   * {@link ConnectionClosedError}. Idempotent.
   */
  start(): void {
    if (this.#state !== 'new' && this.#state !== 'paused') return;
    const isNew = this.#state === 'new';
    this.#state = 'joining';
    this.#inbound.hold();
    if (!isNew) return;
    this.#subscribe(this.#options.subjects.liveAll, (message) => this.#inbound.arrived(message));
    this.#claim();
    this.#listenForAnswers();
    const { doc, readOnly } = this.#options;
    const ended = () => this.#repair.look(); // the history brings edits too
    this.#ignoreChanges = onChanges(doc, { changed: this.#changed, ended, ...(!readOnly && { edited: this.#edited }) });
  }

  /** Asks what this document lacks, takes it in, and sends what the member lacks that answered. Never rejects. */
  async sync(): Promise<Outcome> {
    if (this.#state === 'new' || this.#state === 'stopped') return 'unanswered';
    this.start();
    if (this.#asker.isAsking) await this.#asker.ask(); // a question of the connection before, which just ends
    this.#claim(); // before somebody hears of the id with the question
    const outcome = await this.#asker.ask();
    this.#concluded(outcome);
    return outcome;
  }

  /** Applies what was held, and takes part from now on. Does nothing while there is no connection. */
  open(): void {
    if (this.#state !== 'joining') return;
    this.#state = 'open';
    this.#inbound.open();
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
    this.#claimed = undefined;
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

  /** Tells others how much of this session's client is in the history (Y9). */
  sayKept(client: number, clock: number): void {
    if (this.#state === 'open') this.#post.send(this.#options.subjects.live, encodeKept(client, clock));
  }

  /** Y20: the history says that the document's client id is this user's, or it is to have another one. */
  claimed(): void {
    if (this.#state === 'joining' || this.#state === 'open') this.#claim();
  }

  renew(): void {
    drawClient(this.#options.doc, this.#options.random);
  }

  /** Publishes the edits that wait, and ends. The document stays. Idempotent. */
  stop(): void {
    if (this.#state === 'stopped') return;
    this.flush();
    this.#state = 'stopped';
    this.#synced = false;
    this.#ignoreChanges?.();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#rest();
    this.#hints.stop();
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
    this.#echoes.clear();
    this.#inbound.close();
    this.#cancelElsewhere?.();
    this.#cancelElsewhere = undefined;
  }

  #subscribe(subject: string, handler: (message: BusMessage) => void): BusSubscription {
    const subscription = this.#options.bus.subscribe(subject, this.#expecting(subject, handler));
    void subscription.closed.then((error) => error && this.#repeats.report(error));
    this.#subscriptions = [...this.#subscriptions, subscription];
    return subscription;
  }

  /** A server can be made to send messages of other subjects to a subscription: what they say is not meant here. */
  #expecting(pattern: string, handler: (message: BusMessage) => void): (message: BusMessage) => void {
    const { isVerified } = this.#options.authors;
    return (message) => {
      if (isVerified && isOfServer(message)) return; // V12: nobody's word, whatever its subject says
      if (matches(pattern, message.subject)) handler(message);
      else this.#inbound.refuse(new ProtocolError('identity', `it came to who listens on ${pattern}`), message.subject);
    };
  }

  /** Says whose the document's client id is, before anybody else can know it (Y20). */
  #claim(): void {
    const { doc, authors, subjects, readOnly } = this.#options;
    if (!authors.isVerified || readOnly || this.#claimed === doc.clientID) return;
    this.#claimed = doc.clientID;
    authors.hear(doc.clientID, authors.user);
    this.#post.send(subjects.live, encodeKept(doc.clientID, 0));
  }

  #renamed(): void {
    if (this.#state !== 'paused') this.#claim();
    this.#options.renamed?.();
  }

  /** Listens where answers to this session arrive. Returns the id that the subject names, that of the document now. */
  #listenForAnswers(): number {
    const { doc, subjects, bus } = this.#options;
    const client = doc.clientID;
    if (this.#answersTo?.client === client || bus.status.type === 'closed') return client;
    this.#answersTo?.subscription.unsubscribe();
    const subscription = this.#subscribe(subjects.answersTo(client), (message) => {
      if (this.#asker.isAsking) this.#inbound.answered(message);
    });
    this.#answersTo = { client, subscription };
    return client;
  }

  // What arrives

  #receive(message: DocumentMessage, subject: string): void {
    const speaker = documentUser(subject) ?? '';
    if (message.type === 'update' || message.type === 'step2') {
      this.#door.apply(message.update, message.type === 'step2', speaker);
    } else if (message.type === 'look') this.#hints.hint();
    else if (message.type === 'kept') this.#kept(message.client, message.clock, speaker);
    else if (message.type === 'digest' && !this.#isOther(message.lineage)) this.#agreement.heard(message.digest);
  }

  /** Y20: a user speaks of own ids alone, and the first that names one has it. */
  #kept(client: number, clock: number, speaker: string): void {
    if (!this.#options.authors.hear(client, speaker)) {
      throw new ProtocolError(
        'identity',
        `${JSON.stringify(speaker)} speaks of the client id ${client} of another user`,
      );
    }
    if (clock > 0) this.#options.kept?.(client, clock);
  }

  /** Takes an answer in, and sends what the member lacks that made it. */
  #take({ subject, update, vector, digest }: Answer): boolean {
    if (this.#isOther(digest.lineage)) return false;
    try {
      const { doc, authors, readOnly } = this.#options;
      this.#takeUpdate(update, subject);
      this.#sizes.state(update.length);
      if (readOnly) return true;
      this.#own.clear(); // what waits is part of the difference
      const difference = authors.isVerified
        ? ownDifference(doc, vector, (client) => authors.isOwn(client))
        : differenceFrom(doc, vector);
      const same = isPending(this.#options.doc) || this.#digest.value === digest.digest;
      if (!holdsNoStructs(difference) || !same) this.#publish(difference);
      return true;
    } catch (error) {
      this.#inbound.refuse(error, subject);
      return false;
    }
  }

  /** Y20: without a history an answer is all there is; with one it counts for its speaker alone. */
  #takeUpdate(update: Uint8Array, subject: string): void {
    const { doc, authors, hasHistory, missing } = this.#options;
    if (!authors.isVerified || !hasHistory?.()) {
      this.#door.apply(update, true);
      return;
    }
    const speaker = documentUser(subject) ?? '';
    const theirs = partOf(update, doc, (client) => authors.isOf(client, speaker));
    this.#door.apply(theirs.update, true, speaker);
    if (theirs.isShort) missing?.(false);
  }

  /** True for a document that has another life than this one (Y16): the two are never merged. */
  #isOther(lineage: string): boolean {
    const own = this.#options.lineage() ?? '';
    if (own === '' || lineage === '' || own === lineage) return false;
    this.#hints.hint();
    return true;
  }

  // What leaves

  readonly #changed = ({ local, origin }: Transaction): void => {
    this.#digest.changed();
    this.#answerer.changed();
    this.#agreement.changed();
    if (this.#state === 'paused' || local || origin === this.#options.origin) return;
    this.#cancelElsewhere?.();
    this.#cancelElsewhere = this.#options.clock.after(ELSEWHERE_MS, () => this.#repair.want());
  };

  readonly #edited = (update: Uint8Array): void => {
    if (this.#state === 'paused') return; // Y4 brings it to others
    if (this.#sizes.mayLeave(update)) this.#own.add(update);
  };

  #publish(update: Uint8Array): void {
    const message = update.length > MAX_UPDATE_BYTES ? encodeStep2(update) : encodeUpdate(update);
    this.#post.send(this.#options.subjects.live, message);
  }

  #digestMessage(): Uint8Array {
    const { lineage, inHistory } = this.#options;
    return encodeDigest({ digest: this.#digest.value, saved: inHistory(), lineage: lineage() ?? '' });
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
