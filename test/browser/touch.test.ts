/** The stack and the chat for fingers and pens, with touch as the browser makes it. */
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { until } from '../support/wait.js';
import { emulateTouch, tap, touch, watching } from './people.js';
import { drawn, expectAccessible, mount, part, parts, point } from './support.js';

/** What a finger would touch there. */
const under = (avatars: Element, x: number, y: number) =>
  avatars.shadowRoot?.elementFromPoint(x, y)?.closest<HTMLElement>('[part=avatar],[part=overflow]');

describe('a finger on the stack', () => {
  it('opens the card by a tap, without a tooltip, and closes it by a tap elsewhere', async () => {
    await emulateTouch();
    const { avatars, face } = await watching();
    const elsewhere = mount('<p style="position:fixed;inset:auto auto 0 0;margin:0;width:90px;height:40px">x</p>');
    await tap(face('bob'));
    const card = await part(avatars, 'card');
    expect(card.ariaLabel).toBe('Bob');
    await tap(elsewhere);
    await until(() => !card.isConnected);
    expect((await part(avatars, 'tip')).matches(':popover-open')).toBe(false);
  });

  it('opens the card by a long press, while the finger is still there, and the release leaves it open', async () => {
    await emulateTouch();
    const { avatars, face } = await watching();
    const { left, top, width, height } = face('carol').getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    await touch('touchStart', x, y);
    const card = await part(avatars, 'card');
    await touch('touchEnd');
    await drawn();
    expect([card.isConnected, card.ariaLabel]).toEqual([true, 'Carol']);
    await userEvent.keyboard('{Escape}');

    // A finger that moves on scrolls the page.
    await touch('touchStart', x, y);
    await touch('touchMove', x, y + 30);
    await touch('touchEnd');
    await tap(face('bob'));
    expect((await part(avatars, 'card')).ariaLabel).toBe('Bob');
  });

  it('has room of 44 px in height, and in width where nobody is beside, and moves nothing for that', async () => {
    const { avatars, face } = await watching({ names: ['Bob', 'Carol', 'Dora'], avatars: 'max="3" size="24"' });
    avatars.style.margin = '40px';
    const before = avatars.getBoundingClientRect();
    await emulateTouch();
    await until(() => matchMedia('(pointer:coarse)').matches);
    expect(avatars.getBoundingClientRect()).toEqual(before);
    const overflow = await part(avatars, 'overflow');
    for (const one of [face('alice'), face('bob'), overflow]) {
      const { left, top, width, height } = one.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      for (const dy of [-21, 0, 21]) expect(under(avatars, x, y + dy), `${one.dataset.user} ${dy}`).toBe(one);
    }
    const [first, last] = [face('alice').getBoundingClientRect(), overflow.getBoundingClientRect()];
    expect(under(avatars, first.left + 12 - 21, first.top + 12)).toBe(face('alice'));
    expect(under(avatars, last.left + 12 + 21, last.top + 12)).toBe(overflow);
  });
});

describe('a finger that has no key for the chat', () => {
  it('gets a button of at least 44 px, which opens it; a mouse gets none', async () => {
    await emulateTouch();
    const { cursors, room } = await watching({ cursors: 'chat reactions' });
    const elsewhere = mount('<p>elsewhere</p>');
    await tap(elsewhere);
    const button = await part(cursors, 'talk');
    expect(button.ariaLabel).toBe('Say something');
    const { width, height } = button.getBoundingClientRect();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    await expectAccessible(cursors);
    await tap(button);
    const bubble = await until(() => parts(cursors, 'bubble').find((one) => one.matches(':popover-open')));
    bubble.querySelector<HTMLElement>('[aria-label="React with 👍"]')?.click();
    expect(room.awareness.getLocalState()?.reaction).toMatchObject({ emoji: '👍' });
    point('pointermove', 10, 10, document.body);
    await until(() => parts(cursors, 'talk').length === 0, { what: 'the button to go' });
    point('pointerdown', 10, 10, document.body, { pointerType: 'pen' });
    await part(cursors, 'talk');
  });

  it('lies at the end of the line, above the bar, at 320 px too, and not under a modal dialog', async () => {
    const { cursors, people, element } = await watching({ cursors: 'reactions' });
    const dialog = mount<HTMLDialogElement>('<dialog><button>Well</button></dialog>');
    await page.viewport(320, 480);
    point('pointerdown', 10, 10, document.body, { pointerType: 'touch' });
    const button = await part(cursors, 'talk');
    expect(button.ariaLabel).toBe('React');
    people[0]?.awareness.setLocalStateField('slate', { gather: 1 });
    const bar = await part(cursors, 'bar');
    await drawn();
    const at = () => button.getBoundingClientRect();
    expect(at().bottom).toBeLessThanOrEqual(bar.getBoundingClientRect().top);
    expect(320 - at().right).toBeLessThan(20);
    element.dir = 'rtl';
    expect(at().left).toBeLessThan(20);
    dialog.showModal();
    await until(() => !button.checkVisibility());
    dialog.close();
    await until(() => button.checkVisibility());
    await page.viewport(1000, 700);
  });

  it('is not there where the page has no chat', async () => {
    const { cursors } = await watching();
    await cursors.gather();
    point('pointerdown', 10, 10, document.body, { pointerType: 'touch' });
    await drawn();
    expect(parts(cursors, 'talk')).toHaveLength(0);
  });
});
