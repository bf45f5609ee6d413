/**
 * The menus of the viewer. One's own has the view settings and asks everyone along; that of someone else goes to them
 * and follows them. It is a menu in the WAI-ARIA sense: arrow keys move through it, Escape and a click elsewhere close
 * it, and the focus returns to where it was.
 */
import { css, html, render, type TemplateResult } from 'lit';
import type { Member } from '../../src/index.js';
import { keepBeside } from '../shared/popover.js';
import { roomSpeech, watchWords } from '../shared/speech.js';
import { setView, type ViewSettings, viewSettings } from '../shared/view-settings.js';
import { adoptStyles } from './adopt-styles.js';
import type { Following } from './follow.js';
import { panel } from './panel.styles.js';
import type { Stage } from './stage.js';

const styles = css`
[part=menu]{${panel};position:fixed;inset:auto;max-width:min(300px,calc(100vw - 12px));padding:6px;
border-radius:var(--_r);overflow-wrap:anywhere}
[part=menu]:popover-open{display:grid}
[part=menu]:not(:popover-open){display:none}
[part=menu] button{display:flex;gap:8px;width:100%;min-height:32px;align-items:center;box-sizing:border-box;
padding-block:5px;padding-inline:8px 12px;border:0;border-radius:calc(var(--_r)*.6);
background:none;color:inherit;font:inherit;text-align:start;cursor:pointer}
[part=menu] button::before{content:'';flex:none;width:1em;text-align:center}
[part=menu] [aria-checked=true]::before{content:'✓'}
[part=menu] button:hover,[part=menu] button:focus-visible{background:color-mix(in srgb,var(--_fg) 12%,var(--_bg))}
[part=menu] button:focus-visible{outline:2px solid var(--_focus);outline-offset:-2px}
[part=menu] hr{width:100%;margin:5px 0;border:0;
border-top:1px solid var(--_line)}
@media print{[part=menu]{display:none!important}}
`;

const CHOICES = ['hideAll', 'hideNames', 'onlyFollowed', 'fadeNear'] as const satisfies (keyof ViewSettings)[];

/** What the items of a menu do. */
export interface MenuActions {
  readonly following: Pick<Following, 'start'>;
  gather(stage: Stage): void;
  /** Called when the menu has closed. */
  changed(): void;
}

/**
 * Where a menu opens: in this shadow root, beside an element. With a member it is their menu, without one it is one's
 * own.
 */
export interface MenuOptions {
  readonly root: ShadowRoot;
  readonly beside: Element;
  readonly stage: Stage;
  readonly member?: Member | undefined;
}

export interface OpenMenu {
  readonly menu: HTMLElement;
  /** Removes the menu, and leaves the focus where it is. */
  remove(): void;
}

/** Opens a menu. It is styled by its parts in the shadow root that it is in. */
export function openMenu({ root, beside, stage, member }: MenuOptions, actions: MenuActions): OpenMenu {
  const menu = document.createElement('div');
  menu.part.add('menu');
  menu.role = 'menu';
  menu.popover = 'auto';
  menu.dataset.slatePrivate = '';
  const other = member && !member.self ? member : undefined;
  adoptStyles(root, styles);
  const speech = roomSpeech(root.host);
  const close = (): void => {
    menu.hidePopover();
    menu.remove();
  };
  const closing = (text: string, act: () => void) =>
    item(text, () => {
      close();
      act();
    });
  const itemsOfSelf = (settings: ViewSettings) =>
    html`${CHOICES.map((name) =>
      check(speech.say(name), settings[name], () => {
        setView({ [name]: !settings[name] });
        draw();
      }),
    )}<hr>${closing(speech.say('gather'), () => actions.gather(stage))}`;
  /** Does not show whether one follows this person already: opening the menu was one's own input, which ended that. */
  const itemsOfOther = ({ followed }: ViewSettings, { user: { id }, label: name }: Member) => {
    const among = followed.includes(id);
    return html`${closing(speech.say('goTo', { name }), () => actions.following.start(stage, id, true))}${closing(
      speech.say('follow', { name }),
      () => actions.following.start(stage, id),
    )}${check(speech.say('amongFollowed'), among, () => {
      close();
      setView({ followed: among ? followed.filter((one) => one !== id) : [...followed, id] });
    })}`;
  };
  const draw = (): void => {
    menu.ariaLabel = other?.label ?? speech.say('view');
    render(other ? itemsOfOther(viewSettings(), other) : itemsOfSelf(viewSettings()), menu);
  };
  draw();
  root.append(menu);

  const items = (): HTMLElement[] => [...menu.querySelectorAll('button')];
  menu.addEventListener('keydown', (event) => {
    const all = items();
    const at = all.indexOf(root.activeElement as HTMLElement);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = event.key === 'Tab' ? undefined : moves[event.key];
    if (event.key === 'Tab') close();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  });
  menu.addEventListener('toggle', ({ newState }) => {
    if (newState === 'open') return;
    const { activeElement } = document;
    const lost = menu.contains(root.activeElement) || !activeElement || activeElement === document.body;
    remove();
    if (lost) (beside as HTMLElement).focus?.();
    actions.changed();
  });
  menu.showPopover();
  const stopPlacing = keepBeside(menu, beside, 'center');
  const unwatch = watchWords(root.host, draw);
  items()[0]?.focus();
  const remove = (): void => {
    stopPlacing();
    unwatch();
    menu.remove();
  };
  return { menu, remove };
}

function item(text: string, act: () => void): TemplateResult {
  return html`<button type="button" role="menuitem" tabindex="-1" @click=${act}>${text}</button>`;
}

function check(text: string, on: boolean, act: () => void): TemplateResult {
  const checked = on ? 'true' : 'false';
  return html`<button type="button" role="menuitemcheckbox" tabindex="-1" aria-checked=${checked}
    @click=${act}>${text}</button>`;
}
