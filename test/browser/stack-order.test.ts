/** Who stands where in the stack of avatars, how many there are, and by what they are told apart. */
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateAvatars, SlateCursors } from '../../elements/index.js';
import { until } from '../support/wait.js';
import { drawn, mountRoom, part, parts, town } from './support.js';

const NAMES = ['Zoe', 'Bob', 'Mia', 'Ada', 'Kim'];

async function setUp(inside = '<slate-avatars max="20"></slate-avatars>', names = NAMES) {
  const { hub, enter } = town();
  await userEvent.hover(document.documentElement, { position: { x: 990, y: 690 } }); // another test left it anywhere
  const people = [];
  for (const name of names) people.push(await enter(name));
  const { element, room } = await mountRoom(hub, inside);
  await until(() => room.members.length === names.length + 1);
  const avatars = element.querySelector('slate-avatars') as SlateAvatars;
  await until(() => parts(avatars, 'avatar').length > 0);
  return { hub, enter, people, element, room, avatars };
}

const users = (avatars: Element) => parts(avatars, 'avatar').map(({ dataset }) => dataset.user);

describe('the order of the stack', () => {
  it('is that of arrival, oneself first, also for who came by a roster', async () => {
    const { avatars, people } = await setUp();
    await until(() => parts(avatars, 'avatar').length === 6);
    expect(users(avatars)).toEqual(['alice', 'zoe', 'bob', 'mia', 'ada', 'kim']);
    for (const { members } of people)
      expect(members.map(({ user }) => user.id)).toEqual(['zoe', 'bob', 'mia', 'ada', 'kim', 'alice']);
  });

  it('has whom one follows next, then who is active, idle and away; nobody moves when the line is lost', async () => {
    const { hub, avatars, people, element } = await setUp(
      '<slate-avatars max="20"></slate-avatars><slate-cursors></slate-cursors>',
    );
    people[0]?.setActivity('away');
    people[1]?.setActivity('idle');
    people[3]?.setActivity('away');
    await until(() => users(avatars).join() === 'alice,mia,kim,bob,zoe,ada');
    const cursors = element.querySelector('slate-cursors') as SlateCursors;
    await cursors.follow('ada');
    await until(() => users(avatars).join() === 'alice,ada,mia,kim,bob,zoe');
    await cursors.unfollow();
    await until(() => users(avatars).join() === 'alice,mia,kim,bob,zoe,ada');
    hub.drop();
    await until(() => parts(avatars, 'avatar')[1]?.dataset.status === 'stale');
    expect(users(avatars).join()).toBe('alice,mia,kim,bob,zoe,ada');
  });

  it('stays while one points there or has the focus there', async () => {
    const { avatars, people, enter } = await setUp();
    await until(() => parts(avatars, 'avatar').length === 6);
    await userEvent.hover(parts(avatars, 'avatar')[1] as Element);
    people[0]?.setActivity('away');
    await until(() => parts(avatars, 'avatar')[1]?.dataset.status === 'away');
    await enter('Aaa');
    await until(() => parts(avatars, 'avatar').length === 7);
    expect(users(avatars)).toEqual(['alice', 'zoe', 'bob', 'mia', 'ada', 'kim', 'aaa']);
    await userEvent.unhover(avatars);
    await until(() => users(avatars).join() === 'alice,bob,mia,ada,kim,aaa,zoe');
    parts(avatars, 'avatar')[0]?.focus();
    people[1]?.setActivity('away');
    await until(() => parts(avatars, 'avatar')[1]?.dataset.status === 'away');
    expect(users(avatars)[1]).toBe('bob');
    parts(avatars, 'avatar')[0]?.blur();
    await until(() => users(avatars).join() === 'alice,mia,ada,kim,aaa,zoe,bob');
  });
});

describe('max', () => {
  it('counts the +N button', async () => {
    const { avatars } = await setUp('<slate-avatars max="4"></slate-avatars>');
    expect(parts(avatars, 'avatar')).toHaveLength(3);
    expect((await part(avatars, 'overflow')).textContent).toBe('+3');
    avatars.max = 6;
    await avatars.updateComplete;
    expect(parts(avatars, 'avatar')).toHaveLength(6);
    expect(parts(avatars, 'overflow')).toHaveLength(0);
    avatars.max = 1;
    await avatars.updateComplete;
    expect(parts(avatars, 'avatar')).toHaveLength(0);
    expect((await part(avatars, 'overflow')).textContent).toBe('+6');
  });

  for (const [layout, style] of [
    ['a block', ''],
    ['a flex row', 'display:flex;gap:8px'],
    ['a grid', 'display:grid;grid-template-columns:1fr'],
  ] as const) {
    it(`auto follows the width of ${layout}, there and back, and changes nothing by itself`, async () => {
      const { avatars, element } = await setUp(
        `<div style="width:400px;${style}"><slate-avatars max="auto"></slate-avatars></div>`,
      );
      const frame = element.firstElementChild as HTMLElement;
      const places = () => parts(avatars, 'avatar').length + parts(avatars, 'overflow').length;
      const inside = () => {
        const last = parts(avatars, 'overflow')[0] ?? parts(avatars, 'avatar').at(-1);
        return (last?.getBoundingClientRect().right ?? 0) <= frame.getBoundingClientRect().right;
      };
      await until(() => places() === 6);
      for (const [width, count] of [
        [100, 3],
        [60, 1],
        [126, 4],
        [400, 6],
        [40, 1],
        [150, 5],
      ] as const) {
        frame.style.width = `${width}px`;
        await until(() => places() === count, { what: `${count} places in ${width} px; there are ${places()}` });
        expect(inside(), `${width} px`).toBe(true);
        await drawn();
        expect(places()).toBe(count);
        expect(avatars.clientWidth).toBe(width);
      }
      avatars.size = 48;
      await until(() => places() === 3);
      expect(avatars.max).toBe('auto');
    });
  }
});

describe('beyond twelve people', () => {
  it('P15: faces and pointers have a mark, and no two of 30 have both alike', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 29 }, (_, i) => `N${i}`);
    const { avatars, people, element } = await setUp(
      '<slate-avatars max="40"></slate-avatars><slate-cursors></slate-cursors>',
      names,
    );
    await until(() => parts(avatars, 'avatar').length === 30);
    const looks = parts(avatars, 'avatar').map(({ style, dataset }) => style.getPropertyValue('--_u') + dataset.mark);
    expect(new Set(looks).size).toBe(30);
    const marked = parts(avatars, 'avatar').filter(({ dataset }) => dataset.mark);
    expect(new Set(marked.map(({ dataset }) => dataset.mark))).toEqual(new Set(['1', '2']));
    const border = (mark: string) =>
      getComputedStyle(marked.find(({ dataset }) => dataset.mark === mark) as Element, '::before').borderTopStyle;
    expect([border('1'), border('2')]).toEqual(['solid', 'dashed']);
    const cursors = element.querySelector('slate-cursors') as SlateCursors;
    for (const one of people) one.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    await until(() => parts(cursors, 'cursor').length === 29);
    const drawnLooks = parts(cursors, 'cursor').map(
      ({ style, dataset }) => style.getPropertyValue('--_u') + dataset.mark,
    );
    expect(new Set(drawnLooks).size).toBe(29);
  });
});
