import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateCursors } from '../../elements/index.js';
import { pageViewer } from '../../elements/viewer/load.js';
import type { ViewerTimes } from '../../elements/viewer/times.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import {
  contrast,
  drawn,
  emulate,
  expectAccessible,
  mount,
  mountRoom,
  part,
  parts,
  point,
  text,
  town,
} from './support.js';

const centre = { x: 0.5, y: 0.5, anchor: '' };

/** Alice has a window, Bob points in it. */
async function setUp(attributes = 'chat reactions', times: Partial<ViewerTimes> = {}) {
  pageViewer.times = times;
  const { hub, enter } = town();
  const { element, room } = await mountRoom(
    hub,
    `<slate-cursors ${attributes}><p style="height:300px;margin:0">here</p></slate-cursors>`,
  );
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const bob = await enter('Bob');
  await until(() => room.members.length === 2 && bob.members.length === 2);
  bob.pointer.move(centre);
  await part(cursors, 'cursor');
  if (attributes) await until(() => cursors.shadowRoot?.querySelector('[role=log]'), { what: 'talk to be loaded' });
  return { cursors, room, bob, enter };
}

/** A field of the state of one room, as another room has it. */
const held = (at: Room, of: Room, field: string) => at.awareness.getStates().get(of.client)?.[field];
const said = (at: Room, of: Room) => (held(at, of, 'chat') as { text?: string } | null)?.text;
const log = (cursors: Element) => text(cursors.shadowRoot?.querySelector('[role=log]'));

