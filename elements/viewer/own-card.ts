/**
 * What one's own card has: one's name where the page lets one change it, what one says and shows, what one keeps from
 * the others (reserve.ts), what one sees of them, and the settings of the listener.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Room } from '../../src/index.js';
import { announcing } from '../shared/announce.js';
import { reserve, setReserve } from '../shared/reserve.js';
import { type Announcing, setView, viewSettings } from '../shared/view-settings.js';
import type { CardActions } from './card-actions.js';
import { action, toggle } from './controls.js';
import { KeyField } from './key-field.js';
import { barKeyOf, chatKeyOf } from './keys.js';
import { CHOICES } from './menu.js';
import type { ViewerSpeech } from './speech.js';
import { type Stage, stages } from './stage.js';

const ANNOUNCING = ['all', 'counts', 'none'] as const satisfies Announcing[];

export interface OwnCardOptions {
  /** The `<slate-avatars>`; `announce` is what the page has chosen. */
  readonly host: { readonly announce?: unknown };
  readonly room: Room;
  readonly speech: ViewerSpeech;
  readonly actions: CardActions;
  /** Makes an action that closes the card first. */
  readonly closing: (act: () => void) => () => void;
  /** Called when it looks different. */
  readonly changed: () => void;
}

export class OwnCard {
  readonly #options: OwnCardOptions;
  readonly #chatKey: KeyField;
  readonly #barKey: KeyField;

  constructor(options: OwnCardOptions) {
    this.#options = options;
    const { speech, changed } = options;
    this.#chatKey = new KeyField('chatKey', speech, changed);
    this.#barKey = new KeyField('barKey', speech, changed);
  }

  /** A name that shows nothing is not taken. */
  nameField(name: string, rename: (name: string) => void): TemplateResult {
    const label = this.#options.speech.say('ownName');
    const commit = (event: Event): void => {
      event.preventDefault();
      const input = (event.currentTarget as HTMLElement).querySelector('input') as HTMLInputElement;
      const wished = input.value.trim();
      if (wished && wished !== name) rename(wished);
      else input.value = name;
    };
    return html`<form @submit=${commit} @change=${commit}><input type="text" maxlength="64" autocomplete="off"
      enterkeyhint="done" dir="auto" aria-label=${label} .value=${name}></form>`;
  }

  rows(): TemplateResult {
    const { room, speech, actions, closing } = this.#options;
    const stage = stages.of(room);
    const talk = stage && actions.talks.get(stage);
    const { pointer, activity } = reserve();
    return html`${
      talk?.chats
        ? action(
            'say',
            speech.say('say'),
            closing(() => talk.open()),
          )
        : nothing
    }
      ${
        talk && talk.emoji.length > 0
          ? html`<div class="emoji">${talk.emoji.map(
              (one) =>
                html`<button type="button" aria-label=${speech.say('react', { emoji: one })}
                @click=${closing(() => talk.react(one))}>${one}</button>`,
            )}</div>`
          : nothing
      }
      ${
        stage
          ? toggle(
              speech.say('pause'),
              pointer,
              () => setReserve({ pointer: !pointer }),
              'pause',
              speech.say('pauseMeans'),
            )
          : nothing
      }
      ${toggle(speech.say('appearAway'), activity, () => this.#appearAway(!activity), 'away')}
      ${
        stage
          ? action(
              'gather',
              speech.say('gather'),
              closing(() => actions.gather(stage)),
            )
          : nothing
      }
      ${stage ? html`<hr>${this.#view()}` : nothing}
      <hr>${this.#settings(stage, !!talk)}`;
  }

  /** A `<slate-room>` hears of it by itself; a room that the page has joined is told. */
  #appearAway(activity: boolean): void {
    setReserve({ activity });
    this.#options.room.setActivity(activity ? 'away' : 'active');
  }

  #view(): TemplateResult {
    const { speech } = this.#options;
    const settings = viewSettings();
    const choices = CHOICES.map((name) =>
      toggle(speech.say(name), settings[name], () => setView({ [name]: !settings[name] })),
    );
    return html`<details name="more"><summary>${speech.say('view')}</summary>${choices}</details>`;
  }

  #settings(stage: Stage | undefined, talks: boolean): TemplateResult {
    const { host, speech } = this.#options;
    const now = announcing(host.announce);
    return html`<details name="more"><summary>${speech.say('settings')}</summary>
      <fieldset><legend>${speech.say('announcing')}</legend>${ANNOUNCING.map(
        (one) =>
          html`<label><input type="radio" name="announcing" .checked=${one === now}
            @change=${() => setView({ announcing: one })}><span>${speech.say(`announcing.${one}`)}</span></label>`,
      )}</fieldset>
      ${stage && talks ? this.#chatKey.render(chatKeyOf(stage.host)) : nothing}
      ${stage ? this.#barKey.render(barKeyOf(stage.host)) : nothing}</details>`;
  }
}
