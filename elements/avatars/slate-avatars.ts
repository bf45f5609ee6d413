/** `<slate-avatars>`. Over 300 lines: an element is one class, and half of this one is its public documentation. */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Member, Room } from '../../src/index.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { type Announce, announce } from '../shared/announce.js';
import { roomWords } from '../shared/english.js';
import { LiveRegion } from '../shared/live-region.js';
import { keepBeside } from '../shared/popover.js';
import { ownSpeech } from '../shared/speech.js';
import { visibleLabel } from '../shared/visible-label.js';
import { pageViewer } from '../viewer/load.js';
import { type Stage, stages } from '../viewer/stage.js';
import { Arrivals } from './arrivals.js';
import { depart } from './depart.js';
import { describe } from './describe.js';
import { Fit } from './fit.js';
import { areWide, initials } from './initials.js';
import { keysOf } from './keys.js';
import { Order } from './order.js';
import { Pictures } from './pictures.js';
import { PointedOut } from './pointed-out.js';
import { styles } from './slate-avatars.styles.js';
import { Tooltip } from './tooltip.js';

const DEFAULT_MAX = 5;
/** The pointer or the focus may have left the stack. */
const FREEING = ['pointerleave', 'focusout'] as const;

/**
 * The members of a room as a stack of overlapping avatars: the user of this page first, then whom they follow, then who
 * is active, idle and away, each in order of arrival. Nobody moves while the pointer or the focus is there. A tooltip
 * and an accessible name give the name, the location and the status of each. The +N button opens a list of all members.
 * The stack is one tab stop; the arrow keys, Home and End move within it.
 *
 * Where the page also has a `<slate-cursors>` for the room, each avatar is a button that opens a menu. The menu of
 * another member goes to them or follows them; the user's own menu chooses what this page shows of the others.
 *
 * @summary Shows who is in the room.
 *
 * @attr {'on' | 'counts' | 'off'} announce - Whether screen readers speak of arrivals and departures: by name, as
 *   numbers, not at all. Default `on`. What the listener has chosen counts more.
 *
 * @csspart stack - The row of avatars.
 * @csspart avatar - The avatar of one member; `data-user`, `data-status` (`active`, `idle`, `away`, `stale`), and
 *   `data-near` while one's own pointer is beside that of the member; `data-mark` (1 to 3) where more than twelve are
 *   here.
 * @csspart picture - The picture of a member, in the shape of the avatar.
 * @csspart dot - The light at the corner of an avatar that shows the status.
 * @csspart overflow - The +N button.
 * @csspart list - The list of all members that the +N button opens.
 * @csspart item - One member in that list; `data-user` holds the user id.
 * @csspart tip - The tooltip.
 * @csspart menu - The menu of a member.
 *
 * @cssprop [--slate-avatar-size=32px] - Diameter of an avatar.
 * @cssprop [--slate-avatar-overlap=calc(var(--slate-avatar-size) * -0.15)] - Space between avatars; negative overlaps.
 * @cssprop [--slate-avatar-radius=50%] - Corners of the avatars and of their pictures.
 * @cssprop [--slate-surface=Canvas] - Background colour of tooltip, list and menu, and the rim of the avatars.
 * @cssprop [--slate-text=CanvasText] - Text colour of the tooltip, the list and the menu.
 * @cssprop [--slate-good=green] - The dot of who is active.
 * @cssprop [--slate-wait=amber] - The dot of who is idle.
 * @cssprop [--slate-away=grey] - The dot of who is away.
 * @cssprop [--slate-stale=#777] - The dot of who is unreachable.
 * @cssprop [--slate-focus=var(--slate-accent)] - Colour of the focus ring.
 * @cssprop [--slate-radius=10px] - Corners of tooltip, list and menu.
 * @cssprop [--slate-shadow=0 6px 24px #0003] - Shadow of tooltip, list and menu.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateAvatars extends LitElement {
  static override styles = styles;
  static override properties = {
    room: {},
    max: { reflect: true, converter: (value: string | null) => (value === 'auto' ? value : Number(value)) },
    size: { type: Number, reflect: true },
    announce,
    open: { state: true },
  };

  readonly #room = new RoomController(this, (room) => this.#follow(room));
  readonly #speech = ownSpeech(this, roomWords);
  readonly #arrivals = new Arrivals(this.#speech);
  readonly #liveRegion = new LiveRegion(this, (counts) => this.#arrivals.compose(counts));
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
  /** The user id of the avatar that is the tab stop. */
  #current = '';
  #stopPlacingList: (() => void) | undefined;
  /** The `<slate-cursors>` of the room, if the page has one. */
  #stage: Stage | undefined;
  /** True while the focus is on an avatar that this update removes. */
  #focusLost = false;

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
  /** Whether screen readers speak of arrivals and departures, politely and at most every 5 s. */
  declare announce: Announce;

  constructor() {
    super();
    this.max = DEFAULT_MAX;
    this.announce = true;
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    stages.watchers.add(this.#restage);
    this.#fit.watch(this.max === 'auto');
    for (const type of FREEING) this.addEventListener(type, this.#settle);
    addEventListener('slate-follow', this.#settle);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    stages.watchers.delete(this.#restage);
    this.#fit.watch(false);
    removeEventListener('slate-follow', this.#settle);
    this.#tooltip.hide();
    this.#stopPlacingList?.();
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
      this.#liveRegion.schedule();
      this.requestUpdate();
    };
    note();
    return [room.on('members', note), this.#pointedOut.enter(room), () => this.#arrivals.reset()];
  }

  /** What kept the people where they are may be over. */
  readonly #settle = (): void => {
    this.requestUpdate();
  };

  readonly #restage = (): void => {
    if (stages.of(this.#room.room) !== this.#stage) this.requestUpdate();
  };

  /** Runs after the controller has looked for the room, and before render. */
  protected override update(changed: PropertyValues): void {
    if (changed.has('max')) this.#fit.watch(this.max === 'auto');
    if (this.max === 'auto') this.#fit.measure();
    this.#stage = stages.of(this.#room.room);
    const people = new Set(keysOf(this.#people).values());
    for (const avatar of this.#avatars) {
      if (people.has(avatar.dataset.key ?? '')) continue;
      if (avatar === this.shadowRoot?.activeElement) this.#focusLost = true;
      depart(avatar);
    }
    super.update(changed);
  }

  protected override updated(): void {
    if (this.#focusLost) this.#focus(this.#avatars.find((avatar) => avatar.tabIndex === 0));
    this.#focusLost = false;
    if (this.max === 'auto') this.#fit.measure();
    this.#placeList();
    this.#tooltip.refresh();
    const stack = this.#part('stack');
    stack?.getBoundingClientRect(); // the avatars of the first render appear at once; later ones make an entrance
    stack?.classList.add('live');
  }

  #placeList(): void {
    const button = this.#part('overflow');
    const list = this.#part('list');
    this.#stopPlacingList?.();
    if (!list || !this.open) return;
    if (button) this.#stopPlacingList = keepBeside(list, button, 'end');
    else list.hidePopover();
  }

  get #avatars(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[part=avatar]')];
  }

  #part(name: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[part=${name}]`);
  }

  #handleKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#tooltip.hide();
    if (event.key === 'Enter' || event.key === ' ') this.#openMenu(event);
    const all = this.#avatars;
    const at = all.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const step = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const moves: Record<string, number> = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: all.length - 1 };
    const next = all[moves[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    this.#focus(next);
  }

  /** Opens the menu of a member beside their avatar, or, from the list, in its place beside the +N button. */
  #openMenu(event: Event): void {
    const stage = this.#stage;
    const root = this.shadowRoot;
    const person = (event.target as HTMLElement).closest<HTMLElement>('[data-user]');
    const member = this.#memberOf(person);
    if (!stage || !root || !person || !member) return;
    event.preventDefault();
    this.#tooltip.hide();
    const listed = this.open;
    this.#part('list')?.hidePopover();
    const beside = (listed && this.#part('overflow')) || person;
    void pageViewer.use(this, (viewer) => viewer.openMenu(root, beside, stage, member));
  }

  #focus(avatar: HTMLElement | undefined): void {
    this.#current = avatar?.dataset.key ?? '';
    this.requestUpdate();
    avatar?.focus();
  }

  #handleTip(event: Event): void {
    const avatar = (event.target as HTMLElement).closest<HTMLElement>('[part=avatar]');
    if (event.type === 'focusin' && avatar) this.#current = avatar.dataset.key ?? '';
    this.#tooltip.handle(event, avatar);
  }

  #handleToggle({ newState }: ToggleEvent): void {
    this.open = newState === 'open';
    const { activeElement } = this.shadowRoot ?? {};
    // A click on nothing in particular closed it: without this, the focus would be lost.
    if (!this.open && (activeElement === this.#part('list') || document.activeElement === document.body)) {
      this.#part('overflow')?.focus();
    }
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
    const current = shown.find((member) => keyOf(member) === this.#current) ?? shown[0];
    const size = Number(this.size);
    return html`
      <ul part="stack" role="list" aria-label=${this.#speech.say('people')} .style=${size > 0 ? `--_s:${size}px` : ''}
        @keydown=${this.#handleKey} @click=${this.#openMenu} @pointerover=${this.#handleTip}
        @pointerout=${this.#handleTip} @focusin=${this.#handleTip} @focusout=${this.#handleTip}>
        ${repeat(shown, keyOf, (member, index) => this.#avatar(member, keyOf(member), shown.length - index, current))}
        ${
          more > 0
            ? html`<li><button part="overflow" class="face" type="button" popovertarget="list"
              aria-expanded=${this.open}
              aria-label=${visibleLabel(this.#speech.say('more', { n: plus }), plus, this.#speech)}
              ><bdi dir="ltr">${plus}</bdi></button></li>`
            : nothing
        }
      </ul>
      <div part="tip" popover="manual" aria-hidden="true" @pointerover=${this.#handleTip}
        @pointerout=${this.#handleTip}></div>
      <ul part="list" id="list" role="list" popover tabindex="0" autofocus aria-label=${this.#speech.say('people')}
        @toggle=${this.#handleToggle}>
        ${this.open ? repeat(people, keyOf, (member) => this.#item(member, keyOf(member))) : nothing}
      </ul>
      ${this.#liveRegion.render()}`;
  }

  #avatar(member: Member, key: string, layer: number, current: Member | undefined) {
    const { user, status, self } = member;
    const [title, details] = describe(member, this.#speech);
    const pictured = this.#pictures.fits(user.avatar ?? '');
    const named = pictured ? title : visibleLabel(title, initials(user.name), this.#speech);
    return html`<li .style=${`z-index:${layer}`}><div part="avatar" class="face ink ${self ? 'self' : ''}"
      role=${this.#stage ? 'button' : 'img'} aria-haspopup=${this.#stage ? 'menu' : nothing}
      tabindex=${member === current ? 0 : -1} aria-label=${named + this.#speech.say('comma') + details}
      data-user=${user.id} data-key=${key} data-mark=${user.mark ?? nothing}
      data-status=${status} .style=${`--_u:${user.color}`}>${this.#face(member)}</div></li>`;
  }

  #item(member: Member, key: string) {
    const [title, details] = describe(member, this.#speech);
    const text = html`<bdi>${title}</bdi> <small>${details}</small>`;
    return html`<li part="item" data-user=${member.user.id} data-key=${key}>
      <div class="face ink" aria-hidden="true" data-status=${member.status} data-mark=${member.user.mark ?? nothing}
        .style=${`--_u:${member.user.color}`}>${this.#face(member)}</div>
      ${
        this.#stage
          ? html`<button type="button" aria-haspopup="menu" @click=${this.#openMenu}>${text}</button>`
          : html`<div>${text}</div>`
      }</li>`;
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
