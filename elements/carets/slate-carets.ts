import { css, LitElement } from 'lit';
import type { RoomSource } from '../controllers/room-controller.js';
import { loadPart } from '../shared/load-part.js';
import type { Carets } from './carets.js';

/**
 * Shows the carets of the others, what they have selected and their names, in a `textarea`, an `input` (`text`,
 * `search`, `tel` or `url`) or an element with `contenteditable`, which may be anywhere in the document, now or
 * later; and tells them where one's own is. It has no place in the page, receives no pointer events, and touches
 * neither the text of the field nor its caret, its selection and its undo.
 *
 * The text of the field may be shared or not. With `<slate-text for="…">` for the same field, carets move with the
 * text, also those of people who write the same text in an editor such as CodeMirror. Without it everyone has a text of
 * their own: then a caret is shown where this page has the same words around it, and fades where it has not.
 *
 * Fields for passwords, payments and codes, and those with `data-slate-private`, are told of by nobody, and neither
 * is a password that is shown in clear. Others learn marks of the few letters around one's caret, never
 * these themselves. Who hides their pointer hides their caret, too, and what the viewer chooses for pointers counts for
 * carets.
 *
 * @summary Everyone's carets in a field.
 *
 * @csspart caret - The caret of one session; `data-user`, `data-client`, `data-status` (active, idle, away, stale).
 * @csspart selection - A piece of what a session has selected: one for each line.
 * @csspart name - The name at a caret, with the same attributes; `data-mark` (1 to 3) where more than twelve are here.
 *
 * @fires {SlateErrorEvent} slate-error - The field has no caret; `event.error` says why.
 *
 * @cssprop [--slate-cursor-rim=white] - Colour of the light edge of a caret, and of the rim of a name.
 * @cssprop [--slate-cursor-line=#000b] - Colour of the dark edge of a caret, and of the line around a name.
 * @cssprop [--slate-name-fade=4s] - How long a name is shown after its caret has come to rest.
 * @cssprop [--slate-radius=10px] - Corners of names.
 * @cssprop [--slate-font=system-ui] - Font family of names.
 */
export class SlateCarets extends LitElement {
  static override styles = css`:host{display:contents}`;
  static override properties = { for: { reflect: true }, name: { reflect: true }, room: {} };

  #carets: Promise<Carets | undefined> | undefined;

  /** The id of the field, in the same shadow root or in the document. */
  declare for: string | null | undefined;
  /** The name of the field, at most 64 characters, which is the same on every page. Default: that of `for`. */
  declare name: string | null | undefined;
  /** A room, or the id of a `<slate-room>`. Default: the `<slate-room>` around this element. */
  declare room: RoomSource;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#carets ??= this.#draw();
  }

  /** Also waits for the code that draws. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const settled = await super.getUpdateComplete();
    await this.#carets;
    return settled;
  }

  async #draw(): Promise<Carets | undefined> {
    const code = await loadPart(this, import('./carets.js'), 'draws carets');
    return code && new code.Carets(this);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-carets': SlateCarets;
  }
}
