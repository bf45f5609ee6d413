/** The buttons of the demo page: each does the real thing, for everyone in the room. */
import { describe, expect, it } from 'vitest';
import { demoLab, names, phoneOf, soon } from './demo-lab.js';
import { until } from './people.js';

const lab = demoLab();

describe('the buttons', () => {
  it('Follow: the page scrolls as the phone does, until one touches it', async () => {
    const { page } = await lab.visit('Ada', { width: 1200, height: 600 });
    await soon(() => names(page)).toContain('Bot · demo');
    await page.click('#follow');
    await soon(() => page.getAttribute('#follow', 'aria-pressed')).toBe('true');
    await phoneOf(page).locator('#notes').scrollIntoViewIfNeeded();
    await phoneOf(page).locator('#keep').scrollIntoViewIfNeeded();
    await soon(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, -50);
    await soon(() => page.getAttribute('#follow', 'aria-pressed')).toBe('false');
    expect(await page.textContent('#did')).toBe('You go your own way again.');
  });

  it('Ask everyone here: the others are asked, and who comes along follows', async () => {
    const [ada, bob] = [await lab.visit('Ada'), await lab.visit('Bob')];
    await until(ada, 'Bob', 'here');
    await ada.page.click('#gather');
    await bob.page.locator('slate-cursors [part~=bar] button').first().click();
    await soon(() => bob.page.getAttribute('#follow', 'aria-pressed')).toBe('true');
  });

  it('React: an emoji rises from the pointer in every window', async () => {
    const { page } = await lab.visit('Ada');
    await soon(() => page.locator('slate-cursors [part~=chat]').count()).toBe(1); // the phone is here, and talks
    const rising = phoneOf(page).locator('slate-cursors [part~=reaction]').waitFor({ state: 'attached' });
    await page.click('#react');
    await rising;
    expect(await page.textContent('#did')).toContain('👍');
  });

  it('P7: Pull the plug: others see one pale, what one writes waits, and all is there after the return', async () => {
    const [ada, bob] = [await lab.visit('Ada'), await lab.visit('Bob')];
    await until(bob, 'Ada', 'here');
    await until(ada, 'Bob', 'here');
    const state = () => ada.page.evaluate(() => document.querySelector('slate-status')?.dataset.state);
    await soon(() => ada.page.textContent('#saving')).toBe('Saved');
    await ada.page.click('#plug');
    await soon(state).toBe('reconnecting');
    await until(ada, 'Bob', 'stale');
    await ada.page.locator('#notes').pressSequentially('x');
    await soon(() => ada.page.textContent('#saving')).toBe('Offline, 1 change waits');
    expect(await bob.page.inputValue('#notes')).toBe('');
    await ada.page.click('#plug');
    await soon(state).toBe('connected');
    await soon(() => bob.page.inputValue('#notes')).toBe('x');
    await until(ada, 'Bob', 'here');
    expect(await ada.page.textContent('#did')).toMatch(/^Back after \d+ ms/);
    expect(await ada.page.textContent('#plug')).toBe('Pull the plug');
  });

  it('Add 20 people: 20 sessions with connections of their own, which move and go', { timeout: 120_000 }, async () => {
    const connections = async () => {
      const answer = await fetch(`${lab.server.monitorUrl}/varz`);
      return ((await answer.json()) as { connections: number }).connections;
    };
    const ada = await lab.visit('Ada');
    await soon(() => names(ada.page)).toHaveLength(2);
    const before = await connections();
    await ada.page.click('#crowd');
    await soon(() => names(ada.page)).toHaveLength(22);
    expect(await connections()).toBe(before + 20);
    const robots = (await names(ada.page)).filter((name) => name.endsWith('🤖'));
    expect(new Set(robots).size).toBe(20);
    const places = () =>
      ada.page.evaluate(() => {
        const room = document.querySelector('slate-room')?.room;
        return (room?.pointers.sample() ?? []).map(({ x, y }) => `${x} ${y}`).join();
      });
    const first = await places();
    await soon(places).not.toBe(first);
    await ada.page.click('#crowd');
    await soon(() => names(ada.page)).toHaveLength(2);
    await soon(connections).toBe(before);
    await ada.page.click('#crowd');
    await soon(() => names(ada.page)).toHaveLength(22);
    await ada.page.close();
    await soon(connections).toBe(0);
  });

  it('Dark, Right-to-left, Brand colour: the page and the phone wear them', async () => {
    const { page } = await lab.visit('Ada');
    await phoneOf(page).locator('#board').waitFor();
    await page.click('#dark');
    await page.click('#rtl');
    await page.fill('#brand', '#ffcc00');
    for (const one of [page.locator('html'), phoneOf(page).locator('html')]) {
      const look = one.evaluate((html) => {
        const style = getComputedStyle(html);
        const tokens = ['--accent', '--on-accent'].map((token) => style.getPropertyValue(token));
        return [style.colorScheme, style.direction, ...tokens];
      });
      expect(await look).toEqual(['dark', 'rtl', '#ffcc00', '#10181b']);
    }
    await page.click('#dark');
    await page.click('#rtl');
    for (const one of [page.locator('html'), phoneOf(page).locator('html')]) {
      const look = one.evaluate((html) => [getComputedStyle(html).colorScheme, getComputedStyle(html).direction]);
      expect(await look).toEqual(['light', 'ltr']);
    }
  });
});
