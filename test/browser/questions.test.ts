/** Questions go by after a while: a key reaches them, attention keeps them, and the key finds them again. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateCursors } from '../../elements/index.js';
import { setView } from '../../elements/shared/view-settings.js';
import { pageViewer } from '../../elements/viewer/load.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { drawn, emulate, mount, mountRoom, part, parts, text, town } from './support.js';

beforeEach(() => setView({ barKey: undefined, chatKey: undefined, announcing: undefined }));

/** Alice has the page, Bob and Carol are here. */
async function setUp(attributes = '') {
  onTestFinished(() => pageViewer.current?.dispose()); // it remembers answers
  const { hub, enter } = town();
  const { element, room } = await mountRoom(hub, `<slate-cursors ${attributes}></slate-cursors>`);
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const [bob, carol] = [await enter('Bob'), await enter('Carol')];
  await until(() => room.members.length === 3);
  const start = mount<HTMLInputElement>('<input aria-label="one types here">');
  start.focus();
  return { cursors, room, bob, carol, start };
}

const ask = (room: Room, gather: number | undefined) => room.awareness.setLocalStateField('slate', { gather });
const bars = (cursors: Element) => parts(cursors, 'bar').map((bar) => text(bar.querySelector('bdi')));
const asks = (name: string) => `${name} asks everyone to come along`;
const shows = (cursors: Element, ...texts: string[]) =>
  until(() => bars(cursors).join() === texts.join(), { what: `the bars ${texts}` });
const focused = ({ shadowRoot }: Element) => text(shadowRoot?.activeElement);

describe('a question', () => {
  it('is reached by its key, also from a field, and Escape goes back there', async () => {
    const { cursors, bob, start } = await setUp();
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    expect(document.activeElement).toBe(start);
    expect(text((await part(cursors, 'bar')).querySelector('kbd'))).toBe('F8');
    await userEvent.keyboard('{F8}');
    expect(focused(cursors)).toBe('Come along');
    await userEvent.keyboard('{Tab}');
    expect(focused(cursors)).toBe('Not now');
    await userEvent.keyboard('{Escape}');
    expect(document.activeElement).toBe(start);
    await shows(cursors, asks('Bob'));
  });

  it('stays while one is at it, and goes by afterwards', async () => {
    const { cursors, bob, room } = await setUp();
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    await userEvent.keyboard('{F8}');
    ask(bob, undefined);
    await until(() => !(room.awareness.getStates().get(bob.client)?.slate as { gather?: number })?.gather);
    await drawn();
    expect(bars(cursors)).toEqual([asks('Bob')]);
    await userEvent.keyboard('{Escape}');
    await shows(cursors);
  });

  it('stays while the mouse is on it', async () => {
    const { cursors, bob, room } = await setUp();
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    await userEvent.hover(await part(cursors, 'bar'));
    ask(bob, undefined);
    await until(() => !(room.awareness.getStates().get(bob.client)?.slate as { gather?: number })?.gather);
    await drawn();
    expect(bars(cursors)).toEqual([asks('Bob')]);
    await userEvent.unhover(await part(cursors, 'bar'));
    await shows(cursors);
  });

  it('that went by is found again by the key, as often as one likes, and answered', async () => {
    const { cursors, bob, start } = await setUp();
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    ask(bob, undefined);
    await shows(cursors);
    for (let time = 0; time < 11; time++) {
      await userEvent.keyboard('{F8}');
      await shows(cursors, asks('Bob'));
      expect(focused(cursors)).toBe('Come along');
      await userEvent.keyboard('{Escape}');
      await shows(cursors);
      expect(document.activeElement).toBe(start);
    }
    expect(await cursors.goToBar()).toBe(true);
    await userEvent.keyboard('{Tab}{Enter}');
    await shows(cursors);
    expect(document.activeElement).toBe(start);
    expect(await cursors.goToBar()).toBe(false); // it has an answer
  });

  it('that went by is gone with whoever asked', async () => {
    const { cursors, room, bob, start } = await setUp();
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    ask(bob, undefined);
    await shows(cursors);
    await bob.leave();
    await until(() => room.members.length === 2);
    await userEvent.keyboard('{F8}');
    await drawn();
    expect(bars(cursors)).toEqual([]);
    expect(document.activeElement).toBe(start);
  });

  it('is not exchanged for another one under one’s hand', async () => {
    const { cursors, bob, carol } = await setUp();
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    await userEvent.keyboard('{F8}');
    ask(carol, 1);
    ask(bob, undefined);
    await drawn();
    expect(bars(cursors)).toEqual([asks('Bob')]);
    await userEvent.keyboard('{Escape}');
    await shows(cursors, asks('Carol'));
  });

  it('is answered while one follows someone, who is still followed', async () => {
    const { cursors, bob, carol } = await setUp();
    await cursors.follow('bob');
    ask(carol, 1);
    await shows(cursors, 'You follow Bob', asks('Carol'));
    await userEvent.keyboard('{F8}{Tab}{Tab}');
    expect(focused(cursors)).toBe('Not now');
    await userEvent.keyboard('{Enter}');
    await shows(cursors, 'You follow Bob');
    expect(cursors.following).toBe('bob');
    expect(bob.members.length).toBe(3);
  });

  it.each([
    ['attribute', 'bar-key="Alt+b"', undefined],
    ['setting, which counts more', 'bar-key="F9"', 'Alt+b'],
  ])('is reached by another key: by the %s', async (_, attribute, barKey) => {
    setView({ barKey });
    const { cursors, bob, start } = await setUp(attribute);
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    expect(text((await part(cursors, 'bar')).querySelector('kbd'))).toBe('Alt+b');
    await userEvent.keyboard('{F8}{F9}');
    expect(document.activeElement).toBe(start);
    await userEvent.keyboard('{Alt>}b{/Alt}');
    expect(focused(cursors)).toBe('Come along');
  });

  it('takes no key where there is none, and no character from a field', async () => {
    const { cursors, bob, start } = await setUp('bar-key=""');
    ask(bob, 1);
    await shows(cursors, asks('Bob'));
    expect((await part(cursors, 'bar')).querySelector('kbd')).toBe(null);
    await userEvent.keyboard('{F8}');
    expect(document.activeElement).toBe(start);
    setView({ barKey: 'b' });
    await userEvent.keyboard('b');
    expect(start.value).toBe('b');
    start.blur();
    await userEvent.keyboard('b');
    expect(focused(cursors)).toBe('Come along');
  });
});

