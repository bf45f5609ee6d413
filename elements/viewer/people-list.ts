/**
 * The list of everyone here, which the +N button opens: groups by status, by name in each, oneself first. It is a menu
 * in the WAI-ARIA sense, whose items open cards: one tab stop, in which arrow keys, Home, End and the letters of a name
 * move.
 */
import { html, nothing, render } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Member } from '../../src/index.js';
import { adoptStyles } from '../shared/adopt-styles.js';
import type { Faces } from './faces.js';
import { Float } from './float.js';
import { styles } from './people-list.styles.js';
import { viewerSpeech } from './speech.js';
import { Typeahead } from './typeahead.js';

const STATUSES = ['active', 'idle', 'away', 'stale'] as const;

export interface PeopleListOptions {
  readonly beside: HTMLElement;
  readonly faces: Faces;
  /** Opens the card of a person; the list has closed. */
  readonly choose: (member: Member) => void;
  readonly closed: () => void;
}

/** Opens the list in the shadow root of the element whose faces these are. */
export function openPeopleList({ beside, faces, choose, closed }: PeopleListOptions): Float {
  const { host } = faces;
  const root = host.shadowRoot as ShadowRoot;
  const speech = viewerSpeech(host);
  const typeahead = new Typeahead();
  const float = new Float({ root, beside, part: 'list', align: 'end', closed });
  const { box } = float;
  adoptStyles(root, styles);

  /** The key of the person who has the focus. */
  let current = '';
  const items = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>('[part=item]')];
  const item = (member: Member, key: string) => {
    const [title] = faces.describe(member);
    const { user, status, location, sessions } = member;
    // The eye sees the status in the heading of the group.
    const windows = sessions.length > 1 && speech.say('windows', { n: sessions.length });
    const more = [location, faces.doing(member), windows].filter(Boolean).join(speech.say('comma'));
    const open = () => {
      float.close();
      choose(member);
    };
    const face = html`<span class="face ink" aria-hidden="true" data-status=${status} data-mark=${user.mark ?? nothing}
      .style=${`--_u:${user.color}`}>${faces.face(member)}</span>`;
    return html`<button type="button" part="item" role="menuitem" aria-haspopup="dialog" tabindex="-1"
      data-user=${user.id} data-key=${key} @click=${open}>${face}<span><bdi>${title}</bdi>${
        more ? html` <small>${more}</small>` : nothing
      }<span class="spoken"> ${speech.say(`status.${status}`)}</span></span></button>`;
  };
  float.draw = () => {
    const { compare } = new Intl.Collator(speech.lang, { numeric: true });
    const keys = faces.people;
    const keyOf = (member: Member) => keys.get(member) ?? '';
    const people = [...keys.keys()].sort(
      (a, b) => Number(b.self) - Number(a.self) || compare(a.label, b.label) || compare(a.user.id, b.user.id),
    );
    if (people.length === 0) {
      float.close();
      return;
    }
    const groups = STATUSES.map((status) => [status, people.filter((one) => one.status === status)] as const);
    const held = !!float.focused;
    render(
      html`<div part="heading" role="heading" aria-level="2" id="heading">${speech.say('peopleCount', {
        n: people.length,
      })}</div><div role="menu" aria-labelledby="heading">${groups.map(([status, members]) =>
        members.length > 0
          ? html`<div role="group" aria-labelledby=${status}><div class="status" role="presentation" id=${status}
            >${speech.say(`status.${status}`)} <span>${members.length}</span></div>${repeat(members, keyOf, (one) =>
              item(one, keyOf(one)),
            )}</div>`
          : nothing,
      )}</div>`,
      box,
    );
    // Who has another status now is in another group, drawn anew; who left is not there any more.
    const all = items();
    const focus = all.find(({ dataset }) => dataset.key === current) ?? all[0];
    for (const one of all) one.tabIndex = one === focus ? 0 : -1;
    if (held && !float.focused) focus?.focus({ preventScroll: true });
  };
  float.draw();
  if (float.signal.aborted) return float;

  box.addEventListener('focusin', ({ target }) => {
    for (const one of items()) one.tabIndex = one === target ? 0 : -1;
    current = (target as HTMLElement).dataset.key ?? current;
  });
  box.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const all = items();
    const at = all.indexOf(float.focused as HTMLElement);
    const now = performance.now();
    const types = [...key].length === 1 && (key !== ' ' || typeahead.isTyping(now));
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const names = () => all.map((one) => one.querySelector('bdi')?.textContent ?? '');
    const found = types ? typeahead.find(key, now, names(), at, speech.lang) : undefined;
    const to = found ?? moves[key];
    if (to === undefined) return;
    event.preventDefault(); // letters are not for the page either
    event.stopPropagation();
    if (found !== -1) all.at(to % all.length)?.focus();
  });
  float.open(items()[0]);
  return float;
}
