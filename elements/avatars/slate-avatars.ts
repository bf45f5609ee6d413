/** `<slate-avatars>`. Over 300 lines: an element is one class, and half of this one is its public documentation. */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Member, Room } from '../../src/index.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { roomElement } from '../controllers/room-element.js';
import { type Announce, announce } from '../shared/announce.js';
import { roomWords } from '../shared/english.js';
import { areWide, initials } from '../shared/initials.js';
import { LiveRegion } from '../shared/live-region.js';
import { reserve, watchReserve } from '../shared/reserve.js';
import { ownSpeech } from '../shared/speech.js';
import { visibleLabel } from '../shared/visible-label.js';
import type { Faces } from '../viewer/faces.js';
import { pageViewer } from '../viewer/load.js';
import { Arrivals } from './arrivals.js';
import { depart } from './depart.js';
import { describe, doing } from './describe.js';
import { Fit } from './fit.js';
import { keysOf } from './keys.js';
import { LongPress } from './long-press.js';
import { Order } from './order.js';
import { Pictures } from './pictures.js';
import { PointedOut } from './pointed-out.js';
import { styles } from './slate-avatars.styles.js';
import { Tooltip } from './tooltip.js';
import { Typists } from './typists.js';

const DEFAULT_MAX = 5;
/** The pointer or the focus may have left the stack. */
const FREEING = ['pointerleave', 'focusout'] as const;