describe('saying something at one’s pointer', () => {
  it('opens at / beside the pointer, sends every letter, and keeps what was said for a while', async () => {
    const { cursors, room, bob } = await setUp('chat reactions', { sayingMs: 1_000 });
    const received = new Set<string | undefined>();
    bob.awareness.on('change', () => received.add(said(bob, room)));
    const { left, top } = cursors.getBoundingClientRect();
    point('pointermove', left + 100, top + 50, cursors);
    await userEvent.keyboard('/');
    const bubble = await part(cursors, 'bubble');
    const input = bubble.querySelector('input') as HTMLInputElement;
    expect(cursors.shadowRoot?.activeElement).toBe(input);
    expect(input.value).toBe('');
    const box = bubble.getBoundingClientRect();
    expect(Math.hypot(box.left - left - 112, box.top - top - 72)).toBeLessThan(2);
    await userEvent.keyboard('hi');
    await until(() => received.has('hi'));
    await userEvent.keyboard(' Bob{Enter}');
    await until(() => received.has('hi Bob'));
    expect(bubble.matches(':popover-open')).toBe(false);
    await until(() => !held(bob, room, 'chat'), { what: 'the saying to vanish' });
  });

  it('takes it back with Escape, and closes when the focus goes', async () => {
    const { cursors, room, bob } = await setUp();
    point('pointermove', 50, 50, cursors);
    cursors.openChat();
    const bubble = await part(cursors, 'bubble');
    await until(() => bubble.matches(':popover-open'));
    await userEvent.keyboard('oh');
    await until(() => said(bob, room) === 'oh');
    await userEvent.keyboard('{Escape}');
    await until(() => !held(bob, room, 'chat'));
    expect(bubble.matches(':popover-open')).toBe(false);

    const elsewhere = mount('<button>elsewhere</button>');
    cursors.openChat();
    await until(() => bubble.matches(':popover-open'));
    elsewhere.focus();
    await until(() => !bubble.matches(':popover-open'));
    expect(document.activeElement).toBe(elsewhere);
  });

  it.each([
    ['a field', '<input />', (one: HTMLElement) => one.focus()],
    ['text', '<div contenteditable="true">text</div>', (one: HTMLElement) => one.focus()],
  ])('leaves / to %s one types in', async (_, markup, enter) => {
    const { cursors } = await setUp();
    enter(mount(markup));
    await userEvent.keyboard('/');
    await drawn();
    expect(parts(cursors, 'bubble')[0]?.matches(':popover-open')).toBe(false);
  });

  it('stays where it was opened while it offers emoji, and so does what others see, with the mouse over it', async () => {
    const { cursors, room, bob } = await setUp();
    const { left, top } = cursors.getBoundingClientRect();
    point('pointermove', left + 100, top + 50, cursors);
    const before = await until(() => bob.pointers.sample().find(({ restingMs }) => restingMs > 200));
    cursors.openChat();
    const bubble = await until(() => parts(cursors, 'bubble').find((one) => one.matches(':popover-open')));
    const at = bubble.getBoundingClientRect();
    point('pointermove', at.left + 40, at.top + 50, bubble.querySelector('button') as Element);
    cursors.say('this one');
    await until(() => said(bob, room) === 'this one');
    await drawn();
    expect(bubble.getBoundingClientRect()).toEqual(at);
    expect(bob.pointers.sample()[0]).toMatchObject({ anchor: before.anchor, x: before.x, y: before.y });
  });

  it('leaves / to a page that takes it, and to shortcuts', async () => {
    const { cursors } = await setUp();
    const press = (init: KeyboardEventInit) =>
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true, ...init }));
    press({ ctrlKey: true });
    document.body.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
    press({});
    await drawn();
    expect(parts(cursors, 'bubble')[0]?.matches(':popover-open')).toBe(false);
    expect(press({})).toBe(false);
    expect(parts(cursors, 'bubble')[0]?.matches(':popover-open')).toBe(true);
  });

  it('F4: shows what others say beside their pointers, as text, readable, and reads it out once', async () => {
    const { cursors, bob } = await setUp();
    bob.awareness.setLocalStateField('chat', { text: 'h' });
    bob.awareness.setLocalStateField('chat', { text: 'hello <b>there</b>' });
    const chat = await until(() => parts(cursors, 'chat').find((one) => text(one) === 'hello <b>there</b>'));
    expect(chat.closest('[part=cursor]')?.getAttribute('data-user')).toBe('bob');
    expect(chat.querySelector('b')).toBe(null);
    expect(chat.getAttribute('dir')).toBe('auto');
    const style = getComputedStyle(chat);
    expect(contrast(style.color, style.backgroundColor)).toBeGreaterThanOrEqual(4.5);
    await until(() => log(cursors) === 'Bob: hello <b>there</b>');
    bob.pointer.move({ ...centre, x: 0.6 });
    await drawn();
    expect(log(cursors)).toBe('Bob: hello <b>there</b>');
    bob.awareness.setLocalStateField('chat', null);
    await until(() => parts(cursors, 'chat').length === 0);
  });

  it('keeps what is said when its pointer goes and comes back', async () => {
    const { cursors, bob } = await setUp();
    bob.awareness.setLocalStateField('chat', { text: 'still here' });
    await part(cursors, 'chat');
    bob.pointer.leave();
    await until(() => parts(cursors, 'cursor').length === 0);
    bob.pointer.move(centre);
    expect(text(await part(cursors, 'chat'))).toBe('still here');
  });

  it('F4: cuts what is too long, and takes out what would turn the line', async () => {
    const { cursors, bob, room } = await setUp();
    bob.awareness.setLocalStateField('chat', { text: `a\u202Eb\u0000c${'x'.repeat(200)}` });
    const chat = await part(cursors, 'chat');
    expect(chat.textContent).toBe(`a b c${'x'.repeat(75)}`);
    cursors.say('y'.repeat(200));
    await until(() => said(bob, room) === 'y'.repeat(80));
  });

  it.each([[{ text: 7 }], [{ text: { a: 1 } }], ['text'], [7], [{ text: '' }], [{ text: '  \n ' }]])(
    'shows nothing for %j',
    async (value) => {
      const { cursors, bob, room } = await setUp();
      bob.awareness.setLocalStateField('chat', value);
      await until(() => JSON.stringify(held(room, bob, 'chat')) === JSON.stringify(value));
      await drawn();
      expect(parts(cursors, 'chat')).toHaveLength(0);
    },
  );

  it('lends a pointer to someone without one, so that others see where it is said', async () => {
    const { cursors, bob, room } = await setUp('chat reactions', { sayingMs: 1_000 });
    expect(bob.pointers.sample()).toHaveLength(0);
    cursors.say('from the keyboard');
    await until(() => said(bob, room) === 'from the keyboard');
    await until(() => bob.pointers.sample().length === 1);
    await until(() => bob.pointers.sample().length === 0);
  });

  it('is accessible, in light and in dark', async () => {
    const { cursors, bob } = await setUp();
    bob.awareness.setLocalStateField('chat', { text: 'hello' });
    await part(cursors, 'chat');
    cursors.openChat();
    await until(() => parts(cursors, 'bubble')[0]?.matches(':popover-open'));
    await expectAccessible(cursors);
  });
});

