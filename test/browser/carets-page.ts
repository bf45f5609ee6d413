/** What the tests of `<slate-carets>` share: a field in which others have their carets, and where these are drawn. */

import { type Ends, say } from '../../elements/carets/said.js';
import type { SlateCarets } from '../../elements/index.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { mountRoom, parts, town } from './support.js';

export type Input = HTMLTextAreaElement | HTMLInputElement;

/** Alice's page with a field of the id `field`, and others in her room, who have no page. */
export async function setUp<T extends HTMLElement = HTMLTextAreaElement>(
  markup = '<textarea id="field"></textarea>',
  names: readonly string[] = ['Bob'],
) {
  const { hub, enter } = town();
  const { element: roomElement, room } = await mountRoom(hub, `${markup}<slate-carets for="field"></slate-carets>`);
  const carets = roomElement.querySelector('slate-carets') as SlateCarets;
  await carets.updateComplete;
  const others: Room[] = [];
  for (const name of names) others.push(await enter(name));
  await until(() => room.members.length === names.length + 1);
  const field = roomElement.querySelector('#field') as T;
  return { hub, enter, roomElement, room, carets, others, field, bob: others[0] as Room };
}

/** Somebody's caret, or what they selected, in a field of the same name, which has this text on their page. */
export function put(room: Room, text: string, head: number, anchor = head, name = 'field'): void {
  room.awareness.setLocalStateField('caret', say(name, text, { anchor, head } satisfies Ends));
}

export const isShown = (caret: Element | undefined): caret is HTMLElement =>
  !!caret && getComputedStyle(caret).visibility === 'visible' && caret.getBoundingClientRect().height > 0;

/** The caret of this person, where it is shown. */
export const caretOf = (carets: Element, room: Room): HTMLElement | undefined =>
  parts(carets, 'caret').find((one) => one.dataset.client === String(room.client) && isShown(one));

export const caretShown = (carets: Element, room: Room): Promise<HTMLElement> =>
  until(() => caretOf(carets, room), { what: `the caret of ${room.client}` });

/** The middle of what is drawn. */
export function middle(drawn: Element): { x: number; y: number } {
  const { left, top, width, height } = drawn.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/** The offset that the browser itself has at a point of the window, in this textarea or input. */
export function offsetAt(field: Element, { x, y }: { x: number; y: number }): number | undefined {
  const position = document.caretPositionFromPoint(x, y);
  return position?.offsetNode === field ? position.offset : undefined;
}
