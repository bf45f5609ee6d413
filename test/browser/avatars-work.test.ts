/** What the others are doing, as the avatars show and say it: a sign, tooltip, card and list, and a sentence. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateAvatars } from '../../elements/index.js';
import { setView } from '../../elements/shared/view-settings.js';
import { until } from '../support/wait.js';
import { expectAccessible, mountRoom, part, parts, text, town } from './support.js';

beforeEach(() => {
  setView({ announcing: undefined });
  onTestFinished(() => setView({ announcing: undefined }));
});

async function setUp(max = 5) {
  const { hub, enter } = town();
  const { element, room } = await mountRoom(hub, `<slate-avatars max="${max}"></slate-avatars>`);
  const avatars = element.querySelector('slate-avatars') as SlateAvatars;
  const bob = await enter('Bob');
  const face = (id: string) => parts(avatars, 'avatar').find(({ dataset }) => dataset.user === id);
  const label = (id: string) => face(id)?.ariaLabel ?? face(id)?.getAttribute('aria-label') ?? '';
  await until(() => room.members.length === 2, { what: 'Bob' });
  return { enter, element, room, avatars, bob, face, label };
}

const spoken = (element: Element) =>
  text(element.shadowRoot?.querySelector('[role=status]')).replace(/[\u2068\u2069\u00a0]/g, '');

describe('who types', () => {
  it('has a sign, which goes 3 s after the last key, and oneself has none', async () => {
    const { bob, room, face, label, element } = await setUp();
    room.setWork({ typing: true });
    bob.setWork({ typing: true });
    await until(() => face('bob')?.hasAttribute('data-typing'), { what: 'the sign' });
    expect(face('bob')?.querySelector('.types')).toBeTruthy();
    expect(label('bob')).toMatch(/active, typing$/);
    expect(face('alice')?.hasAttribute('data-typing')).toBe(false);
    expect(label('alice')).not.toContain('typing');
    await expectAccessible(element);
    await until(() => !face('bob')?.hasAttribute('data-typing'), { what: 'no sign' });
  });

  it.each([
    ['all', 'Bob is typing.'],
    ['counts', '1 person is typing.'],
  ] as const)('is spoken of as the listener chose: %s', async (announcing, sentence) => {
    setView({ announcing });
    const { bob, avatars } = await setUp();
    await until(() => spoken(avatars), { what: 'that Bob has come', deadlineMs: 15_000 });
    bob.setWork({ typing: true });
    await until(() => spoken(avatars) === sentence, { what: sentence, deadlineMs: 15_000 });
  });
});

describe('the line and the selection', () => {
  it('are in the tooltip, in the card and in the list', async () => {
    const { bob, avatars, face, label, enter } = await setUp(2);
    await enter('Carol');
    bob.setWork({ line: 1200, selected: 1 });
    avatars.max = 3;
    await until(() => label('bob').includes('line 1,200, 1 character selected'), { what: 'the label' });
    await userEvent.hover(face('bob') as Element);
    await until(() => text(parts(avatars, 'tip')[0]).includes('line 1,200, 1 character selected'), { what: 'the tip' });
    await userEvent.click(face('bob') as Element);
    const card = await part(avatars, 'card');
    expect(text(card)).toContain('line 1,200, 1 character selected');
    bob.setWork({ selected: 2 });
    await until(() => text(card).includes('2 characters selected'), { what: 'the card anew' });
    await userEvent.keyboard('{Escape}');
    avatars.max = 2;
    await userEvent.click(await part(avatars, 'overflow'));
    const list = await part(avatars, 'list');
    await until(() => text(list).includes('line 1,200, 2 characters selected'), { what: 'the list' });
  });

  it('are nowhere while someone is away', async () => {
    const { bob, label } = await setUp();
    bob.setWork({ line: 7 });
    await until(() => label('bob').includes('line 7'), { what: 'the line' });
    bob.setActivity('away');
    await until(() => label('bob').includes('away') && !label('bob').includes('line'), { what: 'no line' });
  });
});
