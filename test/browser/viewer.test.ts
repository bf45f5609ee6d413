import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateAvatars, SlateCursors } from '../../elements/index.js';
import { setView, viewSettings, watchView } from '../../elements/shared/view-settings.js';
import { until } from '../support/wait.js';
import { drawn, emulate, expectAccessible, mount, mountRoom, part, parts, point, text, town } from './support.js';

const KEY = 'slate-view';
const NOTHING = { hideAll: false, hideNames: false, onlyFollowed: false, fadeNear: false, followed: [], muted: [] };
const centre = { x: 0.5, y: 0.5, anchor: '' };

beforeEach(() => {
  setView({ ...NOTHING, announcing: undefined, chatKey: undefined });
  localStorage.removeItem(KEY);
});

/** Alice watches; Bob and Carol point. */
async function setUp(inside = '<p style="height:200px;margin:0">here</p>') {
  const { hub, enter } = town();
  const { element, room } = await mountRoom(
    hub,
    `<slate-avatars></slate-avatars><slate-cursors>${inside}</slate-cursors>`,
  );
  const bob = await enter('Bob');
  const carol = await enter('Carol');
  await until(() => room.members.length === 3);
  bob.pointer.move({ ...centre, x: 0.25 });
  carol.pointer.move({ ...centre, x: 0.75 });
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const avatars = element.querySelector('slate-avatars') as SlateAvatars;
  await until(() => parts(cursors, 'cursor').length === 2);
  const of = (user: string) => parts(cursors, 'cursor').find(({ dataset }) => dataset.user === user);
  return { hub, enter, element, room, bob, carol, cursors, avatars, of };
}

const shown = (cursors: Element) => parts(cursors, 'cursor').map(({ dataset }) => dataset.user);
const items = (menu: Element) => [...menu.querySelectorAll<HTMLElement>('button')];
describe('what the viewer wants to see', () => {
  it('hides all pointers, draws no frames for them, and shows them again', async () => {
    const { cursors, bob } = await setUp();
    cursors.view = { hideAll: true };
    await until(() => parts(cursors, 'cursor').length === 0);
    bob.pointer.move({ ...centre, x: 0.3 });
    await drawn();
    expect(parts(cursors, 'cursor')).toHaveLength(0);
    cursors.view = { hideAll: false };
    await until(() => parts(cursors, 'cursor').length === 2);
  });

  it('hides names, and keeps arrows', async () => {
    const { cursors } = await setUp();
    cursors.view = { hideNames: true };
    await until(() => parts(cursors, 'name').every((name) => !name.checkVisibility()));
    expect(parts(cursors, 'arrow').every((arrow) => arrow.checkVisibility())).toBe(true);
    cursors.view = { hideNames: false };
    await until(() => parts(cursors, 'name').every((name) => name.checkVisibility()));
  });

  it('shows only the people one follows, or followed before', async () => {
    const { cursors } = await setUp();
    cursors.view = { onlyFollowed: true };
    await until(() => parts(cursors, 'cursor').length === 0);
    await cursors.follow('carol');
    await until(() => shown(cursors).join() === 'carol');
    dispatchEvent(new WheelEvent('wheel'));
    expect(cursors.following).toBe(null);
    await drawn();
    expect(shown(cursors)).toEqual(['carol']);
    expect(cursors.view.followed).toEqual(['carol']);
  });

  it('fades the pointers near one’s own, and only those', async () => {
    const { cursors, of } = await setUp();
    cursors.view = { fadeNear: true };
    const { left, top, width, height } = cursors.getBoundingClientRect();
    const opacity = (user: string) => Number(getComputedStyle(of(user) as Element).opacity);
    await until(() => opacity('bob') === 1 && opacity('carol') === 1, { what: 'both to have come' });
    point('pointermove', left + width / 4 + 20, top + height / 2, cursors);
    await until(() => opacity('bob') < 0.3 && opacity('carol') === 1); // both have faded in
    point('pointermove', left + (width * 3) / 4 + 20, top + height / 2, cursors);
    await until(() => opacity('carol') < 0.3 && opacity('bob') === 1);
    cursors.view = { fadeNear: false };
    await until(() => opacity('carol') === 1);
  });

  it('is remembered, and the same in every window and on every surface', async () => {
    const { cursors, element } = await setUp();
    element.insertAdjacentHTML('beforeend', '<slate-cursors id="two"><p style="height:50px">two</p></slate-cursors>');
    const two = element.querySelector('#two') as SlateCursors;
    await until(() => parts(two, 'cursor').length === 2);
    cursors.view = { hideAll: true };
    await until(() => parts(two, 'cursor').length === 0);
    expect(JSON.parse(localStorage.getItem(KEY) ?? '')).toMatchObject({ hideAll: true });

    // Another window has changed its mind.
    localStorage.setItem(KEY, JSON.stringify({ ...NOTHING, hideNames: true }));
    dispatchEvent(new StorageEvent('storage', { key: KEY }));
    await until(() => parts(two, 'cursor').length === 2);
    expect(two.view).toEqual({ ...NOTHING, hideNames: true });
  });

  it.each([
    '',
    'nonsense',
    '[]',
    '7',
    'null',
    '{"hideAll":"yes","followed":7,"x":1}',
    '{"followed":[1,{},null]}',
    '{"muted":7,"announcing":"some","chatKey":"ab"}',
    '{"muted":[1],"announcing":1,"chatKey":" "}',
  ])('ignores %j in the storage', (stored) => {
    localStorage.setItem(KEY, stored);
    dispatchEvent(new StorageEvent('storage', { key: KEY }));
    const unsubscribe = watchView(() => undefined);
    dispatchEvent(new StorageEvent('storage', { key: KEY }));
    unsubscribe();
    expect(viewSettings()).toEqual(NOTHING);
  });

  it('lasts for the page where storage is forbidden, and ignores what is no setting', () => {
    const forbidden = Object.getOwnPropertyDescriptor(window, 'localStorage') as PropertyDescriptor;
    onTestFinished(() => {
      Object.defineProperty(window, 'localStorage', forbidden);
    });
    Object.defineProperty(window, 'localStorage', {
      configurable: true,
      get: () => {
        throw new DOMException('no', 'SecurityError');
      },
    });
    setView({ hideNames: true });
    setView({ hideAll: 'yes', followed: 'bob', more: 1 } as object);
    expect(viewSettings()).toEqual({ ...NOTHING, hideNames: true });
    setView({ followed: ['a', 'a', ...Array.from({ length: 120 }, (_, i) => `u${i}`)] });
    expect(viewSettings().followed).toHaveLength(100);
    expect(viewSettings().followed.at(-1)).toBe('u119');
    setView({ muted: Array.from({ length: 120 }, (_, i) => `u${i}`) });
    expect(viewSettings().muted).toHaveLength(100);
  });

  it('remembers how much is spoken and which key opens the chat, and what the page has chosen again', () => {
    setView({ announcing: 'counts', chatKey: '' });
    dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(viewSettings()).toMatchObject({ announcing: 'counts', chatKey: '' });
    setView({ chatKey: 'ö' });
    expect(viewSettings().chatKey).toBe('ö');
    setView({ chatKey: 'Enter' });
    expect(viewSettings().chatKey).toBe('ö');
    setView({ announcing: undefined, chatKey: undefined });
    expect(viewSettings()).toEqual(NOTHING);
  });
});

