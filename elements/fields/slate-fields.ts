import { css, html, LitElement } from 'lit';
import { PartMissingError } from '../../src/index.js';
import type { RoomSource } from '../controllers/room-controller.js';
import { type Announce, announce } from '../shared/announce.js';
import { LiveRegion } from '../shared/live-region.js';
import { SlateErrorEvent } from '../shared/room-events.js';
import { spokenOnly } from '../shared/styles.js';
import type { Fields } from './fields.js';

/**
 * Shows who is in which control of a form, and tells the others in which one oneself is: a ring in the colour of the
 * person around the control, and their initials at its edge; the name when they come, and while one points at the
 * control or is in it oneself. It needs no binding and no shared text, changes neither the layout nor the controls, and
 * receives no pointer events.
 *
 * A control is an `input`, `select`, `textarea` or `button`, what is `contenteditable` or has the role of a control,
 * and a custom element that has the focus. Others find it by its `data-slate-anchor` or `id`, by its `name` in the
 * form, or by its place. What is written or chosen is never sent. Fields for passwords and payments, and what is in
 * something with `data-slate-private`, are never told. Nothing is told while one pauses one's pointer or appears away.
 *
 * @summary Who is in which field.
 *
 * @attr {string} room - The id of a `<slate-room>`, where it is not the one around this element.
 * @attr {boolean} view-only - Shows the others but does not tell where one is oneself.
 * @attr {'on' | 'counts' | 'off'} announce - Whether screen readers speak of who comes into which field: by name, as
 *   numbers, not at all. Default `on`. What the listener has chosen counts more.
 *
 * @csspart ring - The ring of one person around a control; `data-user`, and `data-mark` (1 to 3) where more than twelve
 *   are here.
 * @csspart name - The name or the initials of one person; `data-user`.
 *
 * @cssprop [--slate-cursor-rim=white] - Colour of the rim of rings and names.
 * @cssprop [--slate-cursor-line=#000b] - Colour of the thin line around that rim, dark where the rim is light.
 * @cssprop [--slate-surface=Canvas] - Background colour of the number of further people.
 * @cssprop [--slate-text=CanvasText] - Text colour of that number.
 * @cssprop [--slate-radius=10px] - Corners of names, which have a share of it.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateFields extends LitElement {
  static override styles = [
    spokenOnly,
    css`:host{display:contents}:host([hidden]),.layer:not(:popover-open){display:none}`,
  ];

  static override properties = {
    for: { reflect: true },
    room: {},
    viewOnly: { type: Boolean, attribute: 'view-only', reflect: true },
    announce,
  };

  readonly #liveRegion = new LiveRegion(this, (counts) => this.#fields?.compose(counts) ?? '');
  #fields: Fields | undefined;
  #loading: Promise<void> | undefined;

  /** The id of a form, or of any other element; its controls are meant. Default: those of the whole page. */
  declare for: string | null | undefined;
  /** A room, or the id of a `<slate-room>` in the document. Default: the `<slate-room>` around this element. */
  declare room: RoomSource;
  /** Shows the others but does not tell where one is oneself. */
  declare viewOnly: boolean;
  /** Whether screen readers speak of who comes into which field, politely and at most every 5 s. */
  declare announce: Announce;

  constructor() {
    super();
    this.viewOnly = false;
    this.announce = true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#loading ??= this.#load();
  }

  /** @internal Speaks soon of what has happened. */
  speak(): void {
    this.#liveRegion.schedule();
  }

  /** Also waits for the code that draws. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const settled = await super.getUpdateComplete();
    await this.#loading;
    return settled;
  }

  async #load(): Promise<void> {
    try {
      const { Fields } = await import('./fields.js');
      this.#fields = new Fields(this);
    } catch (cause) {
      this.dispatchEvent(new SlateErrorEvent(new PartMissingError('shows who is in which field', { cause })));
    }
  }

  protected override render() {
    return html`<div class="layer" popover="manual" aria-hidden="true"></div>${this.#liveRegion.render()}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-fields': SlateFields;
  }
}