describe('the key of the chat', () => {
  const isOpen = (cursors: Element) => parts(cursors, 'bubble')[0]?.matches(':popover-open') ?? false;
  const ready = async (attributes: string) => {
    const page = await setUp(attributes);
    await part(page.cursors, 'bubble');
    page.start.blur();
    return page;
  };

  it.each([
    ['attribute', 'chat chat-key="Alt+c"', undefined, '{Alt>}c{/Alt}'],
    ['setting, which counts more', 'chat chat-key="x"', 'c', 'c'],
    ['setting, where the page has none', 'chat chat-key=""', 'c', 'c'],
  ])('is another one: by the %s', async (_, attributes, chatKey, keys) => {
    setView({ chatKey });
    const { cursors } = await ready(attributes);
    await userEvent.keyboard('/x');
    await drawn();
    expect(isOpen(cursors)).toBe(false);
    await userEvent.keyboard(keys);
    await until(() => isOpen(cursors));
  });

  it.each([
    ['attribute', 'chat chat-key=""', undefined],
    ['setting', 'chat', ''],
  ])('is turned off by the %s; what else opens the bubble still does', async (_, attributes, chatKey) => {
    setView({ chatKey });
    const { cursors } = await ready(attributes);
    await userEvent.keyboard('/');
    await drawn();
    expect(isOpen(cursors)).toBe(false);
    cursors.openChat();
    await until(() => isOpen(cursors));
  });
});

describe('who follows', () => {
  const follow = (room: Room, client?: number) =>
    room.awareness.setLocalStateField('slate', client && { follow: client });
  const said = ({ shadowRoot }: Element) => [...(shadowRoot?.querySelectorAll('[role=status]') ?? [])].map(text);

  it('is spoken when it changes, and when nobody does any more', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { cursors, room, bob, carol } = await setUp();
    follow(bob, room.client);
    await until(() => said(cursors).includes('Bob follows you'));
    follow(carol, room.client);
    await until(() => said(cursors).includes('Bob and Carol follow you'), { what: 'both', deadlineMs: 8_000 });
    follow(bob);
    follow(carol);
    await until(() => said(cursors).includes('Nobody follows you any more'), { what: 'nobody', deadlineMs: 8_000 });
  });
});