describe('the menu of the viewer', () => {
  it('changes what is seen, is remembered, and moves by arrow keys, Home and End', async () => {
    const { cursors } = await setUp();
    await cursors.openMenu(mount('<button>View</button>'));
    const menu = await part(cursors, 'menu');
    expect(menu.getAttribute('role')).toBe('menu');
    expect(items(menu).map((item) => [item.role, item.ariaChecked, text(item)])).toEqual([
      ['menuitemcheckbox', 'false', 'Hide all pointers'],
      ['menuitemcheckbox', 'false', 'Hide names'],
      ['menuitemcheckbox', 'false', 'Only people you follow'],
      ['menuitemcheckbox', 'false', 'Fade pointers near yours'],
      ['menuitem', null, 'Ask everyone to come to you'],
    ]);
    const focused = () => text(cursors.shadowRoot?.activeElement);
    expect(focused()).toBe('Hide all pointers');
    await userEvent.keyboard('{ArrowDown}');
    expect(focused()).toBe('Hide names');
    await userEvent.keyboard('{Enter}');
    expect(items(menu)[1]?.ariaChecked).toBe('true');
    expect(cursors.view.hideNames).toBe(true);
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    expect(focused()).toBe('Ask everyone to come to you');
    await userEvent.keyboard('{Home}');
    expect(focused()).toBe('Hide all pointers');
    await userEvent.keyboard('{End}{ArrowDown}');
    expect(focused()).toBe('Hide all pointers');
    await userEvent.keyboard('{Escape}');
    expect(parts(cursors, 'menu')).toHaveLength(0);
  });

  it('is accessible, in light and in dark', async () => {
    const { cursors } = await setUp();
    await cursors.openMenu(mount('<button>View</button>'));
    await part(cursors, 'menu');
    await expectAccessible(cursors);
  });

  it('opens beside a button of the page, which gets the focus back', async () => {
    const { cursors } = await setUp();
    const button = mount('<button>View</button>');
    button.focus();
    await cursors.openMenu(button);
    const menu = await part(cursors, 'menu');
    await userEvent.keyboard('{Escape}');
    await until(() => !menu.isConnected);
    expect(document.activeElement).toBe(button);
  });

  it('keeps its items apart in forced colours', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { cursors } = await setUp();
    const button = mount('<button>View</button>');
    await cursors.openMenu(button);
    const menu = await part(cursors, 'menu');
    expect(getComputedStyle(menu).borderTopStyle).toBe('solid');
  });
});
