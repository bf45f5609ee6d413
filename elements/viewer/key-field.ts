/** The choice of a key of the viewer: the key now, a button that takes the next key, and one for none. */
import { html, nothing, type TemplateResult } from 'lit';
import { setView } from '../shared/view-settings.js';
import type { ViewerSpeech } from './speech.js';

const MODIFIERS = ['Control', 'Alt', 'Meta', 'Shift'];

/** `chatKey` is a character; `barKey` may be any key, with modifiers. */
export type ChosenKey = 'chatKey' | 'barKey';

export class KeyField {
  readonly #name: ChosenKey;
  readonly #speech: ViewerSpeech;
  readonly #changed: () => void;
  /** The next key pressed is the choice. */
  #listens = false;

  /** `changed` is called when it looks different. */
  constructor(name: ChosenKey, speech: ViewerSpeech, changed: () => void) {
    this.#name = name;
    this.#speech = speech;
    this.#changed = changed;
  }

  /** `key`: the key now, '' for none. */
  render(key: string): TemplateResult {
    const speech = this.#speech;
    const off = () => setView({ [this.#name]: '' });
    return html`<fieldset><legend>${speech.say(this.#name)}</legend><div class="key"
      ><kbd aria-live="polite">${this.#listens ? '…' : key || speech.say('key.none')}</kbd>
      <button type="button" aria-pressed=${this.#listens ? 'true' : 'false'} @click=${this.#onClick}
        @keydown=${this.#onKey} @blur=${() => this.#listen(false)}
        >${speech.say(this.#listens ? 'key.press' : 'key.change')}</button>
      ${
        key && !this.#listens ? html`<button type="button" @click=${off}>${speech.say('key.off')}</button>` : nothing
      }</div></fieldset>`;
  }

  readonly #onClick = ({ currentTarget }: Event): void => {
    (currentTarget as HTMLElement).focus(); // Safari does not focus a button that is clicked
    this.#listen(!this.#listens);
  };

  #listen(listens: boolean): void {
    if (listens === this.#listens) return;
    this.#listens = listens;
    this.#changed();
  }

  /** Escape, and what cannot be chosen, choose nothing; Tab goes on. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
    if (!this.#listens || key === 'Tab' || MODIFIERS.includes(key)) return;
    event.preventDefault();
    event.stopPropagation(); // it is not for the page, nor closes it the card
    const isCharacter = [...key].length === 1;
    const held = MODIFIERS.filter((_, i) => [ctrlKey, altKey, metaKey, shiftKey && !isCharacter][i]);
    const chosen = this.#name === 'barKey' ? [...held, key].join('+') : isCharacter && held.length === 0 && key;
    if (chosen && key !== 'Escape') setView({ [this.#name]: chosen });
    this.#listen(false);
  };
}
