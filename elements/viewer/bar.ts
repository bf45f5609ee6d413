/**
 * Tells the viewer about following: the person they follow, with a button that ends it; who asks them to come
 * along, with yes and no; who follows them. It lies in the top layer, at the lower edge of the window. It takes no
 * focus by itself: a key goes there, and Escape back. Screen readers read it out politely. Above it is the button by
 * which a finger opens the chat.
 */
import { css, html, nothing, render } from 'lit';
import { adoptStyles } from '../shared/adopt-styles.js';
import { announcing } from '../shared/announce.js';
import { spokenOnly } from '../shared/styles.js';
import { topLayer } from '../surface/top-layer.js';
import { FollowerNews, followersIn } from './follower-news.js';
import { icon } from './icons.js';
import { barKeyOf } from './keys.js';
import { viewerSpeech } from './speech.js';
import { type StageHost, stages } from './stage.js';
import type { Talk } from './talk.js';

export interface BarState {
  /** The person the viewer follows. */
  readonly leader: { readonly name: string; readonly color: string } | undefined;
  /** The person who asks the viewer to come along. */
  readonly asker: { readonly name: string } | undefined;
  /** The names of those who follow the viewer. */
  readonly followers: readonly string[];
  /** What a button opens, for a finger or a pen, which have no keys. */
  readonly talk: Talk | undefined;
  /** A modal dialog is open: the buttons could not be pressed, and are not shown. */
  readonly blocked: boolean;
  /** Ends following. */
  readonly stop: () => void;
  /** Answers the asker. */
  readonly answer: (yes: boolean) => void;
  /** The viewer has to do with the bar from now on, or no longer: the question that is shown is to stay as long. */
  readonly hold: (holds: boolean) => void;
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
.viewer kbd{font:inherit;font-size:12px;line-height:1;padding:3px 6px;border:1px solid var(--_line);
border-radius:5px;color:var(--_dim)}
@media (hover:none){.viewer kbd{display:none}}
@media (prefers-contrast:more){.viewer button{border:1px solid}}
.viewer [role=group]{display:contents}
.viewer [part=talk]{align-self:flex-end;display:grid;place-items:center;width:48px;height:48px;padding:0;
margin-inline-end:8px;border-radius:50%;border:1px solid color-mix(in srgb,currentColor 16%,transparent);
background:var(--_bg);box-shadow:var(--_shadow);pointer-events:auto;touch-action:manipulation}
.viewer .icon{width:22px;height:22px;fill:none;stroke:currentColor;stroke-width:1.4;stroke-linecap:round;
stroke-linejoin:round}
@media (forced-colors:active){.viewer button{border:1px solid ButtonText}}
@media print{.viewer{display:none}}
`;

export class Bar {
  readonly #status = Object.assign(document.createElement('div'), { className: 'spoken', role: 'status' });
  readonly #frame = Object.assign(document.createElement('div'), { className: 'viewer', popover: 'manual' });
  /** What it tells: where that changes, so may its height. */
  #told = '';
  readonly #news = new FollowerNews();
  /** What had the focus before the bar got it. */
  #before: EventTarget | null = null;
  #hold: BarState['hold'] | undefined;
  #holds = false;
  /** What is removed while it has the focus has events, too. */
  #draws = false;

  constructor() {
    const frame = this.#frame;
    frame.addEventListener('focusin', ({ relatedTarget }) => {
      if (!frame.contains(relatedTarget as Node | null)) this.#before = relatedTarget;
      this.#holdOn(true);
    });
    frame.addEventListener('pointerover', () => this.#holdOn(true));
    frame.addEventListener('focusout', ({ relatedTarget }) => this.#leave(relatedTarget, frame.matches(':hover')));
    frame.addEventListener('pointerout', ({ relatedTarget }) => this.#leave(relatedTarget, this.#hasFocus));
    frame.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation(); // it is not for the page
      this.#giveFocusBack();
    });
  }

  /** Moves the focus to the first button. False where there is none. */
  focus(): boolean {
    const button = this.#frame.querySelector<HTMLElement>('.bars:not([hidden]) button');
    const { activeElement } = this.#frame.getRootNode() as Document | ShadowRoot;
    if (button && !this.#hasFocus) this.#before = activeElement ?? document.activeElement;
    button?.focus();
    return !!button;
  }

  /** Shows the state in the shadow root of `host`; nothing where there is nothing to tell. */
  draw(host: StageHost | undefined, state: BarState): void {
    const { leader, asker, followers, talk, blocked, stop, answer, hold } = state;
    this.#hold = hold;
    this.#moveTo(host);
    const speech = viewerSpeech(host ?? document.documentElement);
    const key = host ? barKeyOf(host) : '';
    const asks = asker ? speech.say('asks', { name: asker.name }) : '';
    const question = asker && key ? speech.say('asksKey', { name: asker.name, key }) : asks;
    const status = leader ? speech.say('following', { name: leader.name }) : asks;
    const spoken = announcing(host?.announce) === 'none' ? '' : leader ? status : question;
    if (this.#status.textContent !== spoken) this.#status.textContent = spoken;
    if (host) this.#news.note(host, followers);
    const hadFocus = this.#hasFocus;
    this.#draws = true;
    const tells = !!status || followers.length > 0;
    const wanted = !!host && (tells || !!talk);
    render(
      wanted
        ? html`${leader ? html`<div part="frame" .style=${`--_u:${leader.color}`}></div>` : nothing}
          <div class="bars" ?hidden=${blocked} data-slate-private>
            ${
              talk
                ? html`<button part="talk" type="button" aria-label=${speech.say(talk.chats ? 'say' : 'reactAny')}
                  @click=${() => talk.open()}>${icon(talk.chats ? 'say' : 'react')}</button>`
                : nothing
            }${
              tells
                ? html`<div role="group" aria-label=${speech.say('followBar')}>
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
                ? html`<div part="bar"><bdi>${asks}</bdi>${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
              <button type="button" @click=${() => answer(true)}>${speech.say('come')}</button>
              <button type="button" @click=${() => answer(false)}>${speech.say('notNow')}</button></div>`
                : nothing
            }</div>`
                : nothing
            }
          </div>`
        : nothing,
      this.#frame,
    );
    if (wanted) topLayer.keep(this.#frame);
    else topLayer.release(this.#frame);
    this.#draws = false;
    this.#clear(wanted && !blocked ? [status, asks, talk ? '+' : '', ...(leader ? [] : followers)].join('\n') : '');
    if (hadFocus && !this.#hasFocus) this.#giveFocusBack();
    if (!this.#hasFocus && !this.#frame.matches(':hover')) this.#holdOn(false);
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
    this.#news.element.remove();
    this.#frame.remove();
  }

  get #hasFocus(): boolean {
    const { activeElement } = this.#frame.getRootNode() as Document | ShadowRoot;
    return this.#frame.contains(activeElement);
  }

  #giveFocusBack(): void {
    if (this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
    if (this.#hasFocus) this.#frame.querySelector<HTMLElement>(':focus')?.blur();
  }

  #leave(to: EventTarget | null, stays: boolean): void {
    if (!stays && !this.#frame.contains(to as Node | null)) this.#holdOn(false);
  }

  #holdOn(holds: boolean): void {
    if (holds === this.#holds || this.#draws) return;
    this.#holds = holds;
    this.#hold?.(holds);
  }

  /** Moves into the shadow root of another host. */
  #moveTo(host: HTMLElement | undefined): void {
    const root = host?.shadowRoot;
    if (!root || this.#frame.getRootNode() === root) return;
    adoptStyles(root, styles, spokenOnly);
    root.append(this.#status, this.#news.element, this.#frame);
  }
}
