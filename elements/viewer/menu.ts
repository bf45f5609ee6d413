/**
 * The menus of the viewer: what I want to see of the others and, beside someone else, the ways to them. A menu in the
 * WAI-ARIA sense: arrow keys walk it, Escape and a click elsewhere close it, and the focus returns to where it was.
 */
import { css, html, render, type TemplateResult } from 'lit';
import type { Member } from '../../src/index.js';
import { keepBeside } from '../shared/popover.js';
import { setView, type ViewSettings, viewSettings } from '../shared/view-settings.js';
import { words } from '../shared/words.js';
import { follow, gather, jumpTo } from './follow.js';
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

/** Opens the menu of a person, or one's own, beside an element: in that one's shadow root, to be styled by its parts. */
export function openMenu(root: ShadowRoot, beside: Element, stage: Stage, member?: Member): void {
  if (!root.host.isConnected) return;
  root.querySelector<HTMLElement>('[part=menu]')?.remove(); // one that is about to go
  const menu = document.createElement('div');
  menu.part.add('menu');
  menu.role = 'menu';
  menu.popover = 'auto';
  menu.dataset.slatePrivate = '';
  menu.ariaLabel = member && !member.self ? member.user.name : words.view;
  const sheet = styles.styleSheet;
  if (sheet && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  const draw = (): void => {
    render(member && !member.self ? theirs(stage, member, close) : own(stage, draw, close), menu);
  };
  const close = (): void => {
    menu.hidePopover();
    menu.remove();
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
  let release: (() => void) | undefined;
  menu.addEventListener('toggle', ({ newState }) => {
    if (newState === 'open') return;
    release?.();
    const lost =
      menu.contains(root.activeElement) || !document.activeElement || document.activeElement === document.body;
    menu.remove();
    if (lost) (beside as HTMLElement).focus?.();
  });
  menu.showPopover();
  release = keepBeside(menu, beside, 'center');
  items()[0]?.focus();
}

function own(stage: Stage, draw: () => void, close: () => void): TemplateResult {
  const settings = viewSettings();
  return html`${CHOICES.map((name) =>
    check(words[name], settings[name], () => {
      setView({ [name]: !settings[name] });
      draw();
    }),
  )}<hr>${item(words.gather, () => {
    close();
    gather(stage);
  })}`;
}

/** Whom one follows already is no matter here: opening the menu was one's own input, and ended it. */
function theirs(stage: Stage, { user }: Member, close: () => void): TemplateResult {
  const { followed } = viewSettings();
  const among = followed.includes(user.id);
  const then = (act: () => void) => () => {
    close();
    act();
  };
  return html`${item(
    words.goTo(user.name),
    then(() => jumpTo(stage, user.id)),
  )}${item(
    words.follow(user.name),
    then(() => follow(stage, user.id)),
  )}${check(
    words.amongFollowed,
    among,
    then(() => setView({ followed: among ? followed.filter((id) => id !== user.id) : [...followed, user.id] })),
  )}`;
}

function item(text: string, act: () => void): TemplateResult {
  return html`<button type="button" role="menuitem" tabindex="-1" @click=${act}>${text}</button>`;
}

function check(text: string, on: boolean, act: () => void): TemplateResult {
  return html`<button type="button" role="menuitemcheckbox" tabindex="-1" aria-checked=${on ? 'true' : 'false'} @click=${act}>${text}</button>`;
}
