/** What the tests of `<slate-cursors>` share: a page with two people, and where their cursors are. */
import type { SlateCursors } from '../../elements/index.js';
import { until } from '../support/wait.js';
import { mountRoom, parts, town } from './support.js';

/** Bob watches the page, Alice is somewhere else and points. */
export async function setUp(attributes = '', inside = '') {
  const { hub, enter } = town();
  const { element, room } = await mountRoom(
    hub,
    `<slate-cursors ${attributes}>${inside}</slate-cursors>`,
    'user-id="bob" user-name="Bob"',
  );
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const alice = await enter('Alice');
  await until(() => room.members.length === 2 && alice.members.length === 2);
  return { hub, enter, element, room, cursors, alice };
}

export const tip = (cursor: Element) => {
  const { left, top } = cursor.getBoundingClientRect();
  return { left, top };
};
export const visible = (cursor: Element | undefined) => cursor && getComputedStyle(cursor).visibility === 'visible';

/** Waits until the one visible cursor rests at this point of the window. */
export async function settlesAt(cursors: Element, left: number, top: number): Promise<HTMLElement> {
  return until(
    () => {
      const cursor = parts(cursors, 'cursor').find(visible);
      if (!cursor) return undefined;
      const at = tip(cursor);
      return Math.abs(at.left - left) < 1 && Math.abs(at.top - top) < 1 ? cursor : undefined;
    },
    {
      what: `a cursor at ${left}, ${top}; there are ${parts(cursors, 'cursor')
        .map((one) => JSON.stringify(tip(one)))
        .join()}`,
    },
  );
}

export const centre = { x: 0.5, y: 0.5, anchor: '' };
