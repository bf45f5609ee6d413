/**
 * W3: what others do in the room's own document, as their edits and their carets in it show, whatever editor they use:
 * whose client writes is typing, how much they have selected, and in which line they are.
 */
import type { Awareness } from 'y-protocols/awareness';
import {
  type AbsolutePosition,
  createAbsolutePositionFromRelativePosition,
  createRelativePositionFromJSON,
  type Doc,
  getState,
  type Transaction,
  XmlText,
  Text as YText,
} from 'yjs';
import type { Clock } from '../clock.js';
import { MAX_WORK } from '../protocol/limits.js';
import { isRelativePosition } from '../protocol/relative-position.js';
import { TYPING_MS, type Work } from '../protocol/work.js';

/** Carets are looked at this often, in milliseconds: finding a position takes as long as the text is. */
const LOOK_MS = 500;
/** Of so many people at once; the others are looked at when their caret moves. */
const MOST = 100;
/** The lines of a longer text are not counted, in characters. */
const MAX_TEXT = 200_000;

export interface WorksOptions {
  readonly doc: Doc;
  readonly awareness: Awareness;
  readonly clock: Pick<Clock, 'after'>;
  /** False while what arrives was written earlier. */
  isSynced(): boolean;
  /** Called when what a client does is another than before. */
  show(client: number, work: Work | undefined): void;
}

type State = Record<string, unknown>;
/** The line ends of each text that was looked at: their positions, in order. */
type LineEnds = Map<YText, readonly number[]>;

export class Works {
  readonly #options: WorksOptions;
  readonly #shown = new Map<number, Work>();
  /** What ends the typing of a client. */
  readonly #typing = new Map<number, () => void>();
  readonly #due = new Set<number>();
  #cancel: (() => void) | undefined;

  constructor(options: WorksOptions) {
    this.#options = options;
    const { doc, awareness } = options;
    doc.on('afterTransaction', this.#edited);
    awareness.on('change', this.#moved);
  }

  stop(): void {
    const { doc, awareness } = this.#options;
    doc.off('afterTransaction', this.#edited);
    awareness.off('change', this.#moved);
    this.#cancel?.();
    for (const cancel of this.#typing.values()) cancel();
  }

  readonly #edited = ({ local, doc, beforeState, changed }: Transaction): void => {
    if (changed.size === 0) return;
    const others = [...this.#options.awareness.getStates().keys()].filter((client) => client !== doc.clientID);
    if (!local && this.#options.isSynced()) {
      for (const client of others)
        if (getState(doc.store, client) > (beforeState.get(client) ?? 0)) this.#types(client);
    }
    for (const client of others.slice(0, MOST)) this.#look(client); // their carets may be in other lines now
  };

  readonly #moved = ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>): void => {
    for (const client of [...added, ...updated]) this.#look(client);
    for (const client of removed) {
      this.#typing.get(client)?.();
      this.#typing.delete(client);
      this.#show(client, undefined);
    }
  };

  #types(client: number): void {
    this.#typing.get(client)?.();
    const end = () => {
      this.#typing.delete(client);
      this.#look(client);
    };
    this.#typing.set(client, this.#options.clock.after(TYPING_MS, end));
  }

  #look(client: number): void {
    if (client === this.#options.doc.clientID) return;
    this.#due.add(client);
    this.#cancel ??= this.#options.clock.after(LOOK_MS, () => {
      this.#cancel = undefined;
      const ends: LineEnds = new Map();
      const states = this.#options.awareness.getStates();
      for (const one of this.#due) {
        const state = states.get(one);
        this.#show(one, state && this.#workOf(one, state, ends));
      }
      this.#due.clear();
    });
  }

  #workOf(client: number, state: State, ends: LineEnds): Work | undefined {
    const caret = caretOf(state);
    const anchor = this.#find(caret?.anchor);
    const head = this.#find(caret?.head);
    const selected = anchor && head?.type === anchor.type ? Math.abs(head.index - anchor.index) : 0;
    const line = head && lineOf(head, ends);
    const work: Work = {
      ...(this.#typing.has(client) && { typing: true }),
      ...(selected > 0 && selected <= MAX_WORK && { selected }),
      ...(line && { line }),
    };
    return Object.keys(work).length > 0 ? work : undefined;
  }

  /** Peers choose the positions: one that this document does not have is nowhere, and makes nothing in it. */
  #find(position: unknown): AbsolutePosition | undefined {
    const { doc } = this.#options;
    if (!isRelativePosition(position) || (position.tname != null && !doc.share.has(position.tname))) return undefined;
    try {
      return createAbsolutePositionFromRelativePosition(createRelativePositionFromJSON(position), doc) ?? undefined;
    } catch {
      return undefined; // its type is the id of something else
    }
  }

  #show(client: number, work: Work | undefined): void {
    const before = this.#shown.get(client);
    if (JSON.stringify(before) === JSON.stringify(work)) return;
    if (work) this.#shown.set(client, work);
    else this.#shown.delete(client);
    this.#options.show(client, work);
  }
}

/** Where editors have the caret: most write `cursor`, Monaco and Slate `selection`, Lexical the state itself. */
function caretOf(state: State): { anchor: unknown; head: unknown } | undefined {
  const { cursor, selection, anchorPos, focusPos } = state;
  for (const one of [cursor, selection]) {
    if (typeof one !== 'object' || one === null) continue;
    const { anchor, head, focus } = one as State;
    return { anchor, head: head ?? focus };
  }
  return anchorPos && focusPos ? { anchor: anchorPos, head: focusPos } : undefined;
}

/** From 1 on; undefined where lines mean nothing: in rich text a paragraph is no line. */
function lineOf({ type, index }: AbsolutePosition, known: LineEnds): number | undefined {
  if (!(type instanceof YText) || type instanceof XmlText || type.length > MAX_TEXT) return undefined;
  let ends = known.get(type);
  if (!ends) {
    const text = type.toString();
    if (text.length !== type.length) return undefined; // there are other things in it
    ends = Array.from(text.matchAll(/\n/g), (end) => end.index);
    known.set(type, ends);
  }
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) < index) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
