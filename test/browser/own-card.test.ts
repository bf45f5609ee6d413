/** One's own card: what one says, what one keeps from the others, what one sees of them, and settings. */
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateAvatars } from '../../elements/index.js';
import { reserve } from '../../elements/shared/reserve.js';
import { viewSettings } from '../../elements/shared/view-settings.js';
import { until } from '../support/wait.js';
import { watching } from './people.js';
import { drawn, expectAccessible, mount, part, parts, point, text } from './support.js';

/** Alice's own card is open. */
async function opened(cursors = 'chat reactions', avatars = '') {
  const set = await watching({ cursors, avatars });
  if (cursors.includes('chat'))
    await until(() => set.cursors.shadowRoot?.querySelector('[role=log]'), { what: 'talk to be loaded' });
  const open = async () => {
    set.face('alice').click();
    return part(set.avatars, 'card');
  };
  return { ...set, open, card: await open() };
}

const named = (card: Element, name: string) =>
  [...card.querySelectorAll<HTMLElement>('button,summary,label')].find((one) =>
    (one.ariaLabel ?? text(one)).startsWith(name),
  ) as HTMLElement;

describe('one’s own card', () => {
  it('is accessible, with its sections open too', async () => {
    const { avatars, card } = await opened('chat reactions', 'rename');
    await expectAccessible(avatars);
    for (const name of ['What you see of others', 'Settings']) {
      named(card, name).click();
      await expectAccessible(avatars);
    }
  });

  it('says something, and reacts', async () => {
    const { avatars, cursors, room, card, open, face } = await opened();
    named(card, 'Say something').click();
    const bubble = await until(() => parts(cursors, 'bubble').find((one) => one.matches(':popover-open')));
    expect(cursors.shadowRoot?.activeElement).toBe(bubble.querySelector('input'));
    await userEvent.keyboard('{Escape}');
    expect(avatars.shadowRoot?.activeElement).toBe(face('alice'));
    named(await open(), 'React with 🎉').click();
    expect(room.awareness.getLocalState()?.reaction).toMatchObject({ emoji: '🎉' });
    expect(parts(avatars, 'card')).toHaveLength(0);
  });

  it('pauses one’s pointer: others do not see it, one’s face says so, and it goes on when one wants', async () => {
    const { cursors, people, card, open, face } = await opened();
    const bob = people[0];
    const seen = () => bob?.pointers.sample().length;
    await userEvent.keyboard('{Escape}');
    const { left, top } = cursors.getBoundingClientRect();
    const move = (x: number) => point('pointermove', left + x, top + 50, cursors);
    move(100);
    await until(() => seen() === 1);
    named(await open(), 'Pause my pointer').click();
    await until(() => seen() === 0);
    await until(() => face('alice').ariaLabel === 'Alice (you), active, pointer paused');
    expect(face('alice').dataset.paused).toBe('');
    await userEvent.keyboard('{Escape}');
    move(200);
    cursors.say('still here');
    await until(() => seen() === 1, { what: 'the pointer that is lent to what one says' });
    cursors.say('');
    named(await open(), 'Pause my pointer').click();
    await userEvent.keyboard('{Escape}');
    await until(() => face('alice').ariaLabel === 'Alice (you), active');
    move(300);
    await until(() => bob?.pointers.sample().some(({ restingMs }) => restingMs < 200));
    expect(card.isConnected).toBe(false);
  });

  it('sends nothing of a pointer that is paused', async () => {
    const { cursors, people, room, card } = await opened('');
    named(card, 'Pause my pointer').click();
    await drawn();
    const before = room.stats.messagesOut;
    const { left, top } = cursors.getBoundingClientRect();
    for (let x = 0; x < 200; x += 10) point('pointermove', left + x, top + 50, cursors);
    people[0]?.setLocation('later');
    await until(() => room.members.some(({ location }) => location === 'later'));
    expect(room.stats.messagesOut).toBe(before);
    expect(people[0]?.pointers.sample()).toHaveLength(0);
  });

  it('appears away, whatever one does, until one takes it back', async () => {
    const { people, card } = await opened();
    const status = () => people[0]?.members.find(({ user }) => user.id === 'alice')?.status;
    named(card, 'Appear away').click();
    await until(() => status() === 'away');
    await userEvent.keyboard('{Tab}');
    await drawn();
    expect(status()).toBe('away');
    named(card, 'Appear away').click();
    await until(() => status() === 'active');
    expect(reserve()).toEqual({ pointer: false, activity: false });
  });

  it('chooses what one sees of others, asks everyone along, and remembers', async () => {
    const { cursors, room, card } = await opened();
    named(card, 'What you see of others').click();
    const hide = named(card, 'Hide names');
    expect([hide.role, hide.ariaChecked]).toEqual(['switch', 'false']);
    hide.click();
    expect(hide.ariaChecked).toBe('true');
    expect(cursors.view.hideNames).toBe(true);
    named(card, 'Ask everyone to come to you').click();
    expect(room.awareness.getLocalState()?.slate).toHaveProperty('gather');
  });

  it('renames where the page allows it, also for the rooms that come after', async () => {
    const { avatars, element, people, card, room } = await opened('', 'rename');
    const input = card.querySelector('input') as HTMLInputElement;
    expect([input.value, input.ariaLabel]).toEqual(['Alice', 'Your name']);
    input.focus();
    input.select();
    await userEvent.keyboard('Alice Moss{Enter}');
    await until(() => people[0]?.members.some(({ label }) => label === 'Alice Moss'));
    expect(element.userName).toBe('Alice Moss');
    input.value = '   ';
    input.dispatchEvent(new Event('change', { bubbles: true }));
    expect(input.value).toBe('Alice Moss');
    const own = mount<SlateAvatars>('<slate-avatars rename></slate-avatars>');
    own.room = room;
    (await part(own, 'avatar')).click();
    const other = (await part(own, 'card')).querySelector('input') as HTMLInputElement;
    expect(parts(avatars, 'card')).toHaveLength(0);
    other.value = 'Ally';
    other.dispatchEvent(new Event('change', { bubbles: true }));
    await until(() => people[0]?.members.some(({ label }) => label === 'Ally'));
  });

  it('shows the name, and no field, where the page does not allow it', async () => {
    const { card } = await opened();
    expect(card.querySelector('input[type=text]')).toBe(null);
    expect(text(card.querySelector('h2'))).toBe('Alice (you)');
  });

  it('has the settings of the listener: how much is spoken, and the key of the chat', async () => {
    const { card } = await opened('chat', 'announce="off"');
    named(card, 'Settings').click();
    const radios = () => [...card.querySelectorAll<HTMLInputElement>('[type=radio]')].map(({ checked }) => checked);
    expect(radios()).toEqual([false, false, true]); // as the page has chosen
    named(card, 'Only numbers').click();
    expect(viewSettings().announcing).toBe('counts');
    expect(radios()).toEqual([false, true, false]);

    const [, chat, bar] = card.querySelectorAll('fieldset') as Iterable<Element> as [Element, Element, Element];
    const key = (of: Element) => text(of.querySelector('kbd'));
    expect([key(chat), key(bar)]).toEqual(['/', 'F8']);
    named(chat, 'Change').click();
    expect(named(chat, 'Press a key').ariaPressed).toBe('true');
    await userEvent.keyboard('k');
    expect([key(chat), viewSettings().chatKey]).toEqual(['k', 'k']);
    for (const nothing of ['{Escape}', '{F7}', '{Control>}j{/Control}']) {
      named(chat, 'Change').click();
      await userEvent.keyboard(nothing);
      expect([key(chat), card.isConnected]).toEqual(['k', true]);
    }
    named(bar, 'Change').click();
    await userEvent.keyboard('{Alt>}q{/Alt}');
    expect([key(bar), viewSettings().barKey]).toEqual(['Alt+q', 'Alt+q']);
    named(chat, 'Turn off').click();
    expect([key(chat), viewSettings().chatKey, named(chat, 'Turn off')]).toEqual(['off', '', undefined]);
  });

  it('without pointers on the page has what is possible then', async () => {
    const { card } = await opened('none');
    const buttons = [...card.querySelectorAll('button,summary')].map(text);
    expect(buttons).toEqual(['Appear away', 'Settings']);
  });
});
