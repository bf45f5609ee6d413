/** The list of everyone, which the +N button opens. */
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { SlateAvatars } from '../../elements/index.js';
import { until } from '../support/wait.js';
import { watching } from './people.js';
import { drawn, expectAccessible, mount, part, parts, text } from './support.js';

const HUNDRED = Array.from({ length: 100 }, (_, i) => `Person ${i}`);

async function opened(names: readonly string[], max = 2) {
  const set = await watching({ cursors: 'none', avatars: `max="${max}"`, names });
  const open = async () => {
    (await part(set.avatars, 'overflow')).click();
    return part(set.avatars, 'list');
  };
  return { ...set, open, list: await open() };
}

const focused = (avatars: SlateAvatars) => text(avatars.shadowRoot?.activeElement?.querySelector('bdi'));
/** Each group with its names. */
const groups = (list: Element) =>
  [...list.querySelectorAll('[role=group]')].map((group) => [
    text(group.querySelector('.status')),
    ...[...group.querySelectorAll('bdi')].map(text),
  ]);

describe('the list of people', () => {
  it('has a heading with the count, and groups by status, by name in the language', async () => {
    const { people, list } = await opened(['Zoe', 'Émile', 'Adam 10', 'Adam 9', 'Emma']);
    people[0]?.setActivity('idle');
    people[1]?.setActivity('away');
    await until(() => groups(list).length === 3);
    expect(text(list.querySelector('[role=heading]'))).toBe('6 people here');
    expect(groups(list)).toEqual([
      ['active 4', 'Alice (you)', 'Adam 9', 'Adam 10', 'Emma'],
      ['idle 1', 'Zoe'],
      ['away 1', 'Émile'],
    ]);
    people[1]?.setActivity('active');
    await until(() => groups(list)[0]?.join() === 'active 5,Alice (you),Adam 9,Adam 10,Émile,Emma');
  });

  it('of a hundred is one tab stop with arrows, Home and End', async () => {
    const { avatars, list } = await opened(HUNDRED);
    expect(parts(avatars, 'item')).toHaveLength(101);
    expect(parts(avatars, 'item').filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    expect(focused(avatars)).toBe('Alice (you)');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(focused(avatars)).toBe('Person 1');
    await userEvent.keyboard('{End}');
    expect(focused(avatars)).toBe('Person 99');
    const [box, item] = [list, avatars.shadowRoot?.activeElement as Element].map((one) => one.getBoundingClientRect());
    expect(item?.bottom).toBeLessThanOrEqual(box?.bottom ?? 0);
    await userEvent.keyboard('{ArrowDown}');
    expect(focused(avatars)).toBe('Alice (you)');
    await userEvent.keyboard('{ArrowUp}{Home}');
    expect(focused(avatars)).toBe('Alice (you)');
    expect(parts(avatars, 'item').filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  });

  it('is accessible, in light and in dark', async () => {
    const { avatars, people } = await opened(['Bob', 'Carol', 'Dora', '山田太郎']);
    people[0]?.setActivity('idle');
    people[1]?.setLocation('Chapter 3');
    await until(() => text(parts(avatars, 'list')[0]).includes('Chapter 3'));
    await expectAccessible(avatars);
  });

  it('finds a name by its letters, and keeps them from the page', async () => {
    const { avatars } = await opened(['Carol', 'Carl', 'Émile', 'Bob']);
    const heard: string[] = [];
    const note = ({ key }: KeyboardEvent) => heard.push(key);
    addEventListener('keydown', note);
    await userEvent.keyboard('car');
    expect(focused(avatars)).toBe('Carl');
    await userEvent.keyboard('o');
    expect(focused(avatars)).toBe('Carol');
    removeEventListener('keydown', note);
    expect(heard).toEqual([]);
  });

  it('keeps the focus on a person who changes groups, and in the list when one leaves', async () => {
    const { avatars, people, list } = await opened(['Bob', 'Carol']);
    await userEvent.keyboard('{ArrowDown}');
    expect(focused(avatars)).toBe('Bob');
    people[0]?.setActivity('away');
    await until(() => groups(list).length === 2);
    expect(focused(avatars)).toBe('Bob');
    await people[0]?.leave();
    await until(() => parts(avatars, 'item').length === 2);
    expect(focused(avatars)).toBe('Alice (you)');
  });

  it('opens a card in its place; Escape returns to the button', async () => {
    const { avatars, list } = await opened(['Bob', 'Carol', 'Dora']);
    const overflow = await part(avatars, 'overflow');
    expect([overflow.ariaExpanded, overflow.ariaLabel]).toEqual(['true', '+3 more']);
    await userEvent.keyboard('{End}{Enter}');
    const card = await part(avatars, 'card');
    expect([list.isConnected, card.ariaLabel]).toEqual([false, 'Dora']);
    await until(() => overflow.ariaExpanded === 'false');
    await userEvent.keyboard('{Escape}');
    expect(avatars.shadowRoot?.activeElement).toBe(overflow);
  });

  it('closes by Escape, a click elsewhere, Tab, and a second click on the button', async () => {
    const { avatars, open, list: first } = await opened(['Bob', 'Carol', 'Dora']);
    const away = mount('<button style="position:fixed;inset:auto 0 0 auto">elsewhere</button>');
    const overflow = await part(avatars, 'overflow');
    await userEvent.keyboard('{Escape}');
    expect([first.isConnected, avatars.shadowRoot?.activeElement]).toEqual([false, overflow]);
    let list = await open();
    await userEvent.click(away);
    expect([list.isConnected, document.activeElement]).toEqual([false, away]);
    list = await open();
    await userEvent.click(overflow);
    await until(() => !list.isConnected && overflow.ariaExpanded === 'false');
    list = await open();
    await userEvent.keyboard('{Tab}');
    expect([list.isConnected, document.activeElement]).toEqual([false, away]);
  });

  it('stays within 320 × 480 and in the window, wherever the stack is', async () => {
    const { avatars, open } = await opened(HUNDRED, 5);
    await page.viewport(320, 480);
    for (const place of ['', 'position:fixed;inset:auto auto 0 0', 'position:fixed;inset:auto 0 0 auto']) {
      avatars.style.cssText = place;
      await userEvent.keyboard('{Escape}');
      const list = await open();
      await drawn();
      const { left, right, top, bottom } = list.getBoundingClientRect();
      expect(
        [left, top, 320 - right, 480 - bottom].every((gap) => gap >= 5),
        place,
      ).toBe(true);
    }
    await page.viewport(1000, 700);
  });
});
