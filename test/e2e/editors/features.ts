/** What each editor has to do: the columns of the table in docs/editors.md, each as one test of people at a table. */
import { expect } from 'vitest';
import type { Author, Shown } from './author.js';
import type { Stranger } from './stranger.js';

export interface Table {
  /** Someone sits down at the document of this table. `far`: their line can be cut. */
  sit(name: string, how?: { color?: string; far?: true }): Promise<Author>;
  /** Someone in another file of the same project. */
  sitElsewhere(name: string): Promise<Author>;
  /** The line of those who are far. */
  readonly line: { cut(): void; restore(): void };
  stranger(): Promise<Stranger>;
}

/** Red, green and blue. */
const TOMATO = '255, 99, 71';
const COLORS = { tomato: TOMATO, '#e19': '238, 17, 153', 'hsl(210 80% 45%)': '23, 115, 207' };
/** Longer than a line that was cut takes to come back. */
const PATIENCE = { timeout: 15_000 };
const eventually = <T>(read: () => Promise<T>, message = '') => expect.poll(read, { ...PATIENCE, message });

async function bothShow(all: readonly Author[], text: string | RegExp): Promise<void> {
  for (const one of all) {
    const shown = eventually(() => one.text(), `the text of ${one.name}`);
    if (typeof text === 'string') await shown.toBe(text);
    else await shown.toMatch(text);
  }
  expect(new Set(await Promise.all(all.map((one) => one.text()))).size).toBe(1);
}

/** The names at the carets that someone sees, in the order of the alphabet. */
const names = async (author: Author) => (await author.carets()).map(({ name }) => name).sort();
const sees = (author: Author, ...others: string[]) =>
  eventually(() => names(author), `the carets that ${author.name} sees`).toEqual(others);

/** Two people who have written "Hello world" together. */
async function pair(table: Table, colors: readonly (string | undefined)[] = []) {
  const ada = await table.sit('Ada', { ...(colors[0] && { color: colors[0] }) });
  const bob = await table.sit('Bob', { ...(colors[1] && { color: colors[1] }) });
  await ada.type('Hello ');
  await bothShow([ada, bob], 'Hello ');
  await bob.type('world');
  await bothShow([ada, bob], 'Hello world');
  return { ada, bob };
}

/** A caret is drawn beside its place, and is itself some pixels wide. */
const near = (one: number, other: number) => Math.abs(one - other) < 5;

