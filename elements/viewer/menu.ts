/**
 * The menus of the viewer. One's own has the view settings and asks everyone along; that of someone else goes to them and
 * follows them. It is a menu in the WAI-ARIA sense: arrow keys move through it, Escape and a click elsewhere close it, and
 * the focus returns to where it was.
 */
import { css, html, render, type TemplateResult } from 'lit';
import type { Member } from '../../src/index.js';
import { keepBeside } from '../shared/popover.js';
import { setView, type ViewSettings, viewSettings } from '../shared/view-settings.js';
import { words } from '../shared/words.js';
import { adoptStyles } from './adopt-styles.js';
import type { Stage } from './stage.js';

const styles = css`
[part=menu]{position:fixed;inset:auto;margin:0;box-sizing:border-box;max-width:min(300px,calc(100vw - 12px));padding:6px;
border:1px solid color-mix(in srgb,var(--slate-text,CanvasText) 16%,transparent);border-radius:10px;background:var(--slate-surface,Canvas);
color:var(--slate-text,CanvasText);box-shadow:0 6px 24px #0003;font:500 14px/1.35 var(--slate-font,system-ui,sans-serif);overflow-wrap:anywhere}
[part=menu]:popover-open{display:grid}
[part=menu]:not(:popover-open){display:none}
[part=menu] button{display:flex;gap:8px;width:100%;min-height:32px;align-items:center;box-sizing:border-box;padding:5px 12px 5px 8px;border:0;border-radius:6px;
background:none;color:inherit;font:inherit;text-align:start;cursor:pointer}
[part=menu] button::before{content:'';flex:none;width:1em;text-align:center}
[part=menu] [aria-checked=true]::before{content:'✓'}
[part=menu] button:hover,[part=menu] button:focus-visible{background:color-mix(in srgb,var(--slate-text,CanvasText) 12%,var(--slate-surface,Canvas))}
[part=menu] button:focus-visible{outline:2px solid var(--slate-focus,light-dark(#1558d6,#8ab4ff));outline-offset:-2px}
[part=menu] hr{width:100%;margin:5px 0;border:0;border-top:1px solid color-mix(in srgb,var(--slate-text,CanvasText) 16%,transparent)}
`;

const CHOICES = ['hideAll', 'hideNames', 'onlyFollowed', 'fadeNear'] as const satisfies (keyof ViewSettings)[];

/** What the items of a menu do. */
export interface MenuActions {
  follow(stage: Stage, user: string): void;
  jumpTo(stage: Stage, user: string): void;
  gather(stage: Stage): void;
  /** Called when the menu has closed. */
  changed(): void;
}

/** Where a menu opens: in this shadow root, beside an element. With a member it is their menu, without one it is one's own. */
export interface MenuOptions {
  readonly root: ShadowRoot;
  readonly beside: Element;
  readonly stage: Stage;
  readonly member?: Member | undefined;
}

export class Menu {
  readonly #options: MenuOptions;
  readonly #actions: MenuActions;
  readonly #menu = document.createElement('div');
  readonly #stopPlacing: () => void;

  /** Opens the menu. It is styled by its parts in the shadow root that it is in. */
  constructor(options: MenuOptions, actions: MenuActions) {
    this.#options = options;
    this.#actions = actions;
    const { root, beside, member } = options;
    const menu = this.#menu;
    menu.part.add('menu');
    menu.role = 'menu';
    menu.popover = 'auto';
    menu.dataset.slatePrivate = '';
    menu.ariaLabel = member && !member.self ? member.user.name : words.view;
    adoptStyles(root, styles);
    this.#draw();
    root.append(menu);
    menu.addEventListener('keydown', (event) => this.#onKey(event));
    menu.addEventListener('toggle', ({ newState }) => newState === 'closed' && this.#onClosed());
    menu.showPopover();
    this.#stopPlacing = keepBeside(menu, beside, 'center');
    this.#items[0]?.focus();
  }

  get isOpen(): boolean {
    return this.#menu.isConnected;
  }

  /** Removes the menu, and leaves the focus where it is. */
  remove(): void {
    this.#stopPlacing();
    this.#menu.remove();
  }

  get #items(): HTMLElement[] {
    return [...this.#menu.querySelectorAll('button')];
  }

  #draw(): void {
    const { stage, member } = this.#options;
    render(member && !member.self ? this.#ofOther(stage, member) : this.#ofSelf(stage), this.#menu);
  }

  #close(): void {
    this.#menu.hidePopover();
    this.#menu.remove();
  }

  #onKey(event: KeyboardEvent): void {
    const items = this.#items;
    const at = items.indexOf(this.#options.root.activeElement as HTMLElement);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = event.key === 'Tab' ? undefined : moves[event.key];
    if (event.key === 'Tab') this.#close();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items.at(to % items.length)?.focus();
  }

  #onClosed(): void {
    const { root, beside } = this.#options;
    const { activeElement } = document;
    const lost = this.#menu.contains(root.activeElement) || !activeElement || activeElement === document.body;
    this.remove();
    if (lost) (beside as HTMLElement).focus?.();
    this.#actions.changed();
  }

  #ofSelf(stage: Stage): TemplateResult {
    const settings = viewSettings();
    return html`${CHOICES.map((name) =>
      check(words[name], settings[name], () => {
        setView({ [name]: !settings[name] });
        this.#draw();
      }),
    )}<hr>${this.#item(words.gather, () => this.#actions.gather(stage))}`;
  }

  /** Does not show whether one follows this person already: opening the menu was one's own input, which ended that. */
  #ofOther(stage: Stage, { user }: Member): TemplateResult {
    const { followed } = viewSettings();
    const among = followed.includes(user.id);
    return html`${this.#item(words.goTo(user.name), () => this.#actions.jumpTo(stage, user.id))}${this.#item(
      words.follow(user.name),
      () => this.#actions.follow(stage, user.id),
    )}${check(words.amongFollowed, among, () => {
      this.#close();
      setView({ followed: among ? followed.filter((id) => id !== user.id) : [...followed, user.id] });
    })}`;
  }

  /** An item that closes the menu. */
  #item(text: string, act: () => void): TemplateResult {
    const run = (): void => {
      this.#close();
      act();
    };
    return html`<button type="button" role="menuitem" tabindex="-1" @click=${run}>${text}</button>`;
  }
}

function check(text: string, on: boolean, act: () => void): TemplateResult {
  return html`<button type="button" role="menuitemcheckbox" tabindex="-1" aria-checked=${on ? 'true' : 'false'} @click=${act}>${text}</button>`;
}
