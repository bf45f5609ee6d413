/** The phone on the demo page: a bot while one is alone, one's own once it is used, a second window in company. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { demoLab, names, phoneOf, soon } from './demo-lab.js';
import { tip } from './people.js';

const lab = demoLab();

const said = (page: Page) => page.locator('slate-cursors [part~=chat]').allTextContents();

/** The box of a word of the heading, in CSS pixels of the window. */
const word = (page: Page) =>
  page.evaluate(() => {
    const text = document.querySelector('h1')?.firstChild as Text;
    const range = document.createRange();
    range.setStart(text, text.data.indexOf('anything'));
    range.setEnd(text, text.data.indexOf('anything') + 'anything'.length);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { left, right, top, bottom };
  });

describe('the phone', () => {
  it('has a bot that says it is one, points at a word, and says something, while one is alone', async () => {
    const ada = await lab.visit('Ada');
    await soon(() => names(ada.page)).toEqual(['Ada', 'Bot · demo']);
    await soon(() => said(ada.page)).toEqual(['The same word, in another window.']);
    expect(await phoneOf(ada.page).locator('#whose').textContent()).toBe('Bot · demo');
    await ada.page.evaluate(() => scrollTo(0, 0)); // filling in the name has scrolled
    const box = await word(ada.page);
    await soon(async () => {
      const at = await tip(ada);
      return at && at.x > box.left && at.x < box.right && at.y > box.top && at.y < box.bottom;
    }).toBe(true);
    expect((await tip(ada))?.name).toBe('Bot · demo');
  });

  it('is one’s own from the first use on, and the bot never acts again', async () => {
    const ada = await lab.visit('Ada');
    await phoneOf(ada.page).locator('#board h2').hover();
    await soon(() => names(ada.page)).toEqual(['Ada', 'Ada · phone']);
    await soon(() => phoneOf(ada.page).locator('.finger').count()).toBe(0);
    const bob = await lab.visit('Bob');
    await soon(() => names(ada.page)).toEqual(['Ada', 'Ada · phone', 'Bob']);
    await bob.page.close();
    await soon(() => names(ada.page)).toEqual(['Ada', 'Ada · phone']);
    await phoneOf(ada.page).locator('#board h2').click();
    expect(await phoneOf(ada.page).locator('.finger').count()).toBe(0);
    expect(await phoneOf(ada.page).locator('#whose').textContent()).toBe('Your phone');
  });

  it('is a second window of its owner as soon as others are here, so that nobody meets a bot', async () => {
    const ada = await lab.visit('Ada');
    await soon(() => names(ada.page)).toEqual(['Ada', 'Bot · demo']);
    const bob = await lab.visit('Bob');
    for (const { page } of [ada, bob]) {
      await soon(() => names(page)).toEqual(['Ada', 'Bob']);
      await soon(() => phoneOf(page).locator('#whose').textContent()).toBe('Second window');
    }
    const sessions = ({ page }: typeof ada) =>
      page.evaluate(() => document.querySelector('slate-room')?.room?.members.map((member) => member.sessions.length));
    await soon(() => sessions(ada)).toEqual([2, 2]);
    await bob.page.fill('#name', 'Robert');
    await soon(() => names(ada.page)).toEqual(['Ada', 'Robert']);
  });

  it('holds no further phone, and none of what is around a phone', async () => {
    const { page } = await lab.visit('Ada');
    const phone = phoneOf(page);
    await phone.locator('#board').waitFor();
    expect(await phone.locator('iframe').count()).toBe(0);
    for (const outside of ['.tools', '.program', '#name', 'slate-feed']) {
      expect(await phone.locator(outside).isVisible()).toBe(false);
    }
  });
});

describe('votes', () => {
  const faces = (page: Page, id: string) =>
    page.locator(`#faces-${id} li`).evaluateAll((all) => all.map((one) => one.getAttribute('title')));

  it('are faces in the colour of who gave them, move, and are taken back', async () => {
    const [ada, bob] = [await lab.visit('Ada'), await lab.visit('Bob')];
    await ada.page.fill('#color', '#c2410c');
    await ada.page.click('#vote-noon');
    await soon(() => faces(bob.page, 'noon')).toEqual(['Ada']);
    const color = bob.page.locator('#faces-noon li').evaluate((one) => getComputedStyle(one).backgroundColor);
    expect(await color).toBe('rgb(194, 65, 12)');
    await bob.page.click('#vote-noon');
    await soon(() => faces(ada.page, 'noon')).toEqual(['Ada (you)', 'Bob']);
    await ada.page.click('#vote-night');
    await soon(() => faces(bob.page, 'night')).toEqual(['Ada']);
    expect(await faces(bob.page, 'noon')).toEqual(['Bob (you)']);
    await ada.page.click('#vote-night');
    await soon(() => faces(bob.page, 'night')).toEqual([]);
    expect(await ada.page.getAttribute('#vote-night', 'aria-pressed')).toBe('false');
  });

  it('are kept when all windows are closed', async () => {
    const ada = await lab.visit('Ada');
    await ada.page.click('#vote-dawn');
    await soon(() => ada.page.textContent('#saving')).toBe('Saved');
    await ada.context.close();
    const bob = await lab.visit('Bob');
    await soon(() => faces(bob.page, 'dawn')).toEqual(['Ada']);
  });

  it('that are none are not shown: the document holds whatever anyone wrote into it', async () => {
    const { page } = await lab.visit('Ada');
    await page.evaluate(() => {
      const votes = document.querySelector('slate-room')?.room?.doc?.getMap('votes');
      const wrong = [
        null,
        7,
        {},
        { cover: 'dawn', name: 'Eve', color: 'url(x)' },
        { cover: 'dawn', name: '', color: '#aa0000' },
      ];
      for (const [i, vote] of wrong.entries()) votes?.set(`eve-${i}`, vote);
      votes?.set('mallory', { cover: 'dawn', name: 'Mallory', color: '#aa0000' });
    });
    await soon(() => faces(page, 'dawn')).toEqual(['Mallory']);
  });
});
