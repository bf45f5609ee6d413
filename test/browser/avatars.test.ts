/** `<slate-avatars>`, accessibility first. Past 300 lines: one element is one file. */
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { ROOM_GRACE_MS } from '../../elements/controllers/room-controller.js';
import type { SlateAvatars, SlateRoom } from '../../elements/index.js';
import { initials } from '../../elements/shared/initials.js';
import { SPEAK_EVERY_MS } from '../../elements/shared/live-region.js';
import { emptyPng } from '../support/png.js';
import { until } from '../support/wait.js';
import {
  contrast,
  drawn,
  emulate,
  entered,
  expectAccessible,
  joined,
  mount,
  mountRoom,
  mute,
  part,
  parts,
  stopTimers,
  town,
} from './support.js';

const NAMES = ['Bob', 'Charlie', 'Dora', 'Emil', 'Fay', 'Gus', 'Hal'];
const PIXEL =
  'data:image/png;base64,' +
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p8EeZAAAAABJRU5ErkJggg==';

/** The avatars of a room with Alice and that many others. */
async function setUp(others = 2, attributes = '') {
  const { hub, enter } = town();
  const { element, room } = await mountRoom(hub, `<slate-avatars ${attributes}></slate-avatars>`);
  const avatars = element.querySelector('slate-avatars') as SlateAvatars;
  const people = [];
  for (const name of NAMES.slice(0, others)) people.push(await enter(name));
  await until(() => room.members.length === others + 1, { what: 'everyone' });
  await avatars.updateComplete;
  return { hub, enter, element, room, avatars, people };
}

const users = (avatars: Element) => parts(avatars, 'avatar').map((avatar) => avatar.dataset.user);
const spoken = (avatars: Element) => avatars.shadowRoot?.querySelector('[role=status]')?.textContent ?? '';
const focused = (avatars: Element) => (avatars.shadowRoot?.activeElement as HTMLElement | null)?.dataset.user;

