import { html, LitElement, nothing, type PropertyValues } from 'lit';
import type { MemberStatus, Room } from '../../src/index.js';
import { Surface } from '../anchors.js';
import { PointerController } from '../controllers/pointer-controller.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { rest, wake } from '../frame-loop.js';
import { setView, type ViewSettings, viewSettings, watchView } from '../view-settings.js';
import { followed, type Stage, stages, stagesChanged } from '../viewer/stage.js';
import type { Talk } from '../viewer/talk.js';
import { Crowd, type Scene } from './crowd.js';
import type { Edges } from './edges.js';
import { keepOut } from './keep-out.js';
import { styles } from './slate-cursors.styles.js';

/** With reduced motion, pointers move in steps this far apart, in milliseconds. */
const STEP_MS = 500;
/** A place that is not on the page is looked for again after this long, in milliseconds. */
const SEEK_MS = 500;

/** What may move things under a resting pointer, or the caret out of a name's way. */
const MOVERS = ['focusin', 'focusout', 'selectionchange', 'toggle', 'transitionend'];

/** What tells where one's own pointer is, or that it is no more. */
const OWN = ['pointermove', 'pointerup', 'pointercancel', 'pointerleave'] as const;

/**
 * The live pointers of the others, drawn over the page or over the content of this element, and one's own, reported to
 * them. It takes no pointer events but on the markers at the edge, never changes the layout and never adds scrollbars.
 *
 * With content, that content is the shared surface: `<slate-cursors><div>…</div></slate-cursors>`. Empty, the surface
 * is the whole page. A pointer is placed by what lies under it, so windows of different sizes agree. A pointer whose
 * place is not on this page fades. Where one room has several surfaces, give each an `id`.
 *
 * What is drawn is the viewer's choice: {@link view}, remembered for all pages of this origin.
 *
 * @summary Everyone's pointers.
 * @slot - The shared surface; the whole page where empty.
 *
 * @attr {string} room - The id of a `<slate-room>` that is not around this element.
 * @attr {boolean} view-only - Shows the others' pointers but does not report one's own.
 * @attr {boolean} chat - Lets people say something at their pointer: `/` opens the bubble.
 * @attr {string} reactions - Lets people react at their pointer; empty for 👍 ❤️ 🎉 😂 👀, or other emoji, by spaces.
 *
 * @csspart cursor - One session of someone else; `data-user`, `data-client`, `data-status` (active, idle, away, stale).
 *   Its top left corner is the pointer's tip.
 * @csspart arrow - The arrow.
 * @csspart name - The name beside it.
 * @csspart edge - The marker of a pointer out of sight, a button that scrolls there; `data-user`, `data-client`.
 * @csspart chat - What someone says, beside their pointer.
 * @csspart reaction - An emoji that rises from a pointer.
 * @csspart bubble - Where one says something oneself.
 * @csspart bar - Whom one follows, and who asks to be followed.
 * @csspart frame - The frame around the window while one follows someone.
 * @csspart menu - The menu that `openMenu` opens.
 *
 * @fires {SlateFollowEvent} slate-follow - Following has begun or ended; `event.user`, `event.reason`.
 * @fires {SlateFollowFileEvent} slate-follow-file - Who is followed is in another file; unless cancelled, the room follows.
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
    chat: { type: Boolean, reflect: true },
    reactions: { reflect: true },
    wraps: { state: true },
  };

  readonly #room = new RoomController(this, (room) => this.#attend(room));
  #surface = new Surface(null);
  readonly #crowd = new Crowd();
  readonly #resize = new ResizeObserver(() => this.#moved());
  readonly #still = matchMedia('(prefers-reduced-motion:reduce)');
  #unwatch: (() => void) | undefined;
  #steppedAt = 0;
  #seek: ReturnType<typeof setTimeout> | undefined;
  /** By client, of everyone else's sessions; and who is meant by oneself. */
  #statuses = new Map<number, MemberStatus>();
  #own: string | undefined;
  /** The room that the stages' watchers know of. */
  #known: Room | null = null;
  /** The page has moved under the pointers. */
  #all = false;
  /** Where one's own pointer is in the window. */
  #pointsAt: { x: number; y: number } | undefined;
  #edges: Edges | 'coming' | undefined;
  #talk: Promise<Talk> | undefined;
  readonly #stage: Stage;

  /** A room, or the id of a `<slate-room>`; the room around this element where not given. */
  declare room: RoomSource;
  /** Shows the others' pointers but does not report one's own. */
  declare viewOnly: boolean;
  /** Lets people say something at their pointer. */
  declare chat: boolean;
  /** Lets people react at their pointer: emoji, separated by spaces; '' for the usual ones. Null: no. */
  declare reactions: string | null | undefined;
  /** True where the element has content, which is then the surface. */
  declare private wraps: boolean;

  constructor() {
    super();
    this.viewOnly = this.chat = this.wraps = false;
    const room = () => this.#room.room;
    const surface = () => this.#surface;
    const own = () => this.#pointsAt;
    this.#stage = {
      host: this,
      get room() {
        return room();
      },
      get surface() {
        return surface();
      },
      get own() {
        return own();
      },
      cursor: (client) => this.#crowd.element(client),
    };
    new PointerController(this, () => ({ room: this.viewOnly ? null : room(), surface: this.#surface }));
  }

  /** What this viewer wants to see, on all pages of this origin. Assign what is to change; it is remembered. */
  get view(): ViewSettings {
    return viewSettings();
  }
  set view(change: Partial<ViewSettings>) {
    setView(change);
  }

  /** The id of the person whom one follows now; null: nobody. */
  get following(): string | null {
    return followed.user;
  }

  /**
   * Follows a person: their scrolling brings one's own, and their file one's file, until one's own input or
   * {@link unfollow} ends it. Resolves to false where they are not here, or are oneself.
   */
  async follow(userId: string): Promise<boolean> {
    return (await import('../viewer/follow.js')).follow(this.#stage, userId);
  }

  /** Ends following. Harmless where nobody is followed. */
  async unfollow(): Promise<void> {
    (await import('../viewer/follow.js')).unfollow();
  }

  /** Scrolls to where a person points. Resolves to false where they are not here, or are oneself. */
  async jumpTo(userId: string): Promise<boolean> {
    return (await import('../viewer/follow.js')).jumpTo(this.#stage, userId);
  }

  /** Asks everyone in the room to come along, for 30 s; who accepts follows. */
  async gather(): Promise<void> {
    (await import('../viewer/follow.js')).gather(this.#stage);
  }

  /** Says something at one's own pointer, at most 80 characters; '' takes it back. Only with `chat`. */
  say(text: string): void {
    if (this.chat) void this.#withTalk((talk) => talk.say(text));
  }

  /** Lets an emoji rise from one's own pointer. Only with `reactions`. */
  react(emoji: string): void {
    if (typeof this.reactions === 'string') void this.#withTalk((talk) => talk.react(emoji));
  }

  /** Opens the bubble at one's own pointer, as `/` does. Only with `chat` or `reactions`. */
  openChat(): void {
    void this.#withTalk((talk) => talk.open());
  }

  /** Opens the menu of what this viewer wants to see, beside an element of the page: its button. */
  async openMenu(beside: Element): Promise<void> {
    const { openMenu } = await import('../viewer/menu.js');
    if (this.shadowRoot) openMenu(this.shadowRoot, beside, this.#stage);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#lookInside();
    addEventListener('scroll', this.#moved, { capture: true, passive: true });
    addEventListener('resize', this.#moved, { passive: true });
    for (const type of OWN) document.documentElement.addEventListener(type, this.#noteOwn, { passive: true });
    for (const type of MOVERS) document.addEventListener(type, this.#moved, true);
    this.#unwatch = watchView(this.#choose);
    stages.add(this.#stage);
    stagesChanged();
    void this.#withTalk();
    this.requestUpdate(); // back in the page the layer has left the top layer
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('scroll', this.#moved, true);
    removeEventListener('resize', this.#moved);
    for (const type of MOVERS) document.removeEventListener(type, this.#moved, true);
    for (const type of OWN) document.documentElement.removeEventListener(type, this.#noteOwn);
    void this.#talk?.then((talk) => talk.stop());
    this.#talk = undefined;
    this.#unwatch?.();
    clearTimeout(this.#seek);
    this.#resize.disconnect();
    rest(this.#frame);
    stages.delete(this.#stage);
    stagesChanged();
  }

  #attend(room: Room) {
    const look = () => wake(this.#frame);
    const note = () => {
      this.#own = room.members.find(({ self }) => self)?.user.id;
      this.#statuses = new Map(room.members.flatMap(({ sessions }) => sessions.map((one) => [one.client, one.status])));
      look();
    };
    const { awareness } = room;
    const states = awareness.getStates();
    /** Someone follows, or asks to be followed: from now on that is listened to. */
    const hear = ({ added, updated }: { added: number[]; updated: number[] }) => {
      if ([...added, ...updated].some((client) => client !== room.client && states.get(client)?.slate)) {
        import('../viewer/follow.js').then(({ attend }) => attend(), reportError);
      }
    };
    awareness.on('change', hear);
    hear({ added: [...states.keys()], updated: [] });
    note();
    return [room.on('pointers', look), room.on('members', note), () => awareness.off('change', hear), look];
  }

  #lookInside(): void {
    this.wraps = [...this.childNodes].some(
      (node) => node instanceof Element || (node instanceof Text && /\S/.test(node.data)),
    );
    this.dataset.surface = this.wraps ? 'content' : 'page';
    if (this.#surface.element !== (this.wraps ? this : null)) this.#surface = new Surface(this.wraps ? this : null);
  }

  readonly #moved = (): void => {
    this.#all = true;
    if (this.#crowd.size > 0) wake(this.#frame);
  };

  /** The viewer has chosen. */
  readonly #choose = (): void => {
    wake(this.#frame);
  };

  readonly #noteOwn = ({ type, pointerType, clientX: x, clientY: y }: PointerEvent): void => {
    const here = type === 'pointermove' || (type === 'pointerup' && pointerType === 'mouse');
    this.#pointsAt = here ? { x, y } : undefined;
    if (this.#crowd.size > 0) wake(this.#frame);
  };

  protected override updated(changed: PropertyValues): void {
    const layer = this.#layer;
    if (!layer) return;
    if (!this.wraps && this.isConnected && layer.showPopover && !layer.matches(':popover-open')) layer.showPopover();
    this.#resize.disconnect();
    this.#resize.observe(this.wraps ? this : document.documentElement);
    if (changed.has('wraps')) wake(this.#frame);
    if (changed.has('chat') || changed.has('reactions')) void this.#withTalk();
    if (this.#room.room === this.#known) return;
    this.#known = this.#room.room;
    stagesChanged();
  }

  get #layer(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.layer');
  }

  /** One frame: false when nothing moves any more, and the loop sleeps until something wakes it. */
  readonly #frame = (now: number): boolean => {
    const { room } = this.#room;
    const layer = this.#layer;
    const crowd = layer?.firstElementChild as HTMLElement | null | undefined;
    const { hideAll, hideNames, onlyFollowed, fadeNear, followed } = viewSettings();
    if (!layer || !crowd || !room || hideAll) {
      this.#crowd.clear();
      this.#mark();
      return false;
    }
    const { moving } = room.pointers;
    const still = this.#still.matches;
    if (still && moving && now - this.#steppedAt < STEP_MS) return true;
    this.#steppedAt = now;
    const pointers = room.pointers
      .sample()
      .filter(({ user }) => user.id !== this.#own && (!onlyFollowed || followed.includes(user.id)));
    crowd.classList.toggle('nameless', hideNames);
    const scene: Scene = {
      layer: crowd,
      template: crowd.firstElementChild as HTMLTemplateElement,
      surface: this.#surface,
      statuses: this.#statuses,
      rtl: getComputedStyle(this).direction === 'rtl',
      keepOut: pointers.length > 0 ? keepOut() : undefined,
      own: this.#pointsAt,
      fadeNear,
      still,
      all: !moving || this.#all,
      now,
    };
    this.#all = false;
    const recast = this.#crowd.cast(pointers, scene);
    const unrest = this.#crowd.draw(pointers, scene);
    this.#mark();
    if (recast) stagesChanged();
    clearTimeout(this.#seek);
    if (this.#crowd.lost) this.#seek = setTimeout(() => wake(this.#frame), SEEK_MS);
    return moving || unrest;
  };

  /** Marks at the edge who is out of sight. How that is done is loaded when there is someone. */
  #mark(): void {
    const { outside } = this.#crowd;
    if (typeof this.#edges === 'object') this.#edges.draw(outside);
    if (this.#edges || outside.length === 0) return;
    this.#edges = 'coming';
    import('./edges.js').then(({ Edges }) => {
      const layer = this.#layer;
      if (!layer) return;
      this.#edges = new Edges(layer, this.#stage);
      wake(this.#frame);
    }, reportError);
  }

  /** What people say at their pointers is loaded where the page enables it. */
  async #withTalk(act?: (talk: Talk) => void): Promise<void> {
    if (!this.chat && typeof this.reactions !== 'string' && !this.#talk) return;
    const { Talk, emojiOf } = await import('../viewer/talk.js');
    const options = { chat: this.chat, emoji: emojiOf(this.reactions) };
    this.#talk ??= Promise.resolve(new Talk(this.#stage, options));
    const talk = await this.#talk;
    talk.options = options;
    act?.(talk);
  }

  protected override render() {
    return html`<slot @slotchange=${this.#lookInside}></slot>
      <div class="layer ${this.wraps ? '' : 'page'}" popover=${this.wraps ? nothing : 'manual'}>
        <div class="crowd" aria-hidden="true"><template><div class="at"><div part="cursor">
          <svg part="arrow" viewBox="0 0 14 20"><path d="M0 0V17.2L4.6 13.1 7.4 19.6 10 18.4 7.3 12.2H13.4Z"/></svg>
          <span part="name" class="ink"><bdi></bdi></span>
        </div></div></template></div>
      </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-cursors': SlateCursors;
  }
}
