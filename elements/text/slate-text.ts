import { css, LitElement, type PropertyValues } from 'lit';
import type { Doc } from 'yjs';
import { OptionError, type Room, SlateError } from '../../src/index.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { byId } from '../controllers/room-element.js';
import { SlateErrorEvent } from '../shared/room-events.js';
import { sharedText, shareText } from '../shared/shared-text.js';
import { isInPrivate, PRIVATE } from '../surface/private.js';
import { Binding } from './binding.js';
import { difference } from './difference.js';
import { fieldOf } from './field-of.js';
import { seed } from './seed.js';

/** Each of these may make another element the target, or another kind of it. */
const WATCHED = ['id', 'type', 'contenteditable', 'autocomplete', PRIVATE];

/** What a room tells of its document, where it has one that is kept. */
interface Documents {
  readonly status: { readonly synced: boolean };
  on(type: 'status', fn: () => void): () => void;
}

/**
 * Shares the text of a `textarea`, of an `input` (`text`, `search` or `tel`) or of an element with `contenteditable`,
 * which may be anywhere in the document, now or later. It has no look of its own.
 *
 * The text is one of the room's document, a `Y.Text`, and what it holds replaces what the page wrote into the field:
 * so put a first content there only together with `seed`. Others' carets do not move one's own, and undo takes back
 * what one has written oneself. What others write reaches the page as `input` events, which are not `isTrusted`. A
 * value that a script sets is shared with the next event of the field. A field that is read only or disabled shows what
 * others write, and shares nothing.
 *
 * A field of one line does not show the line ends of a text. An element with `contenteditable` holds plain text, with
 * `\n` for line ends: it gets `white-space: pre-wrap`, and no formats. Fields for passwords and payments, and
 * those with `data-slate-private`, are refused.
 *
 * @summary Shares the text of a field.
 *
 * @fires {SlateErrorEvent} slate-error - The field cannot be shared; `event.error` says why.
 */
export class SlateText extends LitElement {
  static override styles = css`:host{display:none}`;
  static override properties = {
    for: { reflect: true },
    name: { reflect: true },
    seed: { type: Boolean, reflect: true },
    room: {},
    doc: { attribute: false },
  };

  readonly #room: RoomController = new RoomController(
    this,
    (room) => this.#heed(room),
    () => !this.doc,
  );
  readonly #observer: MutationObserver | undefined;
  #binding: Binding | undefined;
  #connecting = false;
  /** What the target held when it was found, and whether it has been shared since. */
  #initial: { readonly target: Element; readonly value: string; isPast: boolean } | undefined;
  /** The last error that was told, so that each is told once. */
  #told = '';

  /** The id of the field, in the same shadow root or in the document. */
  declare for: string | null | undefined;
  /** The name of the text in the document. Default: that of `for`. */
  declare name: string | null | undefined;
  /**
   * What the field holds becomes the first content of a text that nobody has written to. Where several pages begin with
   * the same, it is there once.
   */
  declare seed: boolean | undefined;
  /**
   * A room, or the id of a `<slate-room>` anywhere in the document. Default: the `<slate-room>` around this element.
   */
  declare room: RoomSource;
  /** The document, in place of that of the room. Others then see no caret. */
  declare doc: Doc | null | undefined;

  constructor() {
    super();
    // In Node there is no page to watch.
    if (typeof MutationObserver !== 'undefined') this.#observer = new MutationObserver(() => this.#connect());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const options = { childList: true, subtree: true, attributeFilter: WATCHED };
    for (const root of new Set([this.getRootNode(), document])) this.#observer?.observe(root, options);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#stop();
  }

  protected override updated(_: PropertyValues): void {
    this.#connect();
  }

  /** Binds what is there now, unless it is bound already. */
  #connect(): void {
    // To seed a text changes the status of its document, which asks for this again.
    if (this.#connecting) return;
    this.#connecting = true;
    this.#connectOnce();
    this.#connecting = false;
  }

  #connectOnce(): void {
    const target = this.isConnected && this.for ? byId(this, this.for) : null;
    const room = this.doc ? null : this.#room.room;
    const doc = this.doc ?? room?.doc;
    const name = this.name || this.for || '';
    const { field, text } = this.#binding ?? {};
    try {
      const now = target && !isInPrivate(target) && doc?.getText(name);
      if (field && field.element === target && text === now && fieldOf(target)?.constructor === field.constructor)
        return;
      this.#stop();
      if (target && doc) this.#bind(target, doc, name, room);
      else if (room && !doc) throw new OptionError('doc', 'is missing: the room has no document');
    } catch (problem) {
      this.#report(problem);
    }
  }

  #bind(target: Element, doc: Doc, name: string, room: Room | null): void {
    const tag = `<${target.localName} id="${target.id}">`;
    if (isInPrivate(target)) throw new OptionError('for', `names ${tag}, which is private: its text is never shared`);
    const field = fieldOf(target);
    if (!field) throw new OptionError('for', `names ${tag}, which is no field of plain text`);
    if (sharedText(target)) throw new OptionError('for', `names ${tag}, which another <slate-text> shares`);
    const text = doc.getText(name);
    if (this.#initial?.target !== target) this.#initial = { target, value: field.value, isPast: false };
    const { value, isPast } = this.#initial;
    if (this.seed) {
      const { documents } = (room ?? {}) as { documents?: Documents };
      if (text.length === 0 && documents?.status.synced === false) return; // It may have content elsewhere.
      const typed = isPast ? undefined : difference(value, field.value);
      if (text.length === 0 && value) seed(doc, name, value);
      if (typed) text.insert(text.length, typed.insert);
    }
    this.#initial.isPast = true;
    this.#binding = new Binding(field, text, room?.awareness);
    shareText(target, this.#binding);
    this.#told = '';
  }

  #stop(): void {
    const binding = this.#binding;
    if (!binding) return;
    this.#binding = undefined;
    binding.stop();
    shareText(binding.field.element, undefined);
  }

  /** Looks again when the document of this room has been synced. */
  #heed(room: Room): readonly (() => void)[] {
    const { documents } = room as { documents?: Documents };
    return documents ? [documents.on('status', () => this.#connect())] : [];
  }

  #report(problem: unknown): void {
    const error = problem instanceof SlateError ? problem : new SlateError(String(problem), { cause: problem });
    if (error.message === this.#told) return;
    this.#told = error.message;
    this.dispatchEvent(new SlateErrorEvent(error));
    console.warn('<slate-text>:', error.message, this);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-text': SlateText;
  }
}
