/** Members of one document on a memory bus and a virtual clock. The test says what the network does. */
import * as Y from 'yjs';
import { Authors } from '../../src/documents/authors.js';
import type { Outcome } from '../../src/documents/live/asker.js';
import { LiveLane } from '../../src/documents/live/live-lane.js';
import type { LiveOptions } from '../../src/documents/live/live-options.js';
import type { SlateError } from '../../src/errors.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';
import { type Delivery, type MemoryBus, MemoryHub } from '../../src/testing.js';
import { seeded } from './random.js';
import { VirtualClock } from './virtual-clock.js';

export const NAMED = documentSubjects('p', 'a.md');

export interface Member {
  readonly bus: MemoryBus;
  readonly doc: Y.Doc;
  readonly lane: LiveLane;
  /** Of transactions that apply what the history has. */
  readonly origin: object;
  readonly errors: SlateError[];
  /** How often it was told to look at the head. */
  readonly looks: { count: number };
  readonly text: Y.Text;
  /** Starts, asks and opens. */
  join(): Promise<Outcome>;
}

export interface LabOptions {
  readonly seed?: number;
  /** What becomes of a message; delivered at once without it. */
  readonly network?: (delivery: Delivery, send: () => void) => void;
  readonly maxPayload?: number;
}

export class LiveLab {
  readonly clock = new VirtualClock();
  readonly hub: MemoryHub;
  readonly members: Member[] = [];
  /** What was published, each once, by the third token of its subject. */
  readonly sent: { kind: string; subject: string; data: Uint8Array; by: number; at: number }[] = [];
  network: LabOptions['network'];
  readonly #seed: number;

  constructor({ seed = 1, network, maxPayload }: LabOptions = {}) {
    this.#seed = seed;
    this.network = network;
    const random = seeded(seed);
    const deliver = (delivery: Delivery, send: () => void) => (this.network ? this.network(delivery, send) : send());
    this.hub = new MemoryHub({ clock: this.clock, random, deliver, ...(maxPayload && { maxPayload }) });
  }

  member(more: Partial<LiveOptions> & { user?: string; client?: number } = {}): Member {
    const { user = '', client, ...options } = more;
    const number = this.members.length + 1;
    const doc = options.doc ?? new Y.Doc();
    doc.clientID = client ?? number;
    const bus = this.hub.connect();
    const publish = bus.publish.bind(bus);
    bus.publish = (subject, payload, options) => {
      publish(subject, payload, options);
      const data = payload as Uint8Array;
      this.sent.push({ kind: subject.split('.')[2] ?? '', subject, data, by: number, at: this.clock.now() });
    };
    const errors: SlateError[] = [];
    const looks = { count: 0 };
    const origin = {};
    const lane = new LiveLane({
      bus,
      clock: this.clock,
      random: seeded(this.#seed * 1000 + number),
      document: 'a.md',
      authors: new Authors(user),
      subjects: documentSubjects('p', 'a.md', user),
      origin,
      readOnly: false,
      lineage: () => undefined,
      inHistory: () => false,
      report: (error) => errors.push(error),
      look: () => looks.count++,
      ...options,
      doc,
    });
    const member = {
      ...{ bus, doc, lane, origin, errors, looks, text: doc.getText('t') },
      join: async () => {
        lane.start();
        const outcome = await lane.sync();
        lane.open();
        return outcome;
      },
    };
    this.members.push(member);
    return member;
  }

  /** Members that have joined, one after another. */
  async joined(count: number, more: Parameters<LiveLab['member']>[0] = {}): Promise<Member[]> {
    const joined: Member[] = [];
    for (let i = 0; i < count; i++) {
      const member = this.member(more);
      await this.clock.while(member.join());
      joined.push(member);
    }
    return joined;
  }

  /** Breaks the connection of a member. */
  lose({ bus, lane }: Member): void {
    bus.disconnect();
    lane.pause();
  }

  /** Makes it anew, and joins again. */
  async regain({ bus, lane }: Member): Promise<Outcome> {
    bus.reconnect();
    const outcome = await this.clock.while(lane.sync());
    lane.open();
    return outcome;
  }

  /** How many messages were published on subjects of this kind: `doc`, `docsync`, `docanswer`. */
  count(kind: string, firstByte?: number): number {
    return this.sent.filter((each) => each.kind === kind && (firstByte ?? each.data[0]) === each.data[0]).length;
  }

  /** Whether all documents are the same, deletions included. */
  get converged(): boolean {
    return new Set(this.members.map(({ doc }) => stateOf(doc))).size === 1;
  }
}

/** Everything of a document, for comparisons. */
export function stateOf(doc: Y.Doc): string {
  return JSON.stringify([...Y.encodeSnapshot(Y.snapshot(doc))]);
}
