/** The style sheet of `slate-collab/monaco`, on elements with the classes that y-monaco gives them. */
import { expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Awareness } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import { monacoCarets } from '../../src/monaco/index.js';

/** An awareness with these users, from the client 1 on, as another provider would fill it: nobody has checked them. */
function awarenessOf(...users: unknown[]) {
  const awareness = new Awareness(new Doc());
  onTestFinished(() => awareness.destroy());
  const set = (client: number, user?: unknown) => {
    const change = { added: [] as number[], updated: [] as number[], removed: [] as number[] };
    if (user === undefined) change.removed.push(client);
    else change[awareness.states.has(client) ? 'updated' : 'added'].push(client);
    if (user === undefined) awareness.states.delete(client);
    else awareness.states.set(client, { user });
    awareness.emit('change', [change, 'test']);
  };
  users.forEach((user, index) => void set(index + 1, user));
  return { awareness, set };
}

/** What y-monaco draws of a client: what it has selected, and the caret, which is shown with this colour and name. */
function drawn(client: number, parent: ParentNode = document.body) {
  const [selection, head] = ['yRemoteSelection', 'yRemoteSelectionHead'].map((name) => {
    const element = document.createElement('span');
    element.className = `${name} ${name}-${client}`;
    parent.append(element);
    onTestFinished(() => element.remove());
    return element;
  }) as [HTMLElement, HTMLElement];
  return {
    head,
    color: () => getComputedStyle(head).borderLeftColor,
    light: () => getComputedStyle(selection).backgroundColor,
    ink: () => getComputedStyle(head, '::after').color,
    /** The `content` of CSS, which is JSON for all but a few characters. */
    name: () => getComputedStyle(head, '::after').content,
  };
}

it('gives each client its colour, its light one and its name, and follows what changes', () => {
  const { awareness, set } = awarenessOf({ name: 'Ada', color: '#ff6347', colorLight: '#ff634733' });
  const ada = drawn(1);
  const bob = drawn(2);
  const stop = monacoCarets(awareness);
  expect([ada.name(), ada.color(), ada.light()]).toEqual(['"Ada"', 'rgb(255, 99, 71)', 'rgba(255, 99, 71, 0.2)']);
  expect(bob.name()).toBe('none');
  set(2, { name: 'Bob', color: '#188039' });
  expect([bob.name(), bob.color()]).toEqual(['"Bob"', 'rgb(24, 128, 57)']);
  expect(bob.light()).toBe('color(srgb 0.0941176 0.501961 0.223529 / 0.2)');
  set(1, { name: 'Ada L.', color: '#ffee00' });
  expect([ada.name(), ada.color()]).toEqual(['"Ada L."', 'rgb(255, 238, 0)']);
  set(2);
  expect(bob.name()).toBe('none');
  stop();
  expect([ada.name(), document.adoptedStyleSheets.length]).toEqual(['none', 0]);
  set(3, { name: 'Eve' });
  expect(drawn(3).name()).toBe('none');
});

it('writes the name in black or white, whichever is readable', () => {
  const { awareness } = awarenessOf({ name: 'Ada', color: '#ffee00' }, { name: 'Bob', color: '#003366' });
  onTestFinished(monacoCarets(awareness));
  expect([drawn(1).ink(), drawn(2).ink()]).toEqual(['color(xyz-d65 0 0 0)', 'color(xyz-d65 0.95 1 1.089)']);
});

it.each([
  ['quotes and backslashes', '"};*{display:none}/*\\', String.raw`"\"};*{display:none}/*\\"`],
  ['an end of the string by a line', 'Eve\n}*{color:red}', '"Eve\\a }*{color:red}"'],
  ['a picture', 'url(https://127.0.0.1:1/)', '"url(https://127.0.0.1:1/)"'],
  ['markup', '</style><img src=x>', '"</style><img src=x>"'],
  ['half of a surrogate pair', 'E\ud800ve', '"E\ufffdve"'],
  ['nothing', '', '"Anonymous"'],
  ['no text', { toString: 'x' }, '"Anonymous"'],
])('shows a name with %s as text, and nothing else', (_, name, shown) => {
  const { awareness } = awarenessOf({ name, color: '#188039' }, { name: 'Bob', color: '#188039' });
  onTestFinished(monacoCarets(awareness));
  expect(drawn(1).name()).toBe(shown);
  expect(drawn(2).name()).toBe('"Bob"');
  expect(getComputedStyle(document.body).display).toBe('block');
});

it.each(['red;position:fixed;inset:0', 'url(https://127.0.0.1:1/)', '}*{display:none}', 7, null])(
  'a colour that is none, %j, is not drawn, and does no harm',
  (color) => {
    const { awareness } = awarenessOf({ name: 'Eve', color, colorLight: color });
    onTestFinished(monacoCarets(awareness));
    const eve = drawn(1);
    expect([eve.name(), eve.color()]).toEqual(['"Eve"', 'rgb(255, 165, 0)']);
    expect([getComputedStyle(eve.head).position, getComputedStyle(eve.head).backgroundImage]).toEqual([
      'absolute',
      'none',
    ]);
  },
);

it.each([null, 'Eve', 7, []])('a user that is %j has a caret all the same', (user) => {
  const { awareness } = awarenessOf(user);
  onTestFinished(monacoCarets(awareness));
  expect(drawn(1).name()).toBe('"Anonymous"');
});

it('a name fades when its caret rests, and is there again for a mouse at the caret', async () => {
  const { awareness } = awarenessOf({ name: 'Ada', color: '#188039' });
  onTestFinished(monacoCarets(awareness));
  const { head } = drawn(1);
  const opacity = () => Number(getComputedStyle(head, '::after').opacity);
  expect(opacity()).toBe(1);
  const [fade] = head.getAnimations({ subtree: true });
  fade?.finish();
  expect(opacity()).toBe(0);
  head.style.cssText = 'left:100px;top:100px;height:20px';
  await userEvent.hover(head);
  expect(opacity()).toBe(1);
});

it('draws in a shadow root alone, where that is given', () => {
  const host = document.createElement('div');
  document.body.append(host);
  onTestFinished(() => host.remove());
  const root = host.attachShadow({ mode: 'open' });
  const { awareness } = awarenessOf({ name: 'Ada', color: '#188039' });
  const stop = monacoCarets(awareness, { root });
  const inside = drawn(1, root);
  expect([inside.name(), drawn(1).name()]).toEqual(['"Ada"', 'none']);
  stop();
  expect(inside.name()).toBe('none');
});

it('what the page says of the classes counts instead', () => {
  const style = document.createElement('style');
  style.textContent = '.yRemoteSelectionHead::after { content: none }';
  document.head.append(style);
  onTestFinished(() => style.remove());
  const { awareness } = awarenessOf({ name: 'Ada', color: '#188039' });
  onTestFinished(monacoCarets(awareness));
  expect(drawn(1).name()).toBe('none');
});
