import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RemotePointer, Room } from '../../src/index.js';
import { type Box, Surface } from '../anchors.js';
import { PointerController } from '../controllers/pointer-controller.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { rest, wake } from '../frame-loop.js';
import { styles } from './slate-cursors.styles.js';

/** A pointer that rested this long is still, in milliseconds: its name begins to fade. */
const STILL_AFTER_MS = 250;
/** With reduced motion, pointers move in steps this far apart, in milliseconds. */
const STEP_MS = 500;
/** Nearer than this to an edge, in CSS pixels, the name goes to the other side. */
const EDGE = { inline: 140, block: 48 };

/**
 * The live pointers of the others, drawn over the page or over the content of this element, and one's own, reported to
 * them. It never takes pointer events, never changes the layout and never adds scrollbars.
 *
 * With content, that content is the shared surface: `<slate-cursors><div>…</div></slate-cursors>`. Empty, the surface
 * is the whole page. A pointer is placed by a fraction of the nearest anchor under it: an element with
 * `data-slate-anchor="name"`, else one with an `id`, else the surface; so windows of different sizes agree. A pointer
 * whose anchor is not on this page is not drawn. Where one room has several surfaces, give each an `id`.
 *
 * @summary Everyone's pointers.
 * @slot - The shared surface; the whole page where empty.
 *
 * @attr {string} room - The id of a `<slate-room>` that is not around this element.
 * @attr {boolean} view-only - Shows the others' pointers but does not report one's own.
 *
 * @csspart cursor - One session of someone else; `data-user`, `data-client`. Its top left corner is the pointer's tip.
 * @csspart arrow - The arrow.
 * @csspart name - The name beside it.
 *
 * @cssprop [--slate-cursor-size=20px] - Height of the arrow.
 * @cssprop [--slate-cursor-rim=white] - Outline of the arrow.
 * @cssprop [--slate-name-fade=4s] - How long a name is shown after its pointer came to rest.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateCursors extends LitElement {
  static override styles = styles;

  static override properties = {
    room: {},
    viewOnly: { type: Boolean, attribute: 'view-only', reflect: true },
    wraps: { state: true },
    pointers: { state: true },
  };

  readonly #room = new RoomController(this, (room) => this.#follow(room));
  #surface = new Surface(null);
  readonly #resize = new ResizeObserver(() => wake(this.#frame));
  readonly #still = matchMedia('(prefers-reduced-motion:reduce)');
  #steppedAt = 0;
  /** By client: the element, and what was last written to it. */
  #views = new Map<number, View>();

  /** A room, or the id of a `<slate-room>`; the room around this element where not given. */
  declare room: RoomSource;
  /** Shows the others' pointers but does not report one's own. */
  declare viewOnly: boolean;
  /** True where the element has content, which is then the surface. */
  declare private wraps: boolean;
  /** Who is drawn; where, is written by the frame loop alone. */
  declare private pointers: readonly RemotePointer[];

  constructor() {
    super();
    this.viewOnly = false;
    this.wraps = false;
    this.pointers = [];
    new PointerController(this, () => ({ room: this.viewOnly ? null : this.#room.room, surface: this.#surface }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#lookInside();
    addEventListener('scroll', this.#moved, { capture: true, passive: true });
    addEventListener('resize', this.#moved, { passive: true });
    this.requestUpdate(); // back in the page the layer has left the top layer
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('scroll', this.#moved, true);
    removeEventListener('resize', this.#moved);
    this.#resize.disconnect();
    rest(this.#frame);
  }

  #follow(room: Room) {
    const look = () => wake(this.#frame);
    look();
    return [room.on('pointers', look), room.on('members', look), look];
  }

  #lookInside(): void {
    this.wraps = [...this.childNodes].some(
      (node) => node instanceof Element || (node instanceof Text && /\S/.test(node.data)),
    );
    this.dataset.surface = this.wraps ? 'content' : 'page';
    if (this.#surface.element !== (this.wraps ? this : null)) this.#surface = new Surface(this.wraps ? this : null);
  }

  readonly #moved = (): void => {
    if (this.#views.size > 0) wake(this.#frame);
  };

  protected override updated(changed: PropertyValues): void {
    const layer = this.#layer;
    if (!layer) return;
    if (!this.wraps && this.isConnected && layer.showPopover && !layer.matches(':popover-open')) layer.showPopover();
    this.#resize.disconnect();
    this.#resize.observe(this.wraps ? this : document.documentElement);
    if (!changed.has('pointers')) return;
    const views = new Map<number, View>();
    for (const element of layer.children as HTMLCollectionOf<HTMLElement>) {
      const client = Number(element.dataset.client);
      const known = this.#views.get(client);
      views.set(client, known?.element === element ? known : { element, transform: '', state: undefined });
    }
    this.#views = views;
    this.#draw(this.pointers);
  }

  get #layer(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.layer');
  }

  /** One frame: false when nothing moves any more, and the loop sleeps until something wakes it. */
  readonly #frame = (now: number): boolean => {
    const room = this.#room.room;
    if (!room) {
      if (this.pointers.length > 0) this.pointers = [];
      return false;
    }
    const { moving } = room.pointers;
    if (this.#still.matches && moving && now - this.#steppedAt < STEP_MS) return true;
    this.#steppedAt = now;
    const own = room.members.find(({ self }) => self)?.user.id;
    const pointers = room.pointers.sample().filter(({ user }) => user.id !== own);
    if (!sameCast(pointers, this.pointers)) this.pointers = pointers;
    const settling = this.#draw(pointers);
    return moving || settling;
  };

  /** Reads all boxes first, then writes. True while some pointer has yet to be called still. */
  #draw(pointers: readonly RemotePointer[]): boolean {
    const layer = this.#layer;
    if (!layer || pointers.length === 0) return false;
    const frame = layer.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = layer;
    const scale = width / frame.width || 1; // an ancestor may be scaled
    const rtl = getComputedStyle(this).direction === 'rtl';
    const boxes = new Map<string, Box | undefined>();
    for (const { anchor } of pointers) if (!boxes.has(anchor)) boxes.set(anchor, this.#surface.box(anchor));

    let settling = false;
    for (const pointer of pointers) {
      const view = this.#views.get(pointer.client);
      if (!view) continue;
      const box = boxes.get(pointer.anchor);
      const x = box ? (box.left - frame.left + pointer.x * box.width) * scale : 0;
      const y = box ? (box.top - frame.top + pointer.y * box.height) * scale : 0;
      const awake = pointer.restingMs < STILL_AFTER_MS;
      settling ||= awake;
      const tight = rtl ? x < EDGE.inline : x > width - EDGE.inline;
      const state = `${box ? '' : 'lost '}${awake ? 'awake ' : ''}${tight ? 'tight ' : ''}${y > height - EDGE.block ? 'low' : ''}`;
      show(view, `translate3d(${x.toFixed(1)}px,${y.toFixed(1)}px,0)`, state);
    }
    return settling;
  }

  protected override render() {
    return html`<slot @slotchange=${this.#lookInside}></slot>
      <div class="layer ${this.wraps ? '' : 'page'}" popover=${this.wraps ? nothing : 'manual'} aria-hidden="true">
        ${repeat(
          this.pointers,
          ({ client }) => client,
          ({ client, user }) => html`
          <div part="cursor" data-user=${user.id} data-client=${client} .style=${`--_u:${user.color}`}>
            <svg part="arrow" viewBox="0 0 14 20"><path d="M0 0V17.2L4.6 13.1 7.4 19.6 10 18.4 7.3 12.2H13.4Z"/></svg>
            <span part="name" class="ink"><bdi>${user.name}</bdi></span>
          </div>`,
        )}
      </div>`;
  }
}

interface View {
  readonly element: HTMLElement;
  transform: string;
  /** Undefined until it is placed for the first time; it is hidden before that. */
  state: string | undefined;
}

/** Writes only what changed. */
function show(view: View, transform: string, state: string): void {
  if (view.transform !== transform) view.element.style.transform = view.transform = transform;
  if (view.state !== state) view.element.className = view.state = state;
}

/** The same sessions with the same names and colours, in the same order. */
function sameCast(a: readonly RemotePointer[], b: readonly RemotePointer[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ client, user }, index) => client === b[index]?.client && user === b[index]?.user)
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-cursors': SlateCursors;
  }
}
