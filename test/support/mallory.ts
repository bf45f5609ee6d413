/**
 * A writer of a verified room who means harm: what it can publish under its own name, which is all that the server
 * lets it do (V6). It reads along: it knows what the others have made, and a client id from the moment at which
 * somebody names it.
 */
import { applyUpdate, Doc, decodeUpdate, encodeStateAsUpdate, encodeStateAsUpdateV2, encodeStateVector } from 'yjs';
import type { Bus } from '../../src/bus/bus.js';
import { randomId } from '../../src/id.js';
import { encodeClaim, encodeUpdate } from '../../src/protocol/document-history.js';
import {
  type DocumentMessage,
  decodeDocumentMessage,
  encodeDigest,
  encodeKept,
  encodeUpdate as encodeLive,
  encodeLook,
  encodeStep1,
  encodeStep2,
} from '../../src/protocol/document-messages.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';

/** What is in every text that it puts into the mouth of others. */
export const FORGED = 'forged';

export class Mallory {
  readonly #bus: Bus;
  readonly #subjects;
  readonly #random: () => number;
  readonly #heard = new Set<number>();
  /** A client id that nobody has, of its own. */
  readonly own: number;

  constructor(bus: Bus, user: string, random: () => number, project = 'p1', name = 'notes') {
    this.#bus = bus;
    this.#subjects = documentSubjects(project, name, user);
    this.#random = random;
    this.own = Math.floor(random() * 2 ** 32);
    bus.subscribe(this.#subjects.liveAll, ({ data }) => this.#listen(decodeDocumentMessage(data)));
  }

  /** One attack on whoever has this document open, chosen by chance; none on who has not been heard of. */
  attack(victim: Doc): void {
    if (!this.#heard.has(victim.clientID)) return;
    const all = [this.live, this.log, this.mixed, this.kept, this.claim, this.answer, this.noise];
    all[Math.floor(this.#random() * all.length)]?.call(this, victim);
  }

  /** An edit on the live lane under the victim's client id. */
  live(victim: Doc): void {
    this.#bus.publish(this.#subjects.live, encodeLive(this.#forge(victim, victim.clientID).update));
  }

  /** The same in the log. */
  log(victim: Doc): void {
    this.#store(encodeUpdate(this.#forge(victim, victim.clientID).updateV2));
  }

  /** An edit under its own id, with one under the victim's, in both lanes. */
  mixed(victim: Doc): void {
    const copy = copyOf(victim, this.own);
    const before = encodeStateVector(copy);
    copy.getText('text').insert(0, FORGED);
    copy.clientID = victim.clientID;
    copy.getText('text').insert(0, FORGED);
    this.#bus.publish(this.#subjects.live, encodeLive(encodeStateAsUpdate(copy, before)));
    this.#store(encodeUpdate(encodeStateAsUpdateV2(copy, before)));
  }

  /** Says that the victim's edits are saved. */
  kept(victim: Doc): void {
    this.#bus.publish(this.#subjects.live, encodeKept(victim.clientID, 1 + Math.floor(this.#random() * 100)));
  }

  /** Takes the victim's client id. */
  claim(victim: Doc): void {
    this.#bus.publish(this.#subjects.live, encodeKept(victim.clientID, 0));
    this.#store(encodeClaim(victim.clientID));
  }

  /** An answer that nobody has asked for, with an edit of the victim's that it never made, to everybody. */
  answer(victim: Doc): void {
    const { update, vector } = this.#forge(victim, victim.clientID);
    for (let n = 0; n < 4; n++) {
      const to = this.#subjects.answer(victim.clientID, `user ${n}`);
      this.#bus.publish(to, encodeStep2(update));
      this.#bus.publish(to, encodeStep1(vector));
      this.#bus.publish(to, encodeDigest({ digest: '0123456789abcdef', saved: true, lineage: '' }));
    }
  }

  /** Digests and hints that mean nothing. */
  noise(): void {
    const digest = Array.from({ length: 16 }, () => Math.floor(this.#random() * 16).toString(16)).join('');
    this.#bus.publish(this.#subjects.live, encodeDigest({ digest, saved: true, lineage: '' }));
    this.#bus.publish(this.#subjects.live, encodeLook());
  }

  #listen(message: DocumentMessage): void {
    if (message.type === 'kept') this.#heard.add(message.client);
    else if (message.type === 'update') {
      for (const { id } of decodeUpdate(message.update).structs) this.#heard.add(id.client);
    }
  }

  #store(entry: Uint8Array): void {
    const headers = { 'Nats-Msg-Id': randomId(this.#random) };
    this.#bus.publish(this.#subjects.log, entry, { headers });
  }

  /** What `client` would have to say to have typed something behind all it has made. */
  #forge(victim: Doc, client: number): { update: Uint8Array; updateV2: Uint8Array; vector: Uint8Array } {
    const copy = copyOf(victim, client);
    const before = encodeStateVector(copy);
    copy.getText('text').insert(0, FORGED);
    const vector = encodeStateVector(copy);
    return { update: encodeStateAsUpdate(copy, before), updateV2: encodeStateAsUpdateV2(copy, before), vector };
  }
}

function copyOf(victim: Doc, client: number): Doc {
  const copy = new Doc();
  applyUpdate(copy, encodeStateAsUpdate(victim));
  copy.clientID = client;
  return copy;
}