describe('reacting', () => {
  it('F5: lets an emoji rise from the pointer, here and there, once', async () => {
    const { cursors, bob, room } = await setUp('chat reactions', { riseMs: 700 });
    cursors.react('🎉');
    await until(() => (held(bob, room, 'reaction') as { emoji?: string } | null)?.emoji === '🎉');
    expect(text(await part(cursors, 'reaction'))).toBe('🎉');
    await until(() => !held(bob, room, 'reaction') && parts(cursors, 'reaction').length === 0);

    bob.awareness.setLocalStateField('reaction', { emoji: '👍', number: 5 });
    const reaction = await part(cursors, 'reaction');
    expect(reaction.closest('[part=cursor]')?.getAttribute('data-user')).toBe('bob');
    bob.pointer.move({ ...centre, x: 0.4 });
    await drawn();
    expect(parts(cursors, 'reaction')).toHaveLength(1);
    await until(() => parts(cursors, 'reaction').length === 0);
    bob.awareness.setLocalStateField('reaction', { emoji: '👍', number: 6 });
    await part(cursors, 'reaction');
  });

  it('offers what the page wants', async () => {
    const { cursors } = await setUp('reactions="🚀 nonsense <b> 🐢"');
    cursors.openChat();
    const bubble = await part(cursors, 'bubble');
    await until(() => bubble.matches(':popover-open'));
    expect(bubble.querySelector('input')).toBe(null);
    expect([...bubble.querySelectorAll('button')].map((one) => [text(one), one.ariaLabel])).toEqual([
      ['🚀', 'React with 🚀'],
      ['🐢', 'React with 🐢'],
    ]);
    bubble.querySelector('button')?.click();
    await part(cursors, 'reaction');
  });

  it.each(['text', '<img>', '👍'.repeat(20), '1', '', ' '])('shows nothing for %j', async (emoji) => {
    const { cursors, bob, room } = await setUp();
    bob.awareness.setLocalStateField('reaction', { emoji, number: 9 });
    await until(() => held(room, bob, 'reaction'));
    await drawn();
    expect(parts(cursors, 'reaction')).toHaveLength(0);
    cursors.react(emoji);
    await drawn();
    expect(parts(cursors, 'reaction')).toHaveLength(0);
  });

  it('F5: shows a newcomer none of the old ones', async () => {
    const { hub, enter } = town();
    const bob = await enter('Bob');
    bob.awareness.setLocalStateField('reaction', { emoji: '👍', number: 5 });
    bob.pointer.move(centre);
    const { element } = await mountRoom(hub, '<slate-cursors reactions><p>here</p></slate-cursors>');
    const cursors = element.querySelector('slate-cursors') as SlateCursors;
    await part(cursors, 'cursor');
    await until(() => cursors.shadowRoot?.querySelector('[role=log]'));
    await drawn();
    expect(parts(cursors, 'reaction')).toHaveLength(0);
  });

  it('does not move it where motion is to be reduced', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { cursors } = await setUp();
    cursors.react('🎉');
    expect(getComputedStyle(await part(cursors, 'reaction')).animationName).toBe('none');
  });
});

describe('where the page does not enable it', () => {
  it('F5: neither shows nor sends anything', async () => {
    const { cursors, bob, room } = await setUp('');
    bob.awareness.setLocalStateField('chat', { text: 'hello' });
    bob.awareness.setLocalStateField('reaction', { emoji: '👍', number: 5 });
    await until(() => held(room, bob, 'reaction'));
    await userEvent.keyboard('/');
    cursors.say('hello');
    cursors.react('🎉');
    cursors.openChat();
    await drawn();
    expect(parts(cursors, 'chat').length + parts(cursors, 'reaction').length + parts(cursors, 'bubble').length).toBe(0);
    expect(room.awareness.getLocalState()?.chat).toBe(undefined);
  });

  it('follows the attributes', async () => {
    const { cursors, bob } = await setUp('');
    bob.awareness.setLocalStateField('chat', { text: 'hello' });
    cursors.chat = true;
    await part(cursors, 'chat');
    cursors.chat = false;
    bob.awareness.setLocalStateField('chat', { text: 'hello again' });
    await until(() => parts(cursors, 'chat').length === 0);
  });
});