describe('<slate-avatars>', () => {
  it('is accessible, its list open too, in light and in dark', async () => {
    const { avatars, people } = await setUp(7);
    people[0]?.setActivity('idle');
    for (const one of people.slice(1)) one.setActivity('away');
    await until(() => avatars.shadowRoot?.querySelector('[data-status=away]'));
    await expectAccessible(avatars);
    (await part(avatars, 'overflow')).click();
    await until(() => parts(avatars, 'item').length === 8);
    await expectAccessible(avatars);
  });

  it('shows one avatar for each user, its own first, then in order of arrival', async () => {
    const { avatars, enter, room } = await setUp(2);
    await enter('Bob'); // the second window of one person
    await until(() => room.members.find(({ user }) => user.id === 'bob')?.sessions.length === 2);
    await avatars.updateComplete;
    expect(users(avatars)).toEqual(['alice', 'bob', 'charlie']);
    expect((await part(avatars, 'stack')).getAttribute('role')).toBe('toolbar');
  });

  it('shows its own user first, even when others were here before', async () => {
    const { hub, enter } = town();
    await enter('Bob');
    await enter('Charlie');
    const { element } = await mountRoom(hub, '<slate-avatars></slate-avatars>');
    const avatars = element.querySelector('slate-avatars') as SlateAvatars;
    await until(() => parts(avatars, 'avatar').length === 3);
    expect(users(avatars)[0]).toBe('alice');
  });

  it('gives name, location and status in the accessible name and in data attributes', async () => {
    const { avatars, people } = await setUp(1);
    people[0]?.setLocation('src/main.ts');
    people[0]?.setActivity('idle');
    const label = (index: number) => parts(avatars, 'avatar')[index]?.getAttribute('aria-label');
    await until(() => label(1) === 'Bob, src/main.ts, idle');
    const bob = parts(avatars, 'avatar')[1];
    expect(bob?.dataset.status).toBe('idle');
    expect(label(0)).toBe('Alice (you), active');
    expect([bob?.role, bob?.ariaHasPopup]).toEqual(['button', 'dialog']);
  });

  it('keeps and dims everyone else while the server is gone', async () => {
    const { hub, avatars } = await setUp(2);
    hub.drop();
    await until(() => parts(avatars, 'avatar')[1]?.dataset.status === 'stale');
    expect(users(avatars)).toEqual(['alice', 'bob', 'charlie']);
    const dimmed = getComputedStyle(parts(avatars, 'avatar')[1] as Element);
    expect(dimmed.filter).toBe('grayscale(1)');
    expect(contrast(dimmed.color, dimmed.backgroundColor)).toBeGreaterThanOrEqual(4.5);
    hub.restore();
    await until(() => parts(avatars, 'avatar')[1]?.dataset.status === 'active');
  });

  it('shows each status by a shape, not by colour alone', async () => {
    const { hub, avatars, people } = await setUp(3);
    people[1]?.setActivity('idle');
    people[2]?.setActivity('away');
    await until(() => avatars.shadowRoot?.querySelector('[data-status=away]'));
    const shape = (status: string) => {
      const dot = avatars.shadowRoot?.querySelector(`[data-status=${status}] [part=dot]`) as Element;
      return getComputedStyle(dot, '::before').mask;
    };
    const shapes = ['active', 'idle', 'away'].map(shape);
    hub.drop();
    await until(() => avatars.shadowRoot?.querySelector('[data-status=stale]'));
    expect(new Set([...shapes, shape('stale')]).size).toBe(4);
  });

  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['  Jean-Luc   Picard ', 'JP'],
    ['🦊 Fox', '🦊F'],
    ['👩‍👩‍👧‍👦 Family', '👩‍👩‍👧‍👦F'],
    ['e\u0301mile zola', 'E\u0301Z'],
    ['山田太郎', '山'],
    ['(Bob) "Builder"', 'BB'],
    ['مريم', 'م'],
    ['محمد علي', 'م\u200cع'],
    ['Zeynep علي', 'Zع'],
    ['김철수', '김'],
    ['ジョン・スミス', 'ジス'],
    ['ณัฐวุฒิ', 'ณั'],
    ['เกียรติศักดิ์ แก้วมณี', 'กีก้'],
    ['देवनागरी लिपि', 'देलि'],
    ['שלום כהן', 'שכ'],
    ["O'Neil", 'O'],
    ['Anne–Marie', 'AM'],
    ['...', '?'],
    ['', '?'],
  ])('shortens the name %j to the initials %j', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it('shows initials whole and in the middle, those of wide scripts too', async () => {
    const { avatars, enter, room } = await setUp(0, 'max="20"');
    const names = ['ジョン・スミス', 'देवनागरी लिपि', '👩‍👩‍👧 Ada', 'محمد علي', 'WWW WWW', '田中 太郎', 'ณัฐวุฒิ ใจดี'];
    await Promise.all(names.map((name, i) => enter(name, { user: { id: `u${i}`, name } })));
    await until(() => room.members.length === names.length + 1);
    await until(() => parts(avatars, 'avatar').length === names.length + 1);
    await entered();
    for (const avatar of parts(avatars, 'avatar')) {
      const face = avatar.getBoundingClientRect();
      const letters = (avatar.querySelector('span') as Element).getBoundingClientRect();
      expect(letters.width, avatar.ariaLabel ?? '').toBeLessThanOrEqual(face.width * 0.75); // the next face lies over
      expect(Math.abs(letters.left + letters.width / 2 - face.left - face.width / 2)).toBeLessThan(0.6);
      expect(Math.abs(letters.top + letters.height / 2 - face.top - face.height / 2)).toBeLessThan(0.6);
      expect(face.width).toBe(face.height);
    }
  });

  it('shows the picture where there is one, and initials where it fails', async () => {
    const { enter, avatars } = await setUp(0);
    await enter('Bob', { user: { id: 'bob', name: 'Bob', avatar: PIXEL } });
    const missing = `blob:${location.origin}/missing`;
    await enter('Cleo', { user: { id: 'cleo', name: 'Cleo Moss', avatar: missing } });
    await until(() => parts(avatars, 'avatar')[1]?.querySelector('img:not([hidden])'));
    expect(parts(avatars, 'avatar')[1]?.querySelector('img')?.src).toBe(PIXEL);
    await until(() => parts(avatars, 'avatar')[2] && !parts(avatars, 'avatar')[2]?.querySelector('img'));
    expect(parts(avatars, 'avatar')[2]?.textContent?.trim()).toBe('CM');
  });

  it('never decodes a picture of too many pixels, however few bytes it has, and shows initials', async () => {
    const { avatars, enter } = await setUp(0);
    await enter('Bob', { user: { id: 'bob', name: 'Bob Ray', avatar: await emptyPng(8000) } });
    await enter('Cleo', { user: { id: 'cleo', name: 'Cleo', avatar: await emptyPng(2048) } });
    const shown: unknown[] = [];
    const watch = new MutationObserver(() => {
      shown.push(parts(avatars, 'avatar')[1]?.querySelector('img:not([hidden])'));
    });
    watch.observe(avatars.shadowRoot as ShadowRoot, { subtree: true, childList: true, attributes: true });
    await until(() => parts(avatars, 'avatar')[2]?.querySelector('img:not([hidden])'));
    await until(() => parts(avatars, 'avatar')[1] && !parts(avatars, 'avatar')[1]?.querySelector('img'));
    watch.disconnect();
    expect(shown.filter(Boolean)).toEqual([]);
    expect(parts(avatars, 'avatar')[1]?.textContent?.trim()).toBe('BR');
  });

  it.each([
    '#c2410c',
    '#ffff00',
    '#767676',
    'navy',
    'hsl(60 100% 50%)',
    'oklch(0.7 0.15 200)',
    '#00ff00',
    '#0000ff22',
    'white',
  ])('writes on the colour %s with a contrast of at least 4.5:1', async (color) => {
    const { avatars, people } = await setUp(1);
    people[0]?.setUser({ color });
    expect(people[0]?.self.user.color).toMatch(/^#[\da-f]{6}$/); // D3
    await avatars.updateComplete;
    const avatar = parts(avatars, 'avatar')[1] as HTMLElement;
    await until(() => avatar.style.getPropertyValue('--_u') === people[0]?.self.user.color);
    const style = getComputedStyle(avatar);
    expect(contrast(style.color, style.backgroundColor)).toBeGreaterThanOrEqual(4.5);
  });

  it('accepts max, size and announce as attributes and as properties, and uses the default for bad ones', async () => {
    const { avatars } = await setUp(5, 'max="2" size="48" announce="off"');
    expect([avatars.max, avatars.size, avatars.announce]).toEqual([2, 48, false]);
    expect(users(avatars)).toHaveLength(1); // and the button
    expect(parts(avatars, 'avatar')[0]?.offsetWidth).toBe(48);
    expect((await part(avatars, 'overflow')).textContent).toBe('+5');
    avatars.max = 4;
    avatars.size = 24;
    avatars.announce = true;
    await avatars.updateComplete;
    expect([avatars.getAttribute('max'), avatars.getAttribute('size'), avatars.hasAttribute('announce')]).toEqual([
      '4',
      '24',
      false,
    ]);
    expect(users(avatars)).toHaveLength(3);
    for (const bad of ['0', '-3', 'many']) {
      avatars.setAttribute('max', bad);
      avatars.setAttribute('size', bad);
      await avatars.updateComplete;
      expect(users(avatars)).toHaveLength(4);
      expect(parts(avatars, 'avatar')[0]?.offsetWidth).toBe(32);
    }
  });

  it('is one tab stop; arrow keys, Home and End move within it, mirrored from right to left', async () => {
    const { avatars } = await setUp(4, 'max="4"');
    const stops = () => [...parts(avatars, 'avatar'), ...parts(avatars, 'overflow')].map(({ tabIndex }) => tabIndex);
    expect(stops()).toEqual([0, -1, -1, -1]);
    parts(avatars, 'avatar')[0]?.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(focused(avatars)).toBe('charlie');
    await userEvent.keyboard('{End}');
    expect(avatars.shadowRoot?.activeElement?.part.value).toBe('overflow');
    await avatars.updateComplete;
    expect(stops()).toEqual([-1, -1, -1, 0]);
    await userEvent.keyboard('{ArrowRight}{Home}{ArrowLeft}');
    expect(focused(avatars)).toBe('alice');
    avatars.dir = 'rtl';
    await userEvent.keyboard('{ArrowLeft}');
    expect(focused(avatars)).toBe('bob');
    await avatars.updateComplete;
    expect(stops()).toEqual([-1, 0, -1, -1]);
  });

  it('keeps the focus in the stack when the +N button goes', async () => {
    const { avatars } = await setUp(4, 'max="3"');
    (await part(avatars, 'overflow')).focus();
    avatars.max = 9;
    await avatars.updateComplete;
    expect(focused(avatars)).toBe('alice');
  });

  it('keeps the focus in the stack when the focused user leaves', async () => {
    const { avatars, people } = await setUp(2);
    parts(avatars, 'avatar')[1]?.focus();
    await people[0]?.leave();
    await until(() => users(avatars).length === 2);
    expect(avatars.shadowRoot?.activeElement).not.toBe(null);
  });

  it('removes a user at once, and without a trace', async () => {
    const { avatars, people } = await setUp(2);
    await people[0]?.leave();
    await until(() => users(avatars).length === 2);
    expect(avatars.shadowRoot?.querySelectorAll('[data-user=bob]')).toHaveLength(0);
    await until(() => avatars.shadowRoot?.querySelectorAll('[part=stack] > li').length === 2);
  });

  it('shows a new name and colour at once', async () => {
    const { avatars, people } = await setUp(1);
    people[0]?.setUser({ name: 'Robert Moss', color: '#0f766e' });
    await until(() => parts(avatars, 'avatar')[1]?.ariaLabel?.startsWith('Robert Moss'));
    expect(parts(avatars, 'avatar')[1]?.textContent?.trim()).toBe('RM');
    expect(parts(avatars, 'avatar')[1]?.style.getPropertyValue('--_u')).toBe('#0f766e');
  });

  /** Avatars that speak and avatars that do not, in the room of Alice, with the timers stopped from the start. */
  async function setUpSpeech() {
    stopTimers();
    const { hub, enter } = town();
    const element = mount<SlateRoom>(`<slate-room project="town" user-id="alice" user-name="Alice">
      <slate-avatars></slate-avatars><slate-avatars announce="off"></slate-avatars></slate-room>`);
    element.bus = hub.connect();
    const [avatars, silent] = element.querySelectorAll('slate-avatars') as NodeListOf<SlateAvatars>;
    if (!avatars || !silent) throw new Error('The avatars are not there.');
    const shows = (...ids: string[]) => vi.waitFor(() => expect([users(avatars), users(silent)]).toEqual([ids, ids]));
    await shows('alice');
    const later = async () => {
      vi.advanceTimersByTime(SPEAK_EVERY_MS);
      await Promise.all([avatars.updateComplete, silent.updateComplete]);
    };
    await later();
    return { enter, avatars, silent, shows, later };
  }

  it('speaks politely of users who come and go, and never of its own', async () => {
    const { enter, avatars, shows, later } = await setUpSpeech();
    expect(spoken(avatars)).toBe('');
    const bob = await enter('Bob');
    await shows('alice', 'bob');
    await later();
    expect(spoken(avatars)).toBe('Bob joined.');
    await bob.leave();
    await shows('alice');
    await later();
    expect(spoken(avatars)).toBe('Bob left.');
  });

  it('says nothing with announce="off"', async () => {
    const { enter, avatars, silent, shows, later } = await setUpSpeech();
    await enter('Bob');
    await enter('Charlie');
    await shows('alice', 'bob', 'charlie');
    await later();
    expect(spoken(avatars)).toBe('Bob and Charlie joined.');
    expect(spoken(silent)).toBe('');
  });

  it('overlaps its avatars from left to right, and from right to left in such a page', async () => {
    const { avatars } = await setUp(2);
    const lefts = () => parts(avatars, 'avatar').map((avatar) => avatar.getBoundingClientRect().left);
    const step = (list: number[]) => (list[1] ?? 0) - (list[0] ?? 0);
    const overlaps = (way: 1 | -1) => until(() => step(lefts()) * way > 20 && step(lefts()) * way < 32);
    await overlaps(1);
    avatars.dir = 'rtl';
    await overlaps(-1);
  });

  it('does not animate with reduced motion', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { avatars, people } = await setUp(2);
    const item = parts(avatars, 'avatar')[0]?.closest('li') as Element;
    expect(getComputedStyle(item).transitionDuration).toBe('0s');
    await people[0]?.leave();
    await until(() => users(avatars).length === 2);
    expect(avatars.shadowRoot?.querySelectorAll('[part=stack] > li')).toHaveLength(2);
  });

  it('has borders in forced colours', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { avatars } = await setUp(1);
    const style = getComputedStyle(parts(avatars, 'avatar')[1] as Element);
    expect(style.borderTopStyle).toBe('solid');
    expect(style.borderTopWidth).toBe('1px');
  });

  it('follows a move to another room, and leaves the first', async () => {
    const { element, avatars } = await setUp(1);
    const other = town();
    await other.enter('Zoe');
    const second = await mountRoom(other.hub, '', 'user-id="alice" user-name="Alice"');
    second.element.append(avatars);
    await until(() => users(avatars).join() === 'alice,zoe');
    avatars.remove();
    element.append(avatars);
    await until(() => users(avatars).join() === 'alice,bob');
  });

  it('unsubscribes while it is out of the page, and catches up on its return', async () => {
    const { element, avatars, people, room } = await setUp(2);
    avatars.remove();
    await people[0]?.leave();
    await until(() => room.members.length === 2);
    await drawn();
    expect(users(avatars)).toHaveLength(3); // it receives no changes any more
    element.append(avatars);
    await until(() => users(avatars).join() === 'alice,charlie');
  });

  it('accepts a room by .room and by room="id", also one that comes later', async () => {
    const { element, room } = await setUp(1);
    const byProperty = mount<SlateAvatars>('<slate-avatars></slate-avatars>');
    byProperty.room = room;
    await until(() => users(byProperty).join() === 'alice,bob');
    byProperty.room = null;
    await until(() => users(byProperty).length === 0);

    element.id = 'late';
    const parent = element.parentElement as HTMLElement;
    const byId = mount<SlateAvatars>('<slate-avatars room="late"></slate-avatars>');
    await until(() => users(byId).join() === 'alice,bob');
    element.remove();
    await until(() => users(byId).length === 0);
    parent.append(element);
    await until(() => users(byId)[0] === 'alice', { what: 'the room that came back' });

    const early = mount<SlateAvatars>('<slate-avatars room="to-come"></slate-avatars>');
    const { hub } = town();
    const comer = mount<SlateRoom>('<slate-room id="to-come" project="town" user-id="eve"></slate-room>');
    comer.bus = hub.connect();
    await joined(comer);
    await until(() => users(early).join() === 'eve');
  });

  it('shows nothing without a room, and says why once', () => {
    const warn = mute();
    stopTimers();
    const avatars = mount('<slate-avatars></slate-avatars>');
    vi.advanceTimersByTime(ROOM_GRACE_MS);
    expect(String(warn.mock.calls[0]?.[0])).toContain('<slate-avatars> has no room');
    expect(avatars.shadowRoot?.textContent?.trim()).toBe('');
    avatars.remove();
    document.body.append(avatars);
    vi.advanceTimersByTime(ROOM_GRACE_MS);
    avatars.remove();
    expect(warn.mock.calls).toHaveLength(1);
  });
});