export const FEATURES: Readonly<Record<string, (table: Table) => Promise<void>>> = {
  async typing(table) {
    const { ada, bob } = await pair(table);
    await ada.goTo('Home');
    await ada.press('Delete');
    await ada.page.keyboard.type('h');
    await bothShow([ada, bob], 'hello world');
    const eve = await table.sit('Eve');
    await bothShow([ada, bob, eve], 'hello world');
  },

  async caret(table) {
    const { ada, bob } = await pair(table, ['tomato']);
    await sees(ada, 'Bob');
    await ada.goTo('Home');
    await ada.press('ArrowRight');
    await sees(bob, 'Ada');
    const { left } = await bob.place(1, 2);
    await eventually(async () => (await bob.carets()).some((caret) => near(caret.left, left))).toBe(true);
    const [caret] = await bob.carets();
    expect(caret?.color).toBe(TOMATO);
    // Whoever is in another document has no caret in this one, wherever theirs is.
    const eve = await table.sitElsewhere('Eve');
    await eve.type('Hello');
    await eve.press('Home');
    await eve.press('End');
    await eventually(() => eve.saving()).toBe('saved');
    await bob.type('!');
    await bothShow([ada, bob], 'Hello world!');
    await sees(ada, 'Bob');
    await sees(eve);
  },

  async selection(table) {
    const { ada, bob } = await pair(table, ['tomato']);
    await ada.select(5);
    const { left, right } = await bob.place(0, 5);
    const isThere = ([one, ...more]: Shown[]) =>
      one !== undefined && more.length === 0 && near(one.left, left) && near(one.right, right);
    await eventually(async () => isThere(await bob.selections())).toBe(true);
    expect((await bob.selections()).map(({ color }) => color)).toEqual([TOMATO]);
    await ada.press('ArrowRight');
    await eventually(() => bob.selections()).toEqual([]);
  },

  async undo(table) {
    const [ada, bob] = [await table.sit('Ada'), await table.sit('Bob')];
    await ada.type('mine');
    await bothShow([ada, bob], 'mine');
    await bob.goTo('Home');
    await bob.page.keyboard.type('yours ');
    await bothShow([ada, bob], 'yours mine');
    await ada.press('Control+z');
    await bothShow([ada, bob], 'yours ');
    await bob.press('Control+z');
    await bothShow([ada, bob], '');
    await ada.press(ada.looks.redo ?? 'Control+y');
    await bothShow([ada, bob], 'mine');
  },

  async blur(table) {
    const { ada, bob } = await pair(table);
    await sees(bob, 'Ada');
    await ada.blur();
    await sees(bob);
    await ada.type('!');
    await bothShow([ada, bob], 'Hello world!');
    await sees(bob, 'Ada');
  },

  async reload(table) {
    const { ada, bob } = await pair(table);
    await eventually(() => ada.saving()).toBe('saved');
    await ada.reload();
    await bothShow([ada, bob], 'Hello world');
    await ada.type('!');
    await bothShow([ada, bob], 'Hello world!');
    await sees(bob, 'Ada');
    await bob.type('?');
    await bothShow([ada, bob], 'Hello world!?');
    await sees(ada, 'Bob');
  },

  async reconnect(table) {
    const [ada, bob] = [await table.sit('Ada'), await table.sit('Bob', { far: true })];
    await ada.type('one ');
    await bothShow([ada, bob], 'one ');
    table.line.cut();
    await eventually(() => bob.status()).toBe('reconnecting');
    await bob.type('bob ');
    await ada.type('ada ');
    expect([await ada.text(), await bob.text()]).toEqual(['one ada ', 'one bob ']);
    table.line.restore();
    await bothShow([ada, bob], /^one (ada bob|bob ada) $/);
    await bob.type('after');
    await bothShow([ada, bob], /^one (ada bob|bob ada) after$/);
    await ada.type('!');
    await bothShow([ada, bob], /^one (ada bob|bob ada) after!$/);
    await sees(ada, 'Bob');
    await sees(bob, 'Ada');
  },

  async leave(table) {
    const { ada, bob } = await pair(table);
    const eve = await table.sit('Eve');
    await eve.type('!');
    await bothShow([ada, bob, eve], 'Hello world!');
    await sees(bob, 'Ada', 'Eve');
    await ada.leave();
    await sees(bob, 'Eve');
    await eve.page.close();
    await sees(bob);
    await ada.type(' alone');
    await eventually(() => ada.text()).toBe('Hello world! alone');
    await bob.type('?');
    await eventually(() => bob.text()).toBe('Hello world!?');
  },

  async hostile(table) {
    const { ada, bob } = await pair(table);
    await using mallory = await table.stranger();
    const last = await mallory.attack((await ada.client()) ?? 0);
    for (const one of [ada, bob]) await eventually(() => one.knows(last)).toBe(true);
    await ada.type('!');
    await bothShow([ada, bob], 'Hello world!');
    await bob.type('?');
    await bothShow([ada, bob], 'Hello world!?');
    for (const [one, other] of [[ada, 'Bob'] as const, [bob, 'Ada'] as const])
      await eventually(() => names(one)).toContain(other);
    const inBounds = (page: Author['page']) =>
      page.evaluate(() => {
        const covers = (element: Element) => getComputedStyle(element).position === 'fixed';
        return [...document.querySelectorAll('#editor [style]')].filter(covers).length;
      });
    expect([await inBounds(ada.page), await inBounds(bob.page)]).toEqual([0, 0]);
  },

  async colours(table) {
    const people = [];
    for (const [index, color] of Object.keys(COLORS).entries()) {
      const one = await table.sit(['Ada', 'Bob', 'Eve'][index] ?? '', { color });
      await one.type(`${index}`);
      people.push(one);
    }
    const viewer = await table.sit('Zoe');
    await eventually(async () => (await viewer.carets()).map(({ name, color }) => [name, color]).sort()).toEqual(
      Object.values(COLORS).map((color, index) => [['Ada', 'Bob', 'Eve'][index], color]),
    );
    // One who speaks Yjs and no more stands where Ada does, and names a colour as people do.
    await using stock = await table.stranger();
    const { user, ...state } = (await people[0]?.state()) ?? {};
    stock.say(1, { ...state, user: { name: 'Yann', color: 'rebeccapurple' } });
    await eventually(async () => (await viewer.carets()).find(({ name }) => name === 'Yann')?.color).toBe(
      '102, 51, 153',
    );
  },
};
