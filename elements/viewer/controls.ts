/** What one can press in a card: a button that does something, and a switch that is on or off. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Icon, icon } from './icons.js';

export function action(name: Icon, text: string, act: () => void): TemplateResult {
  return html`<button type="button" class="row" @click=${act}>${icon(name)}<span>${text}</span></button>`;
}

/** `means` says more about it, where that is needed. */
export function toggle(text: string, on: boolean, act: () => void, name?: Icon, means?: string): TemplateResult {
  return html`<button type="button" class="row" role="switch" aria-checked=${on ? 'true' : 'false'} @click=${act}
    >${name ? icon(name) : nothing}<span>${text}${means ? html`<small>${means}</small>` : nothing}</span><i></i
    ></button>`;
}
