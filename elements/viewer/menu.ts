/**
 * The menu of what one sees of the others, and that asks everyone along; `openMenu` of `<slate-cursors>` opens it. It
 * is a menu in the WAI-ARIA sense: arrow keys move through it, and Tab leaves it.
 */
import { css, html, render, type TemplateResult } from 'lit';
import { adoptStyles } from '../shared/adopt-styles.js';
import { watchWords } from '../shared/speech.js';
import { setView, type ViewSettings, viewSettings, watchView } from '../shared/view-settings.js';
import { Float } from './float.js';
import { panel } from './panel.styles.js';
import { viewerSpeech } from './speech.js';

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

/** The settings that are on or off. */
export const CHOICES = ['hideAll', 'hideNames', 'onlyFollowed', 'fadeNear'] as const satisfies (keyof ViewSettings)[];

export interface MenuOptions {
  readonly root: ShadowRoot;
  readonly beside: Element;
  /** Asks everyone along. */
  readonly gather: () => void;
  readonly closed: () => void;
}

/** Opens the menu. It is styled by its part in the shadow root that it is in. */
export function openMenu({ root, beside, gather, closed }: MenuOptions): Float {
  const float = new Float({ root, beside, part: 'menu', role: 'menu', closed });
  const { box } = float;
  adoptStyles(root, styles);
  const speech = viewerSpeech(root.host);
  float.draw = () => {
    const settings = viewSettings();
    box.ariaLabel = speech.say('view');
    render(
      html`${CHOICES.map((name) =>
        check(speech.say(name), settings[name], () => setView({ [name]: !settings[name] })),
      )}<hr><button type="button" role="menuitem" tabindex="-1" @click=${() => {
        float.close();
        gather();
      }}>${speech.say('gather')}</button>`,
      box,
    );
  };
  float.draw();
  const items = (): HTMLElement[] => [...box.querySelectorAll('button')];
  box.addEventListener('keydown', (event) => {
    const all = items();
    const at = all.indexOf(float.focused as HTMLElement);
    if (event.key === 'Tab') float.close();
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  });
  for (const end of [watchWords(root.host, float.draw), watchView(float.draw)])
    float.signal.addEventListener('abort', end);
  float.open(items()[0]);
  return float;
}

function check(text: string, on: boolean, act: () => void): TemplateResult {
  const checked = on ? 'true' : 'false';
  return html`<button type="button" role="menuitemcheckbox" tabindex="-1" aria-checked=${checked}
    @click=${act}>${text}</button>`;
}
