import { html, LitElement, nothing } from 'lit';
import type { RoomSource } from '../controllers/room-controller.js';
import { type Announce, announce } from '../shared/announce.js';
import { loadPart } from '../shared/load-part.js';
import { setView, type ViewSettings, viewSettings } from '../shared/view-settings.js';
import { pageViewer } from '../viewer/load.js';
import type { Talk } from '../viewer/talk.js';
import type { Viewer } from '../viewer/viewer.js';
import { hasTalk } from './cursors-host.js';
import type { Overlay } from './overlay.js';
import { styles } from './slate-cursors.styles.js';

/**
 * Draws the live pointers of the others over the page, or over the content of this element, and reports one's own
 * pointer to them. It receives no pointer events except on the markers at the edge, does not change the layout and adds
 * no scrollbars.
 *
 * The content of the element is the surface that is shared: `<slate-cursors><div>…</div></slate-cursors>`. Without
 * content the surface is the whole page. A pointer is drawn on the thing that lies under it, so that it is right in
 * windows of different sizes. A pointer on something that is not on this page fades. Where one room has several
 * surfaces, give each an `id`.
 *
 * The viewer chooses what is drawn: {@link view}, which is remembered for all pages of this origin.
 *
 * @summary Everyone's pointers.
 * @slot - The shared surface; without content it is the whole page.
 *
 * @attr {string} room - The id of a `<slate-room>`, where it is not the one around this element.
 * @attr {boolean} view-only - Shows the others' pointers but does not report one's own.
 * @attr {boolean} chat - Lets people say something at their pointer: `/` opens the bubble.
 * @attr {string} reactions - Lets people react at their pointer, with the emoji given, separated by spaces; empty: 👍 ❤️
 *   🎉 😂 👀.
 *
 * @attr {string} chat-key - The key that opens the bubble, as in `aria-keyshortcuts`; empty: none. Default `/`. What
 *   the viewer has chosen counts more.
 * @attr {string} bar-key - The key that goes to the bar, and shows a question again that went by; empty: none. Default
 *   `F8`. What the viewer has chosen counts more.
 * @attr {'on' | 'counts' | 'off'} announce - Whether screen readers speak of what others say and of who follows: in
 *   words, as numbers, not at all. Default `on`. What the listener has chosen counts more.
 *
 * @csspart cursor - The pointer of one session; `data-user`, `data-client`, `data-status` (active, idle, away, stale),
 *   and `data-mark` (1 to 3) where more than twelve are here. Its top left corner is the tip.
 * @csspart arrow - The arrow of a pointer.
 * @csspart name - The name beside the arrow.
 * @csspart edge - The marker of a pointer out of sight: a button that scrolls to the pointer; `data-user`,
 *   `data-client`.
 * @csspart chat - What someone says, beside their pointer.
 * @csspart reaction - An emoji that rises from a pointer.
 * @csspart bubble - The bubble in which one says something or reacts.
 * @csspart bar - A line at the lower edge: the person one follows, a person who asks one to come along, or one's
 *   followers.
 * @csspart frame - The frame around the window while one follows a person.
 * @csspart menu - The menu that `openMenu` opens.
 *
 * @fires {SlateFollowEvent} slate-follow - Following has begun or ended; `event.user`, `event.reason`.
 * @fires {SlateFollowFileEvent} slate-follow-file - The person one follows is in another file; `event.file`,
 *   `event.location`. Unless it is cancelled, the `file` of the room is set.
 *
 * @cssprop [--slate-cursor-size=20px] - Height of the arrow.
 * @cssprop [--slate-cursor-rim=white] - Colour of the rim of the arrow and of the name.
 * @cssprop [--slate-cursor-line=#000b] - Colour of the thin line around that rim, dark where the rim is light; a name's
 *   is lighter.
 * @cssprop [--slate-name-fade=4s] - How long a name is shown after its pointer has come to rest.
 * @cssprop [--slate-surface=Canvas] - Background colour of menu, bar and bubble.
 * @cssprop [--slate-text=CanvasText] - Text colour of menu, bar and bubble.
 * @cssprop [--slate-focus=var(--slate-accent)] - Colour of the focus ring.
 * @cssprop [--slate-radius=10px] - Corners of names, menu, bar and bubbles.
 * @cssprop [--slate-shadow=0 6px 24px #0003] - Shadow of menu, bar and bubble.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateCursors extends LitElement {
  static override styles = styles;

  static override properties = {
    room: {},
    viewOnly: { type: Boolean, attribute: 'view-only', reflect: true },
    chat: { type: Boolean, reflect: true },
    reactions: { reflect: true },
    chatKey: { attribute: 'chat-key', reflect: true },
    barKey: { attribute: 'bar-key', reflect: true },
    announce,
    wraps: { state: true },
    lifted: { state: true },
  };

  #overlay: Promise<Overlay | undefined> | undefined;

  /** A room, or the id of a `<slate-room>`; the room around this element where not given. */
  declare room: RoomSource;
  /** Shows the others' pointers but does not report one's own. */
  declare viewOnly: boolean;
  /** Lets people say something at their pointer. */
  declare chat: boolean;
  /** Lets people react at their pointer with these emoji, separated by spaces; '' for the usual ones, null for none. */
  declare reactions: string | null | undefined;
  /** The key that opens the bubble; '' for none. */
  declare chatKey: string | null | undefined;
  /** The key that goes to the bar; '' for none. */
  declare barKey: string | null | undefined;
  /** Whether screen readers speak of what others say and of who follows, politely. */
  declare announce: Announce;
  /** True where the element has content, which is then the surface. */
  declare private wraps: boolean;
  /** @internal */
  declare lifted: boolean;

  constructor() {
    super();
    this.viewOnly = this.chat = this.wraps = this.lifted = false;
    this.announce = true;
  }

  /** What this viewer wants to see, on all pages of this origin. Assign only what changes; it is remembered. */
  get view(): ViewSettings {
    return viewSettings();
  }
  set view(change: Partial<ViewSettings>) {
    setView(change);
  }

  /** The id of the user one follows now; null: nobody. */
  get following(): string | null {
    return pageViewer.current?.following.leader?.user ?? null;
  }

  /**
   * Follows a person: scrolls to what they see and sets their file, until one's own input or {@link unfollow} ends it.
   * Resolves to false where they are not here, or are oneself.
   */
  async follow(userId: string): Promise<boolean> {
    return (await this.#viewer((viewer, stage) => viewer.following.start(stage, userId))) ?? false;
  }

  /** Ends following. Harmless where nobody is followed. */
  async unfollow(): Promise<void> {
    if (this.following) await this.#viewer((viewer) => viewer.following.stop());
  }

  /** Scrolls to where a person points. Resolves to false where they are not here, or are oneself. */
  async jumpTo(userId: string): Promise<boolean> {
    return (await this.#viewer((viewer, stage) => viewer.following.start(stage, userId, true))) ?? false;
  }

  /** Asks everyone in the room to come along, for 30 s; those who accept follow. */
  async gather(): Promise<void> {
    await this.#viewer((viewer, stage) => viewer.gather(stage));
  }

  /** Says something at one's own pointer, for 6 s, at most 80 characters; '' takes it back. Only with `chat`. */
  say(text: string): void {
    this.#talk((talk) => talk?.say(text));
  }

  /** Lets an emoji rise from one's own pointer. Only with `reactions`. */
  react(emoji: string): void {
    this.#talk((talk) => talk?.react(emoji));
  }

  /** Opens the bubble at one's own pointer, as `/` does. Only with `chat` or `reactions`. */
  openChat(): void {
    this.#talk((talk) => talk?.open());
  }

  /**
   * Goes to the bar, as its key does: moves the focus there, and shows the latest question that went by where nothing
   * else is shown. Resolves to false where there is nothing to go to.
   */
  async goToBar(): Promise<boolean> {
    return (await this.#viewer((viewer) => viewer.goToBar())) ?? false;
  }

  /** Opens the menu of what this viewer wants to see, beside an element of the page, such as the button for it. */
  async openMenu(beside: Element): Promise<void> {
    await this.#viewer((viewer, stage) => viewer.openMenu(this.renderRoot as ShadowRoot, beside, stage));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#lookInside();
    this.#overlay ??= this.#draw();
  }

  /** Also waits for the code that draws. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const settled = await super.getUpdateComplete();
    await this.#overlay;
    return settled;
  }

  async #viewer<T>(act: (viewer: Viewer, stage: Overlay) => T): Promise<T | undefined> {
    const overlay = await this.#overlay;
    return overlay && pageViewer.use(this, (viewer) => act(viewer, overlay));
  }

  #talk(act: (talk: Talk | undefined) => void): void {
    if (hasTalk(this)) void this.#viewer((viewer, stage) => act(viewer.talks.get(stage)));
  }

  /** The code that draws is loaded while the room is being joined. */
  async #draw(): Promise<Overlay | undefined> {
    const code = await loadPart(this, import('./overlay.js'), 'draws pointers');
    return code && new code.Overlay(this);
  }

  #lookInside(): void {
    this.wraps = [...this.childNodes].some(
      (node) => node instanceof Element || (node instanceof Text && /\S/.test(node.data)),
    );
    this.dataset.surface = this.wraps ? 'content' : 'page';
  }

  protected override render() {
    const inPage = this.wraps && !this.lifted;
    return html`<slot @slotchange=${this.#lookInside}></slot>
      <div class="layer ${inPage ? '' : 'page'}" popover=${inPage ? nothing : 'manual'}>
        <div class="crowd" aria-hidden="true"><template><div class="at"><div part="cursor">
          <svg part="arrow" viewBox="0 0 14 20"><path class="line"
            d="M0 0V17.2L4.6 13.1 7.4 19.6 10 18.4 7.3 12.2H13.4Z"/><path
            d="M0 0V17.2L4.6 13.1 7.4 19.6 10 18.4 7.3 12.2H13.4Z"/><path class="mark"
            d="M2.4 5.6V11.6L4.8 9.5H6.6Z"/></svg>
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
