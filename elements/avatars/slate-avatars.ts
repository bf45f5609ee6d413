/**
 * Who is here. Past 300 lines because the stack, its tooltip, its list and its menu are one tab stop: focus goes from one
 * to another and back, and who leaves takes it along.
 */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Member, Room } from '../../src/index.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { announce } from '../shared/announce.js';
import { keepBeside } from '../shared/popover.js';
import { words } from '../shared/words.js';
import { pageViewer } from '../viewer/load.js';
import { type Stage, stages } from '../viewer/stage.js';
import { Announcer } from './announcer.js';
import { depart } from './depart.js';
import { initials } from './initials.js';
import { styles } from './slate-avatars.styles.js';

const DEFAULT_MAX = 5;
/** How long the tooltip outlasts the pointer, so that one can move onto it, in milliseconds. */
const TIP_LINGER_MS = 120;

/**
 * The people of a room as a stack of overlapping avatars, oneself first. Each tells name, location and status, to the
 * eye in a tooltip and to a screen reader by name; who does not fit is behind the +N button. Arrow keys walk the stack.
 * Where the page has `<slate-cursors>` for the room, a person is also a button: the way to them, following them, and on
 * one's own avatar what one wants to see of the others.
 *
 * @summary Who is here.
 *
 * @attr {string} room - The id of a `<slate-room>` that is not around this element.
 * @attr {number} max - How many people are shown before the +N button. Default 5.
 * @attr {number} size - Diameter in CSS pixels. Default 32, or `--slate-avatar-size`.
 * @attr {'on' | 'off'} announce - `off`: arrivals and departures are not spoken by screen readers. Default `on`.
 *
 * @csspart stack - The row of avatars.
 * @csspart avatar - One person; `data-user`, `data-status` (active, idle, away, stale).
 * @csspart overflow - The +N button.
 * @csspart list - The list of everyone that the +N button opens.
 * @csspart item - One person in that list.
 * @csspart tip - The tooltip.
 * @csspart menu - The menu of a person.
 *
 * @cssprop [--slate-avatar-size=32px] - Diameter of an avatar.
 * @cssprop [--slate-avatar-overlap=calc(var(--slate-avatar-size) * -0.15)] - Distance to the next; negative overlaps.
 * @cssprop [--slate-surface=Canvas] - Background of tooltip and list, and the rim of the avatars.
 * @cssprop [--slate-text=CanvasText] - Text of tooltip and list.
 * @cssprop [--slate-focus] - Colour of the focus ring.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateAvatars extends LitElement {
  static override styles = styles;

  static override properties = {
    room: {},
    max: { type: Number, reflect: true },
    size: { type: Number, reflect: true },
    announce,
    open: { state: true },
    sentence: { state: true },
  };

  readonly #room = new RoomController(this, (room) => this.#follow(room));
  readonly #announcer = new Announcer((sentence) => {
    this.sentence = sentence;
  });
  /** Pictures that did not load. */
  readonly #broken = new Set<string>();
  /** Whose avatar is the tab stop. */
  #current = '';
  #tipFor: HTMLElement | undefined;
  /** Let the tooltip and the list go from where they are. */
  #untip: (() => void) | undefined;
  #unlist: (() => void) | undefined;
  #tipTimer: ReturnType<typeof setTimeout> | undefined;
  /** Where pointers of the room are drawn, if they are. */
  #stage: Stage | undefined;
  /** True while the focus is on an avatar that this update takes away. */
  #focusLost = false;

  declare private open: boolean;
  declare private sentence: string;

  /** A room, or the id of a `<slate-room>`; the room around this element where not given. */
  declare room: RoomSource;
  /** How many people are shown before the +N button. */
  declare max: number;
  /** Diameter in CSS pixels. */
  declare size: number | null | undefined;
  /** Whether arrivals and departures are spoken by screen readers, politely and at most every 5 s. */
  declare announce: boolean;

  constructor() {
    super();
    this.max = DEFAULT_MAX;
    this.announce = true;
    this.open = false;
    this.sentence = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    stages.watchers.add(this.#restage);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    stages.watchers.delete(this.#restage);
    this.#announcer.stop();
    this.#hideTip();
    this.#unlist?.();
  }

  /** Oneself first, then in order of arrival. */
  get #people(): readonly Member[] {
    const members = this.#room.room?.members ?? [];
    return [...members.filter(({ self }) => self), ...members.filter(({ self }) => !self)];
  }

  #follow(room: Room) {
    const note = () => {
      if (this.announce) this.#announcer.note(room.members);
      this.requestUpdate();
    };
    note();
    return [room.on('members', note), () => this.#announcer.stop()];
  }

  readonly #restage = (): void => {
    if (stages.of(this.#room.room) !== this.#stage) this.requestUpdate();
  };

  /** After the controller has looked for the room, and before render. */
  protected override update(changed: PropertyValues): void {
    if (changed.has('announce') && !this.announce) this.#announcer.stop();
    this.#stage = stages.of(this.#room.room);
    const people = new Set(this.#people.map(({ user }) => user.id));
    for (const avatar of this.#avatars) {
      const { user = '' } = avatar.dataset;
      if (people.has(user)) continue;
      if (avatar === this.shadowRoot?.activeElement) this.#focusLost = true;
      if (avatar === this.#tipFor) this.#hideTip();
      depart(avatar);
    }
    super.update(changed);
  }

  protected override updated(): void {
    if (this.#focusLost) this.#focus(this.#avatars.find((avatar) => avatar.tabIndex === 0));
    this.#focusLost = false;
    const button = this.#part('overflow');
    const list = this.#part('list');
    this.#unlist?.();
    this.#unlist = undefined;
    if (list && this.open) {
      if (button) this.#unlist = keepBeside(list, button, 'end');
      else list.hidePopover();
    }
    if (this.#tipFor) this.#showTip(this.#tipFor);
    const stack = this.#part('stack');
    stack?.getBoundingClientRect(); // only who comes after the first sight of the room makes an entrance
    stack?.classList.add('live');
  }

  get #avatars(): HTMLElement[] {
    return [...(this.shadowRoot?.querySelectorAll<HTMLElement>('[part=avatar]') ?? [])];
  }
  #part(name: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[part=${name}]`);
  }

  #handleKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#hideTip();
    if (event.key === 'Enter' || event.key === ' ') this.#openMenu(event);
    const avatars = this.#avatars;
    const at = avatars.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const step = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const moves: Record<string, number> = {
      ArrowRight: at + step,
      ArrowLeft: at - step,
      Home: 0,
      End: avatars.length - 1,
    };
    const next = avatars[moves[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    this.#focus(next);
  }

  /** The menu of a person, beside their avatar; of one in the list, which it closes, beside the +N button. */
  #openMenu(event: Event): void {
    const [stage, root] = [this.#stage, this.shadowRoot];
    const target = event.target as HTMLElement;
    const person = target.closest<HTMLElement>('[data-user]');
    const member = this.#people.find(({ user }) => user.id === person?.dataset.user);
    if (!stage || !root || !person || !member) return;
    event.preventDefault();
    this.#hideTip();
    const listed = this.open;
    this.#part('list')?.hidePopover();
    const beside = (listed && this.#part('overflow')) || person;
    void pageViewer.use(this, (viewer) => viewer.openMenu(root, beside, stage, member));
  }

  #focus(avatar: HTMLElement | undefined): void {
    this.#current = avatar?.dataset.user ?? '';
    this.requestUpdate();
    avatar?.focus();
  }

  /** Hover, focus and what ends them: all arrive here from the stack and from the tooltip itself. */
  #handleTip(event: Event): void {
    clearTimeout(this.#tipTimer);
    const target = event.target as HTMLElement;
    const avatar = target.closest<HTMLElement>('[part=avatar]');
    const enters = event.type === 'pointerover' || event.type === 'focusin';
    if (event.type === 'focusin' && avatar) this.#current = avatar.dataset.user ?? '';
    if (!enters) this.#tipTimer = setTimeout(() => this.#hideTip(), TIP_LINGER_MS);
    else if (avatar && (event.type === 'pointerover' || avatar.matches(':focus-visible'))) this.#showTip(avatar);
    else if (!target.closest('[part=tip]')) this.#hideTip();
  }

  #showTip(avatar: HTMLElement): void {
    const member = this.#people.find(({ user }) => user.id === avatar.dataset.user);
    const tip = this.#part('tip');
    if (!tip?.showPopover || !member) return;
    const [title, details] = describe(member);
    tip.replaceChildren(title, Object.assign(document.createElement('small'), { textContent: details }));
    tip.showPopover();
    this.#untip?.();
    this.#untip = keepBeside(tip, avatar, 'center');
    this.#tipFor = avatar;
  }

  #hideTip(): void {
    clearTimeout(this.#tipTimer);
    if (!this.#tipFor) return;
    this.#tipFor = undefined;
    this.#untip?.();
    this.#part('tip')?.hidePopover();
  }

  #handleToggle({ newState }: ToggleEvent): void {
    this.open = newState === 'open';
    const { activeElement } = this.shadowRoot ?? {};
    // Closed by a click on nothing in particular: the focus would be lost.
    if (!this.open && (activeElement === this.#part('list') || document.activeElement === document.body)) {
      this.#part('overflow')?.focus();
    }
  }

  protected override render() {
    const people = this.#people;
    if (people.length === 0) return html`<div class="spoken" role="status"></div>`;
    const max = this.max >= 1 ? Math.floor(this.max) : DEFAULT_MAX;
    const shown = people.slice(0, max);
    const more = people.length - shown.length;
    const current = shown.some(({ user }) => user.id === this.#current) ? this.#current : shown[0]?.user.id;
    const size = Number(this.size);
    return html`
      <ul part="stack" role="list" aria-label=${words.people} .style=${size > 0 ? `--_s:${size}px` : ''}
        @keydown=${this.#handleKey} @click=${this.#openMenu} @pointerover=${this.#handleTip} @pointerout=${this.#handleTip}
        @focusin=${this.#handleTip} @focusout=${this.#handleTip}>
        ${repeat(shown, byUser, (member, index) => {
          const { user, status } = member;
          const [title, details] = describe(member);
          return html`<li .style=${`z-index:${shown.length - index}`}><div part="avatar" class="face ink ${member.self ? 'self' : ''}" role=${this.#stage ? 'button' : 'img'}
            aria-haspopup=${this.#stage ? 'menu' : nothing} tabindex=${user.id === current ? 0 : -1} aria-label="${title}, ${details}" data-user=${user.id}
            data-status=${status} .style=${`--_u:${user.color}`}>${this.#face(member)}</div></li>`;
        })}
        ${
          more > 0
            ? html`<li><button part="overflow" class="face" type="button" popovertarget="list"
              aria-expanded=${this.open ? 'true' : 'false'} aria-label=${words.more(more)}><bdi dir="ltr">+${more}</bdi></button></li>`
            : nothing
        }
      </ul>
      <div part="tip" popover="manual" aria-hidden="true" @pointerover=${this.#handleTip} @pointerout=${this.#handleTip}></div>
      <ul part="list" id="list" role="list" popover tabindex="0" autofocus aria-label=${words.people}
        @toggle=${this.#handleToggle}>
        ${this.open ? repeat(people, byUser, (member) => this.#item(member)) : nothing}
      </ul>
      <div class="spoken" role="status">${this.sentence}</div>`;
  }

  #face({ user }: Member) {
    const { avatar, name } = user;
    const picture = avatar && !this.#broken.has(avatar);
    return html`<span aria-hidden="true">${initials(name)}</span>${
      picture
        ? html`<img src=${avatar} alt="" draggable="false" referrerpolicy="no-referrer" @error=${() => {
            this.#broken.add(avatar);
            this.requestUpdate();
          }}>`
        : nothing
    }<i></i>`;
  }

  #item(member: Member) {
    const [title, details] = describe(member);
    return html`<li part="item" data-user=${member.user.id}>
      <div class="face ink" aria-hidden="true" data-status=${member.status}
        .style=${`--_u:${member.user.color}`}>${this.#face(member)}</div>
      ${
        this.#stage
          ? html`<button type="button" aria-haspopup="menu" @click=${this.#openMenu}><bdi>${title}</bdi> <small>${details}</small></button>`
          : html`<div><bdi>${title}</bdi> <small>${details}</small></div>`
      }</li>`;
  }
}

const byUser = ({ user }: Member): string => user.id;

/** A person in words: who, and then where and how. */
function describe({ user, self, status, location, sessions }: Member): [title: string, details: string] {
  const title = self ? `${user.name} (${words.self})` : user.name;
  const many = sessions.length > 1 && words.sessions(sessions.length);
  return [title, [location, words.member[status], many].filter(Boolean).join(', ')];
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-avatars': SlateAvatars;
  }
}
