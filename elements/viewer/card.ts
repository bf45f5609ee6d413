/**
 * The card of a person: who they are, how and where they are, and what one can do with them; one's own has what one
 * does oneself (own-card.ts). It is the same for the mouse, the keyboard and a finger, and follows what changes. It
 * closes when the person leaves.
 */
import { html, nothing, render } from 'lit';
import type { Member } from '../../src/index.js';
import { adoptStyles } from '../shared/adopt-styles.js';
import { watchReserve } from '../shared/reserve.js';
import { setView, viewSettings, watchView } from '../shared/view-settings.js';
import { styles } from './card.styles.js';
import type { CardActions } from './card-actions.js';
import { action, toggle } from './controls.js';
import type { Faces } from './faces.js';
import { Float } from './float.js';
import { icon } from './icons.js';
import { OwnCard } from './own-card.js';
import { viewerSpeech } from './speech.js';
import { stages } from './stage.js';

export interface CardOptions {
  readonly beside: HTMLElement;
  readonly faces: Faces;
  readonly member: Member;
  readonly closed: () => void;
}

/** Opens a card in the shadow root of the element whose faces these are. */
export function openCard({ beside, faces, member, closed }: CardOptions, actions: CardActions): Float {
  const { host, room } = faces;
  const root = host.shadowRoot as ShadowRoot;
  const key = faces.people.get(member);
  const speech = viewerSpeech(host);
  const float = new Float({ root, beside, part: 'card', role: 'dialog', closed });
  adoptStyles(root, styles);

  const closing = (act: () => void) => () => {
    float.close();
    act();
  };
  const own = new OwnCard({ host, room, speech, actions, closing, changed: () => float.draw() });
  /** Does not show whether one follows this person already: opening the card was one's own input, which ended that. */
  const rowsOfOther = ({ user: { id }, label: name }: Member) => {
    const stage = stages.of(room);
    if (!stage) return nothing;
    const { followed, muted } = viewSettings();
    return html`${action(
      'goTo',
      speech.say('goTo', { name }),
      closing(() => actions.following.start(stage, id, true)),
    )}
      ${action(
        'follow',
        speech.say('follow', { name }),
        closing(() => actions.following.start(stage, id)),
      )}
      ${toggle(
        speech.say('amongFollowed'),
        followed.includes(id),
        () => setView({ followed: other(followed, id) }),
        'among',
      )}
      ${toggle(
        speech.say('mute', { name }),
        muted.includes(id),
        () => setView({ muted: other(muted, id) }),
        'mute',
        speech.say('muteMeans'),
      )}`;
  };
  float.draw = () => {
    const now = [...faces.people].find(([, one]) => one === key)?.[0];
    if (!now) {
      float.close();
      return;
    }
    const { self, status, location, sessions, user } = now;
    const [title] = faces.describe(now);
    const windows = sessions.length > 1 ? [speech.say('windows', { n: sessions.length })] : [];
    float.box.ariaLabel = title;
    float.box.dataset.user = user.id; // whose pointer is pointed out by it
    render(
      html`<header><div class="face ink" aria-hidden="true" data-status=${status}
        data-mark=${user.mark ?? nothing} .style=${`--_u:${user.color}`}
        >${faces.face(now)}</div><div>${
          self && faces.rename ? own.nameField(user.name, faces.rename) : html`<h2><bdi>${title}</bdi></h2>`
        }<small class="how">${[speech.say(`status.${status}`), faces.doing(now), ...windows]
          .filter(Boolean)
          .join(speech.say('comma'))}</small>${
          location ? html`<small class="place">${icon('place')}<bdi>${location}</bdi></small>` : nothing
        }</div></header><div part="menu">${self ? own.rows() : rowsOfOther(now)}</div>`,
      float.box,
    );
  };
  float.draw();
  const { signal } = float;
  if (signal.aborted) return float;
  for (const end of [watchView(float.draw), watchReserve(float.draw)]) signal.addEventListener('abort', end);
  const onToggle = ({ target }: Event) => {
    float.place();
    if ((target as Element).matches('details[open]')) (target as Element).scrollIntoView({ block: 'nearest' });
  };
  float.box.addEventListener('toggle', onToggle, true); // it does not bubble
  float.open(float.box.querySelector<HTMLElement>('[part=menu] button'));
  return float;
}

/** The list with this id, or without it where it had it. */
const other = (ids: readonly string[], id: string): readonly string[] =>
  ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
