/** What the tests of `<slate-fields>` share: a form of Alice's page, and others who are in its fields. */
import '../../elements/fields/define.js';
import type { SlateFields } from '../../elements/fields/slate-fields.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { drawn, mountRoom, parts, town } from './support.js';

export const FORM = `<form id="order" style="display:grid;gap:30px;width:300px;padding:40px">
  <label>Name <input id="name"></label>
  <label>Email <input name="email" type="email"></label>
  <label>Size <select name="size"><option>S<option>M</select></label>
  <label>Notes <textarea name="notes"></textarea></label>
  <label><input type="checkbox" name="gift"> A gift</label>
  <span><label><input type="radio" name="by" value="ship"> By ship</label>
  <label><input type="radio" name="by" value="air"> By air</label></span>
  <button>Send</button>
</form>`;

/** Alice's page with this content, and a `<slate-fields>` for `order`. */
export async function setUp(inside = FORM, attributes = 'for="order"', options = '') {
  const { hub, enter } = town();
  const { room, element } = await mountRoom(
    hub,
    `${inside}<slate-fields ${attributes}></slate-fields>`,
    options || undefined,
  );
  const fields = element.querySelector('slate-fields') as SlateFields;
  await fields.updateComplete;
  const find = <T extends HTMLElement = HTMLInputElement>(selector: string) => element.querySelector(selector) as T;
  return { hub, enter, room, element, fields, find };
}

/** The field of a member, as this room knows it; undefined where they are in none. */
export const fieldOf = (room: Room, id: string): string | undefined =>
  room.members.find(({ user }) => user.id === id)?.work?.field;

/** Puts somebody into a control, as their own page would, and waits until the ring is there. */
export async function put(fields: SlateFields, who: Room, field: string): Promise<HTMLElement> {
  who.setWork({ field });
  return until(() => ringsOf(fields, who)[0], { what: `the ring of ${who.self.user.id} at ${field}` });
}

/** The rings of a person that are in sight. */
export const ringsOf = (fields: SlateFields, who: Room): HTMLElement[] =>
  parts(fields, 'ring').filter(({ dataset, parentElement }) => {
    return dataset.user === who.self.user.id && !parentElement?.classList.contains('out');
  });

/** What is written at the ring of a person; undefined where nothing is to be seen. */
export function tagOf(fields: SlateFields, who: Room): string | undefined {
  const name = parts(fields, 'name').find(({ dataset }) => dataset.user === who.self.user.id);
  return name?.checkVisibility({ visibilityProperty: true }) ? (name.textContent ?? '') : undefined;
}

/** Waits until everything is drawn where the page is now. */
export async function settled(): Promise<void> {
  await drawn();
  await drawn();
}
