/**
 * Documents on a memory hub with a model of JetStream, on a virtual clock, from a seed: people who edit, lose messages
 * and connections, come and go, while the history is compacted.
 */
import { Doc, type Text, Array as YArray, Map as YMap } from 'yjs';
import type { LiveDocument } from '../../src/documents/document.js';
import { compact } from '../../src/documents/history/compaction.js';
import { beginHead, readHead } from '../../src/documents/history/place.js';
import { beginDocument } from '../../src/documents/open.js';
import type { DocumentOptions } from '../../src/documents/types.js';
import type { SlateError } from '../../src/errors.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';
import { type Delivery, type MemoryBus, MemoryHub } from '../../src/testing.js';
import { seeded } from './random.js';
import { asStored, StreamModel } from './stream-model.js';
import { VirtualClock } from './virtual-clock.js';

export interface Person {
  readonly bus: MemoryBus;
  readonly document: LiveDocument;
  readonly doc: Doc;
  readonly errors: SlateError[];
}

const PLACE = { project: 'p1', name: 'notes' } as const;

export class DocumentsLab {
  readonly clock = new VirtualClock();
  readonly random: () => number;
  readonly hub: MemoryHub;
  readonly stream: StreamModel;
  readonly people: Person[] = [];
  /** For each client id: how many of its structs' clocks the history has acknowledged, as its session was told. */
  readonly acknowledged = new Map<number, number>();
  /** May drop or repeat a message, in place of `network`. */
  deliver: ((delivery: Delivery, send: () => void) => void) | undefined;
  /** What the network does to a message: parts of all. */
  network = { lost: 0, doubled: 0, late: 0 };

  constructor(seed: number) {
    this.random = seeded(seed);
    this.hub = new MemoryHub({
      clock: this.clock,
      random: this.random,
      deliver: (delivery, send) => this.#deliver(asStored(delivery), send),
    });
    this.stream = new StreamModel(this.hub.connect(), this.clock);
  }

  async open(options: Partial<DocumentOptions> = {}): Promise<Person> {
    const bus = this.hub.connect();
    const doc = new Doc();
    doc.clientID = Math.floor(this.random() * 2 ** 32);
    const { clock, random } = this;
    const document = beginDocument(bus, { ...PLACE, doc, clock, random, ...options }, false);
    const errors: SlateError[] = [];
    document.on('error', (error) => errors.push(error));
    document.on('status', ({ state }) => state === 'saved' && this.#remember(doc));
    const person = { bus, document, doc, errors };
    this.people.push(person);
    await this.clock.while(document.whenSynced(), 60_000);
    return person;
  }

  /** One edit of a person, chosen by the seed: text, maps, arrays, nested types. */
  edit({ doc }: Person): void {
    const pick = (count: number) => Math.floor(this.random() * count);
    const text: Text = doc.getText('text');
    const list = doc.getArray<unknown>('list');
    const map = doc.getMap<unknown>('map');
    const kind = pick(9);
    if (kind < 3) text.insert(pick(text.length + 1), 'abcdef'.slice(0, 1 + pick(6)));
    else if (kind === 3)
      text.delete(pick(text.length + 1), Math.min(2, text.length - pick(text.length + 1)) > 0 ? 1 : 0);
    else if (kind === 4) map.set(`k${pick(5)}`, pick(3) === 0 ? new YMap([['a', pick(9)]]) : pick(100));
    else if (kind === 5) list.insert(pick(list.length + 1), [pick(3) === 0 ? new YArray() : pick(100)]);
    else if (kind === 6 && list.length > 0) list.delete(pick(list.length), 1);
    else if (kind === 7) this.#editPage(doc);
    else {
      const inner = [...map.values(), ...list.toArray()].find((each) => each instanceof YMap || each instanceof YArray);
      if (inner instanceof YMap) inner.set('n', pick(9));
      else if (inner instanceof YArray) inner.push([pick(9)]);
      else map.delete(`k${pick(5)}`);
    }
  }

  /** Makes a subdocument, or edits the one that is there. */
  #editPage(doc: Doc): void {
    const pages = doc.getMap<Doc>('pages');
    const page = pages.get('page') ?? new Doc({ guid: `page ${this.random()}` });
    if (!pages.has('page')) pages.set('page', page);
    page.load();
    page.getText('text').insert(0, 'abc'.slice(0, 1 + Math.floor(this.random() * 3)));
  }

  /** Everybody looks at every subdocument. */
  loadPages(): void {
    for (const { doc } of this.people) for (const page of doc.getMap<Doc>('pages').values()) page.load();
  }

  /** The process of a person ends without a word. */
  kill(person: Person): void {
    this.people.splice(this.people.indexOf(person), 1);
    this.hub.kill(person.bus);
    void person.document.close();
  }

  async leave(person: Person): Promise<void> {
    this.people.splice(this.people.indexOf(person), 1);
    await this.clock.while(person.document.close(), 60_000);
    await person.bus.close();
  }

  /** Folds the history as a service does; what fails for a lost message is no fault. */
  async compact(): Promise<void> {
    const bus = this.hub.connect();
    const { clock, random } = this;
    const subjects = documentSubjects(PLACE.project, PLACE.name);
    const place = { bus, clock, random, subjects, document: PLACE.name, report: () => undefined };
    const work = async () => {
      const hasEntries = this.stream.kept.some(({ subject }) => subject.startsWith(subjects.log.slice(0, -1)));
      if (hasEntries && !(await readHead(place))) await beginHead(place, {}); // in verified rooms a service does
      await compact(place, { keep: 3, forbidden: {} });
    };
    await this.clock.while(
      work().catch(() => undefined),
      120_000,
    );
    await bus.close();
  }

  /** What a document contains. */
  content({ doc }: { readonly doc: Doc }): unknown {
    return {
      text: doc.getText('text').toDelta() as unknown,
      list: doc.getArray('list').toJSON(),
      map: doc.getMap('map').toJSON(),
      page: doc.getMap<Doc>('pages').get('page')?.getText('text').toJSON(),
    };
  }

  #remember(doc: Doc): void {
    const clock = doc.store.clients.get(doc.clientID)?.reduce((_, { id, length }) => id.clock + length, 0) ?? 0;
    this.acknowledged.set(doc.clientID, Math.max(clock, this.acknowledged.get(doc.clientID) ?? 0));
  }

  #deliver(delivery: Delivery, send: () => void): void {
    if (this.deliver) {
      this.deliver(delivery, send);
      return;
    }
    const { lost, doubled, late } = this.network;
    const chance = this.random();
    if (chance < lost) return;
    if (chance < lost + doubled) send();
    if (this.random() < late) this.clock.after(this.random() * 300, send);
    else send();
  }
}
