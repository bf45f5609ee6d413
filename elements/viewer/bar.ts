/**
 * Tells the viewer about following: the person they follow, with a button that ends it; who asks them to come
 * along, with yes and no; who follows them. It lies in the top layer, at the lower edge of the window. It takes no
 * focus, and screen readers read it out politely.
 */
import { css, html, nothing, render } from 'lit';
import type { Speech } from '../shared/speech.js';
import { roomSpeech } from '../shared/speech.js';
import { spokenOnly } from '../shared/styles.js';
import { topLayer } from '../surface/top-layer.js';
import { adoptStyles } from './adopt-styles.js';
import { stages } from './stage.js';

/** More followers than this are counted. */
const MOST_NAMES = 3;

export interface BarState {
  /** The person the viewer follows. */
  readonly leader: { readonly name: string; readonly color: string } | undefined;
  /** The person who asks the viewer to come along. */
  readonly asker: { readonly name: string } | undefined;
  /** The names of those who follow the viewer. */
  readonly followers: readonly string[];
  /** A modal dialog is open: the buttons could not be pressed, and are not shown. */
  readonly blocked: boolean;
  /** Ends following. */
  readonly stop: () => void;
  /** Answers the asker. */
  readonly answer: (yes: boolean) => void;
}

const styles = css`
.viewer{position:fixed;inset:0;width:auto;height:auto;margin:0;border:0;padding:0;overflow:visible;background:none;
pointer-events:none;
font:500 14px/1.35 var(--_font);color:var(--_fg)}
.viewer:not(:popover-open){display:none}
[part=frame]{position:absolute;inset:0;border:3px solid var(--_u)}
.bars[hidden]{display:none}
.bars:not([hidden]){position:absolute;inset:auto calc(8px + env(safe-area-inset-right,0px))
calc(16px + env(safe-area-inset-bottom,0px)) calc(8px + env(safe-area-inset-left,0px));
display:flex;flex-direction:column;align-items:center;gap:6px}
[part=bar]{display:flex;flex-wrap:wrap;align-items:center;justify-content:center;gap:8px;box-sizing:border-box;
max-width:100%;padding-block:5px;padding-inline:14px 6px;border-radius:calc(var(--_r)*2);
background:var(--_bg);border:1px solid color-mix(in srgb,currentColor 16%,transparent);
box-shadow:var(--_shadow);
pointer-events:auto;overflow-wrap:anywhere}
[part=bar]>:last-child:not(button){padding-inline-end:8px}
.viewer button{font:inherit;min-height:28px;border:0;border-radius:calc(var(--_r)*1.4);padding:3px 12px;cursor:pointer;
background:color-mix(in srgb,currentColor 12%,var(--_bg));color:inherit}
.viewer button:hover{background:color-mix(in srgb,currentColor 20%,var(--_bg))}
.viewer :focus-visible{outline:2px solid var(--_focus);outline-offset:1px}
@media (forced-colors:active){.viewer button{border:1px solid ButtonText}}
@media print{.viewer{display:none}}
`;

export class Bar {
  readonly #status = Object.assign(document.createElement('div'), { className: 'spoken', role: 'status' });
  readonly #frame = Object.assign(document.createElement('div'), { className: 'viewer', popover: 'manual' });
  /** What it tells: where that changes, so may its height. */
  #told = '';

  /** Shows the state in the shadow root of `host`; nothing where there is nothing to tell. */
  draw(host: HTMLElement | undefined, { leader, asker, followers, blocked, stop, answer }: BarState): void {
    this.#moveTo(host);
    const speech = roomSpeech(host ?? document.documentElement);
    const asks = asker ? speech.say('asks', { name: asker.name }) : '';
    const status = leader ? speech.say('following', { name: leader.name }) : asks;
    if (this.#status.textContent !== status) this.#status.textContent = status;
    const wanted = !!host && (!!status || followers.length > 0);
    render(
      wanted
        ? html`${leader ? html`<div part="frame" .style=${`--_u:${leader.color}`}></div>` : nothing}
          <div class="bars" ?hidden=${blocked} role="group" aria-label=${speech.say('followBar')} data-slate-private>
            ${
              followers.length > 0 && !leader
                ? html`<div part="bar"><bdi>${followersIn(speech, followers)}</bdi></div>`
                : nothing
            }
            ${
              leader
                ? html`<div part="bar"><bdi>${status}</bdi>
              <button type="button" @click=${stop}>${speech.say('stop')}</button></div>`
                : nothing
            }
            ${
              asker
                ? html`<div part="bar"><bdi>${asks}</bdi>
              <button type="button" @click=${() => answer(true)}>${speech.say('come')}</button>
              <button type="button" @click=${() => answer(false)}>${speech.say('notNow')}</button></div>`
                : nothing
            }
          </div>`
        : nothing,
      this.#frame,
    );
    if (wanted) topLayer.keep(this.#frame);
    else topLayer.release(this.#frame);
    this.#clear(wanted && !blocked ? [status, asks, ...(leader ? [] : followers)].join('\n') : '');
  }

  /** Lets everything else keep clear of what it tells now; '' while it is not shown. */
  #clear(told: string): void {
    if (told === this.#told) return;
    this.#told = told;
    stages.bar = (told && this.#frame.querySelector<HTMLElement>('.bars')) || undefined;
    for (const stage of stages) stage.redraw();
  }

  remove(): void {
    this.#clear('');
    topLayer.release(this.#frame);
    this.#status.remove();
    this.#frame.remove();
  }

  /** Moves into the shadow root of another host. */
  #moveTo(host: HTMLElement | undefined): void {
    const root = host?.shadowRoot;
    if (!root || this.#frame.getRootNode() === root) return;
    adoptStyles(root, styles, spokenOnly);
    root.append(this.#status, this.#frame);
  }
}

function followersIn(speech: Speech, followers: readonly string[]): string {
  const n = followers.length;
  return n > MOST_NAMES
    ? speech.say('followers', { n })
    : speech.say('followYou', { n, names: speech.list(followers) });
}
