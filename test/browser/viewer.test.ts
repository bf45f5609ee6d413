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
const named = (menu: Element, name: string) =>
  items(menu).find(({ textContent }) => textContent === name) as HTMLElement;

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
  it('opens from one’s own avatar, changes what is seen, and is remembered', async () => {
    const { cursors, avatars } = await setUp();
    const [own] = parts(avatars, 'avatar');
    await until(() => own?.getAttribute('role') === 'button');
    expect(own?.getAttribute('aria-haspopup')).toBe('menu');
    own?.focus();
    await userEvent.keyboard('{Enter}');
    const menu = await part(avatars, 'menu');
    expect(menu.getAttribute('role')).toBe('menu');
    expect(items(menu).map((item) => [item.role, item.ariaChecked, text(item)])).toEqual([
      ['menuitemcheckbox', 'false', 'Hide all pointers'],
      ['menuitemcheckbox', 'false', 'Hide names'],
      ['menuitemcheckbox', 'false', 'Only people you follow'],
      ['menuitemcheckbox', 'false', 'Fade pointers near yours'],
      ['menuitem', null, 'Ask everyone to come to you'],
    ]);
    const focused = () => text(avatars.shadowRoot?.activeElement);
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
    await until(() => parts(avatars, 'menu').length === 0);
    await until(() => avatars.shadowRoot?.activeElement === own);
  });

  it('is accessible, in light and in dark', async () => {
    const { avatars } = await setUp();
    const [own, bob] = parts(avatars, 'avatar');
    await until(() => own?.getAttribute('role') === 'button');
    own?.click();
    await part(avatars, 'menu');
    await expectAccessible(avatars);
    await userEvent.keyboard('{Escape}');
    await until(() => parts(avatars, 'menu').length === 0);
    bob?.click();
    await part(avatars, 'menu');
    await expectAccessible(avatars);
  });

  it('goes to a person, follows, and keeps them among those one follows', async () => {
    const { avatars, cursors, bob } = await setUp(
      '<div id="scroller" tabindex="0" style="height:200px;overflow:auto"><div style="height:3000px"><p id="deep" style="position:relative;top:2000px;margin:0;width:100px;height:100px">x</p></div></div>',
    );
    bob.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    await part(cursors, 'edge');
    const scroller = cursors.querySelector('#scroller') as HTMLElement;
    const open = async () => {
      parts(avatars, 'avatar')
        .find(({ dataset }) => dataset.user === 'bob')
        ?.click();
      return part(avatars, 'menu');
    };
    await until(() => parts(avatars, 'avatar')[0]?.getAttribute('role') === 'button');
    let menu = await open();
    expect(menu.getAttribute('aria-label')).toBe('Bob');
    expect(items(menu).map(text)).toEqual(['Go to Bob', 'Follow Bob', 'One of those you follow']);
    named(menu, 'Go to Bob').click();
    await until(() => scroller.scrollTop > 1800, { what: 'the way to Bob' });
    expect(cursors.following).toBe(null);
    await until(() => parts(avatars, 'menu').length === 0);

    menu = await open();
    named(menu, 'Follow Bob').click();
    await until(() => cursors.following === 'bob');
    expect(cursors.view.followed).toEqual(['bob']);
    menu = await open();
    expect(named(menu, 'One of those you follow').ariaChecked).toBe('true');
    named(menu, 'One of those you follow').click();
    expect(cursors.view.followed).toEqual([]);
  });

  it('opens for people in the list, too', async () => {
    const { avatars } = await setUp();
    avatars.max = 1;
    (await part(avatars, 'overflow')).click();
    const carol = await until(() => parts(avatars, 'item').find(({ dataset }) => dataset.user === 'carol'));
    await expectAccessible(avatars);
    carol.querySelector('button')?.click();
    const menu = await part(avatars, 'menu');
    expect(menu.getAttribute('aria-label')).toBe('Carol');
    await until(() => menu.matches(':popover-open'));
    await userEvent.keyboard('{Escape}');
    await until(() => avatars.shadowRoot?.activeElement?.getAttribute('part') === 'overflow');
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

  it('is no button where there is nothing to see people’s pointers on', async () => {
    const { hub } = town();
    const { element } = await mountRoom(hub, '<slate-avatars></slate-avatars>');
    const avatars = element.querySelector('slate-avatars') as SlateAvatars;
    const avatar = await part(avatars, 'avatar');
    expect(avatar.getAttribute('role')).toBe('img');
    avatar.click();
    await drawn();
    expect(parts(avatars, 'menu')).toHaveLength(0);
    element.insertAdjacentHTML('beforeend', '<slate-cursors></slate-cursors>');
    await until(() => avatar.getAttribute('role') === 'button');
    element.querySelector('slate-cursors')?.remove();
    await until(() => avatar.getAttribute('role') === 'img');
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