/**
 * The members of a room as a stack of overlapping avatars: the user of this page first, then whom they follow, then who
 * is active, idle and away, each in order of arrival. Nobody moves while the pointer or the focus is there. A tooltip
 * and an accessible name give the name, the location and the status of each, and what they are doing. The stack is a
 * toolbar: one tab stop, in which the arrow keys, Home and End move. The +N button opens a list of all members.
 *
 * A click on an avatar, Enter or a tap opens a card: who and where someone is, and, where the page also has a
 * `<slate-cursors>` for the room, a way to go to them, to follow and to mute them. One's own card pauses one's pointer,
 * and has what one says, what one sees of the others, and settings.
 *
 * @summary Shows who is in the room.
 *
 * @attr {'on' | 'counts' | 'off'} announce - Whether screen readers speak of arrivals, departures and who types: by
 *   name, as numbers, not at all. Default `on`. What the listener has chosen counts more.
 *
 * @csspart stack - The row of avatars.
 * @csspart avatar - The avatar of one member; `data-user`, `data-status` (`active`, `idle`, `away`, `stale`), and
 *   `data-near` while one's own pointer is beside that of the member; `data-mark` (1 to 3) where more than twelve are
 *   here; `data-paused` on one's own while others do not see one's pointer; `data-typing` while someone types.
 * @csspart picture - The picture of a member, in the shape of the avatar.
 * @csspart dot - The light at the corner of an avatar that shows the status.
 * @csspart overflow - The +N button.
 * @csspart list - The list of all members that the +N button opens.
 * @csspart item - One member in that list; `data-user` holds the user id.
 * @csspart heading - The heading of that list, with the number of people.
 * @csspart tip - The tooltip.
 * @csspart card - The card of a member; `data-user`.
 * @csspart menu - What one can do, in a card.
 *
 * @cssprop [--slate-avatar-size=32px] - Diameter of an avatar.
 * @cssprop [--slate-avatar-overlap=calc(var(--slate-avatar-size) * -0.15)] - Space between avatars; negative overlaps.
 * @cssprop [--slate-avatar-radius=50%] - Corners of the avatars and of their pictures.
 * @cssprop [--slate-surface=Canvas] - Background colour of tooltip, list and card, and the rim of the avatars.
 * @cssprop [--slate-text=CanvasText] - Text colour of the tooltip, the list and the card.
 * @cssprop [--slate-good=green] - The dot of who is active.
 * @cssprop [--slate-wait=amber] - The dot of who is idle.
 * @cssprop [--slate-away=grey] - The dot of who is away.
 * @cssprop [--slate-stale=#777] - The dot of who is unreachable.
 * @cssprop [--slate-focus=var(--slate-accent)] - Colour of the focus ring.
 * @cssprop [--slate-radius=10px] - Corners of tooltip, list and card.
 * @cssprop [--slate-shadow=0 6px 24px #0003] - Shadow of tooltip, list and card.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateAvatars extends LitElement {
  static override styles = styles;
  static override properties = {
    room: {},
    max: { reflect: true, converter: (value: string | null) => (value === 'auto' ? value : Number(value)) },
    size: { type: Number, reflect: true },
    announce,
    rename: { type: Boolean, reflect: true },
    open: { state: true },
  };

  readonly #room = new RoomController(this, (room) => this.#follow(room));
  readonly #speech = ownSpeech(this, roomWords);
  readonly #arrivals = new Arrivals(this.#speech);
  readonly #typists = new Typists(this.#speech);
  readonly #liveRegion = new LiveRegion(this, (counts) =>
    [this.#arrivals.compose(counts), this.#typists.compose(counts)].filter(Boolean).join(' '),
  );
  readonly #tooltip = new Tooltip(
    () => this.#part('tip'),
    (avatar) => {
      const member = this.#memberOf(avatar);
      return member && describe(member, this.#speech);
    },
  );
  readonly #order = new Order();
  readonly #fit = new Fit(this, () => this.requestUpdate());
  readonly #pictures = new Pictures(() => this.requestUpdate());
  readonly #pointedOut = new PointedOut(this);
  readonly #longPress = new LongPress((target) => this.#openCard(target));
  /** The key of the avatar that is the tab stop; null: the +N button is. */
  #current: string | null = '';
  #unwatch: (() => void) | undefined;

  declare private open: boolean;

  /** A room, or the id of a `<slate-room>` in the document. Default: the `<slate-room>` around this element. */
  declare room: RoomSource;
  /**
   * The most places in the stack, at least 1: where not everyone has one, the last is the +N button. `auto`: as many as
   * fit into the width that the page gives the element. Default 5.
   */
  declare max: number | 'auto';
  /** Diameter of an avatar in CSS pixels. Default: `--slate-avatar-size`. */
  declare size: number | null | undefined;
  /** Whether screen readers speak of arrivals, departures and who types, politely and at most every 5 s. */
  declare announce: Announce;
  /** Lets people change their own name in their card: `user-name` of the `<slate-room>`, or the user of `.room`. */
  declare rename: boolean;

  constructor() {
    super();
    this.max = DEFAULT_MAX;
    this.announce = true;
    this.rename = this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unwatch = watchReserve(this.#settle);
    this.#fit.watch(this.max === 'auto');
    for (const type of FREEING) this.addEventListener(type, this.#settle);
    addEventListener('slate-follow', this.#settle);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#fit.watch(false);
    removeEventListener('slate-follow', this.#settle);
    this.#tooltip.hide();
    this.#longPress.end();
    pageViewer.current?.closeIn(this);
  }

  get #people(): readonly Member[] {
    const leader = pageViewer.current?.following.leader?.user;
    const held = this.matches(':hover') || this.shadowRoot?.activeElement != null;
    return this.#order.arrange(this.#room.room?.members ?? [], leader, held);
  }

  #memberOf(element: HTMLElement | null): Member | undefined {
    const people = this.#people;
    const keys = keysOf(people);
    return people.find((member) => keys.get(member) === element?.dataset.key);
  }

  #follow(room: Room) {
    const note = () => {
      this.#arrivals.note(room.members);
      this.#typists.note(room.members, performance.now());
      this.#liveRegion.schedule();
      this.requestUpdate();
    };
    note();
    return [
      room.on('members', note),
      this.#pointedOut.enter(room),
      () => this.#arrivals.reset(),
      () => this.#typists.reset(),
      () => pageViewer.current?.closeIn(this),
    ];
  }

  /** What kept the people where they are may be over, or something else looks different. */
  readonly #settle = (): void => {
    this.requestUpdate();
  };

  /** Runs after the controller has looked for the room, and before render. */
  protected override update(changed: PropertyValues): void {
    if (changed.has('max')) this.#fit.watch(this.max === 'auto');
    if (this.max === 'auto') this.#fit.measure();
    const people = new Set(keysOf(this.#people).values());
    for (const avatar of this.#avatars) if (!people.has(avatar.dataset.key ?? '')) depart(avatar);
    pageViewer.current?.drawIn(this); // before an avatar is removed beside which a card stands
    const focused = this.shadowRoot?.activeElement;
    super.update(changed);
    if (focused && !focused.isConnected) this.#stops.find(({ tabIndex }) => tabIndex === 0)?.focus();
  }

  protected override updated(): void {
    if (this.max === 'auto') this.#fit.measure();
    this.#tooltip.refresh();
    const stack = this.#part('stack');
    stack?.getBoundingClientRect(); // the avatars of the first render appear at once; later ones make an entrance
    stack?.classList.add('live');
  }

  get #avatars(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[part=avatar]')];
  }

  /** All that the arrow keys reach. */
  get #stops(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[part=avatar],[part=overflow]')];
  }

  #part(name: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[part=${name}]`);
  }

  #handleKey(event: KeyboardEvent): void {
    const stop = event.target as HTMLElement;
    if ((event.key === 'Enter' || event.key === ' ') && this.#openCard(stop)) event.preventDefault();
    const all = this.#stops;
    const at = all.indexOf(stop);
    const step = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const moves: Record<string, number> = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: all.length - 1 };
    const next = all[moves[event.key] ?? -1];
    if (at < 0 || !next) return;
    event.preventDefault();
    this.#focus(next);
  }

  /** How the card and the list see this element. */
  get #faces(): Faces | undefined {
    const { room } = this.#room;
    if (!room) return undefined;
    const keys = () => keysOf(this.#people);
    const setName = (name: string): void => {
      const around = roomElement(this, this.room);
      if (around) around.userName = name;
      else room.setUser({ name });
    };
    return {
      host: this,
      room,
      get people() {
        return keys();
      },
      face: (member) => this.#face(member),
      describe: (member) => describe(member, this.#speech),
      doing: (member) => doing(member, this.#speech),
      rename: this.rename ? setName : undefined,
    };
  }

  /** Opens the card of the person whose avatar this is, or lies in. False where it is nobody's. */
  #openCard(target: HTMLElement): boolean {
    const avatar = target.closest<HTMLElement>('[part=avatar]');
    const member = this.#memberOf(avatar);
    const faces = this.#faces;
    if (!avatar || !member || !faces) return false;
    this.#tooltip.hide();
    void pageViewer.use(this, (viewer) => viewer.openCard(faces, avatar, member));
    return true;
  }

  #handleClick({ target }: Event): void {
    if (!this.#longPress.acted) this.#openCard(target as HTMLElement);
  }

  #handlePress(event: PointerEvent): void {
    this.#longPress.handle(event);
  }

  #openList({ currentTarget }: Event): void {
    const faces = this.#faces;
    if (!faces) return;
    this.#tooltip.hide();
    void pageViewer.use(this, (viewer) => {
      this.open = !this.open;
      viewer.openPeopleList(faces, currentTarget as HTMLElement, () => {
        this.open = false;
      });
    });
  }

  #focus(stop: HTMLElement | undefined): void {
    this.#current = stop?.dataset.key ?? null;
    this.requestUpdate();
    stop?.focus();
  }

  #handleTip(event: Event): void {
    const stop = (event.target as HTMLElement).closest<HTMLElement>('[part=avatar],[part=overflow]');
    if (event.type === 'focusin' && stop) this.#current = stop.dataset.key ?? null;
    this.#tooltip.handle(event, stop?.part.contains('avatar') ? stop : null);
  }

  protected override render() {
    const people = this.#people;
    if (people.length === 0) return html`<div class="spoken" role="status"></div>`;
    const wanted = this.max === 'auto' ? this.#fit.most : this.max;
    const max = wanted >= 1 ? Math.floor(wanted) : DEFAULT_MAX;
    const shown = people.length > max ? people.slice(0, max - 1) : people;
    const more = people.length - shown.length;
    const plus = `+${more}`;
    const keys = keysOf(people);
    const keyOf = (member: Member) => keys.get(member) ?? '';
    const onMore = this.#current === null && more > 0;
    const current = onMore ? undefined : (shown.find((one) => keyOf(one) === this.#current) ?? shown[0]);
    const size = Number(this.size);
    return html`
      <ul part="stack" role="toolbar" aria-label=${this.#speech.say('people')}
        .style=${size > 0 ? `--_s:${size}px` : ''} @keydown=${this.#handleKey} @click=${this.#handleClick}
        @pointerover=${this.#handleTip} @pointerout=${this.#handleTip}
        @focusin=${this.#handleTip} @focusout=${this.#handleTip}
        @pointerdown=${this.#handlePress} @pointermove=${this.#handlePress} @pointerup=${this.#handlePress}
        @pointercancel=${this.#handlePress} @contextmenu=${this.#handlePress}>
        ${repeat(shown, keyOf, (member, index) => this.#avatar(member, keyOf(member), shown.length - index, current))}
        ${
          more > 0
            ? html`<li role="none"><button part="overflow" class="face" type="button" tabindex=${onMore ? 0 : -1}
              aria-haspopup="menu" aria-expanded=${this.open} @click=${this.#openList}
              aria-label=${visibleLabel(this.#speech.say('more', { n: plus }), plus, this.#speech)}
              ><bdi dir="ltr">${plus}</bdi></button></li>`
            : nothing
        }
      </ul>
      <div part="tip" popover="manual" aria-hidden="true" @pointerover=${this.#handleTip}
        @pointerout=${this.#handleTip}></div>
      ${this.#liveRegion.render()}`;
  }

  #avatar(member: Member, key: string, layer: number, current: Member | undefined) {
    const { user, status, self, work } = member;
    const [title, details] = describe(member, this.#speech);
    const pictured = this.#pictures.fits(user.avatar ?? '');
    const named = pictured ? title : visibleLabel(title, initials(user.name), this.#speech);
    const paused = self && reserve().pointer;
    const types = !self && work?.typing;
    return html`<li role="none" .style=${`z-index:${layer}`}><div part="avatar" class="face ink ${self ? 'self' : ''}"
      role="button" aria-haspopup="dialog" tabindex=${member === current ? 0 : -1}
      aria-label=${named + this.#speech.say('comma') + details} data-user=${user.id} data-key=${key}
      data-mark=${user.mark ?? nothing} data-status=${status} ?data-paused=${paused} ?data-typing=${types}
      .style=${`--_u:${user.color}`}
      >${this.#face(member)}${
        paused ? html`<b class="paused"></b>` : types ? html`<b class="types"></b>` : nothing
      }</div></li>`;
  }

  #face({ user }: Member) {
    const { avatar, name } = user;
    const fits = avatar === undefined ? false : this.#pictures.fits(avatar);
    const short = initials(name);
    return html`<span class=${areWide(short) ? 'wide' : ''} aria-hidden="true">${short}</span>${
      fits === false
        ? nothing
        : html`<img part="picture" src=${avatar} alt="" draggable="false" referrerpolicy="no-referrer" decoding="async"
            ?hidden=${!fits} @load=${this.#pictures.note} @error=${this.#pictures.note}>`
    }<i part="dot"></i>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-avatars': SlateAvatars;
  }
}
