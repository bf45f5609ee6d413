/**
 * The names of pointers: when they come and go, which of two gives way, and what is left of them in a crowd.
 * Past 300 lines: the rules about names are tried on one crowd.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateAvatars, SlateCursors } from '../../elements/index.js';
import { joinRoom, type Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { setUp, tip, visible } from './cursors-page.js';
import { drawn, emulate, mountRoom, part, parts, point, town } from './support.js';

const PAGE = '<div style="height:400px;margin:0"></div>';
const FADED = 'style="--slate-name-fade:0s"';

const nameOf = (cursors: Element, user: string) =>
  parts(cursors, 'name').find((name) => name.parentElement?.dataset.user === user) as HTMLElement;
const opacity = (element: Element) => {
  const { opacity, visibility } = getComputedStyle(element);
  return visibility === 'visible' ? Number(opacity) : 0;
};
const isNamed = (cursors: Element, user: string) => opacity(nameOf(cursors, user)) === 1;
const isNameless = (cursors: Element, user: string) => opacity(nameOf(cursors, user)) === 0;
const box = (cursors: Element) => cursors.getBoundingClientRect();

/** Moves a pointer to these pixels of the surface. */
function put(room: Room, cursors: Element, x: number, y: number, how: { tapped?: true } = {}): void {
  const { width, height } = box(cursors);
  room.pointer.move({ x: x / width, y: y / height, anchor: '', ...how });
}

/** Moves pointers there as mice go, from 40 px below, in 200 ms. */
async function glide(cursors: Element, ...ways: readonly (readonly [Room, number, number])[]): Promise<void> {
  const start = performance.now();
  await until(() => {
    const share = Math.min(1, (performance.now() - start) / 200);
    for (const [room, x, y] of ways) put(room, cursors, x, y + 40 * (1 - share));
    return share === 1;
  });
}

/** One's own pointer, at these pixels of the surface. */
function own(cursors: Element, x: number, y: number): void {
  const { left, top } = box(cursors);
  point('pointermove', left + x, top + y, document.body);
}

/** Bob’s page with avatars, and Alice’s pointer at rest at 300, 200, whose name has gone. */
async function rested(attributes = '') {
  const { hub, enter } = town();
  const { element, room } = await mountRoom(
    hub,
    `<slate-avatars ${attributes}></slate-avatars><slate-cursors ${FADED}>${PAGE}</slate-cursors>`,
    'user-id="bob" user-name="Bob"',
  );
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const avatars = element.querySelector('slate-avatars') as SlateAvatars;
  const alice = await enter('Alice');
  await until(() => room.members.length === 2 && alice.members.length === 2);
  put(alice, cursors, 300, 200);
  await part(cursors, 'cursor');
  await until(() => isNameless(cursors, 'alice'), { what: 'the name to fade' });
  const avatarOf = (user: string) =>
    parts(avatars, 'avatar').find(({ dataset }) => dataset.user === user) as HTMLElement;
  onTestFinished(() => point('pointerleave', 0, 0, document.documentElement, { bubbles: false }));
  return { hub, enter, element, room, cursors, avatars, alice, avatarOf };
}

/** Joins that many people, whose pointers rest in rows, the first at 30, 20. */
async function gather(hub: ReturnType<typeof town>['hub'], cursors: Element, many: number) {
  const people = await Promise.all(
    Array.from({ length: many }, (_, i) =>
      joinRoom(hub.connect(), { project: 'town', user: { id: `c${i}`, name: `C${i}` } }),
    ),
  );
  onTestFinished(() => Promise.all(people.map((one) => one.leave())).then(() => undefined));
  await until(() => people.every(({ members }) => members.length >= many), { what: 'everyone', deadlineMs: 15_000 });
  await glide(cursors, ...people.map((one, i) => [one, 30 + 100 * (i % 8), 20 + 60 * Math.floor(i / 8)] as const));
  await until(() => parts(cursors, 'cursor').filter(visible).length >= many);
  await until(() => !parts(cursors, 'cursor').some(({ classList }) => classList.contains('awake')));
  return people;
}

describe('the name of a pointer at rest', () => {
  it('comes back within 40 px of one’s own pointer, and goes with it at once', async () => {
    const { cursors } = await rested();
    cursors.style.setProperty('--slate-name-fade', '60s');
    own(cursors, 300, 239);
    await until(() => isNamed(cursors, 'alice'), { what: 'the name at 39 px' });
    own(cursors, 300, 241);
    await until(() => isNameless(cursors, 'alice'), { what: 'no name at 41 px' });
    own(cursors, 270, 180);
    await until(() => isNamed(cursors, 'alice'));
    point('pointerleave', 0, 0, document.documentElement, { bubbles: false });
    await until(() => isNameless(cursors, 'alice'), { what: 'no name without one’s own pointer' });
  });

  it('comes back while the person’s avatar is hovered or has the focus', async () => {
    const { cursors, avatarOf } = await rested();
    await userEvent.hover(avatarOf('alice'));
    await until(() => isNamed(cursors, 'alice'), { what: 'the name of who is hovered' });
    await userEvent.hover(avatarOf('bob'));
    await until(() => isNameless(cursors, 'alice'));
    await userEvent.unhover(avatarOf('bob'));
    avatarOf('bob').focus();
    await userEvent.keyboard('{ArrowRight}');
    await until(() => isNamed(cursors, 'alice'), { what: 'the name of who has the focus' });
    await userEvent.keyboard('{ArrowLeft}');
    await until(() => isNameless(cursors, 'alice'));
  });

  it('comes back while the person is hovered in the list of all', async () => {
    const { cursors, avatars } = await rested('max="1"');
    (await part(avatars, 'overflow')).click();
    const item = await until(() => parts(avatars, 'item').find(({ dataset }) => dataset.user === 'alice'));
    await userEvent.hover(item);
    await until(() => isNamed(cursors, 'alice'));
    await userEvent.unhover(item);
    await until(() => isNameless(cursors, 'alice'));
  });

  it('is lost with its room: nobody is pointed out any more', async () => {
    const { cursors, avatars, avatarOf } = await rested();
    avatarOf('bob').focus();
    await userEvent.keyboard('{ArrowRight}');
    await until(() => isNamed(cursors, 'alice'));
    avatars.remove();
    await until(() => isNameless(cursors, 'alice'));
  });
});

describe('a pointer beside one’s own', () => {
  it('lifts the avatar of its person, and only while it is the nearest within 40 px', async () => {
    const { cursors, avatars, avatarOf, enter } = await rested();
    const carol = await enter('Carol');
    await until(() => parts(avatars, 'avatar').length === 3);
    put(carol, cursors, 340, 200);
    await until(() => parts(cursors, 'cursor').filter(visible).length === 2);
    const near = () => parts(avatars, 'avatar').flatMap(({ dataset }) => ('near' in dataset ? dataset.user : []));
    expect(near()).toEqual([]);
    own(cursors, 310, 200);
    await until(() => near().join() === 'alice');
    await until(() => getComputedStyle(avatarOf('alice')).scale === '1.12');
    own(cursors, 330, 200);
    await until(() => near().join() === 'carol');
    own(cursors, 330, 300);
    await until(() => near().length === 0);
  });

  it('lifts the +N button where the stack does not have the person, and nothing moves with reduced motion', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { cursors, avatars, avatarOf } = await rested('max="1"');
    const more = await part(avatars, 'overflow');
    own(cursors, 300, 200);
    await until(() => more.hasAttribute('data-near'));
    avatars.max = 5;
    await until(() => avatarOf('alice')?.hasAttribute('data-near'));
    const { scale, translate, outlineStyle } = getComputedStyle(avatarOf('alice'));
    expect([scale, translate, outlineStyle]).toEqual(['none', 'none', 'solid']);
  });

  it('takes no pointer event from the page', async () => {
    const { cursors } = await rested();
    own(cursors, 303, 203);
    await until(() => isNamed(cursors, 'alice'));
    const { left, top } = box(cursors);
    expect(document.elementFromPoint(left + 303, top + 203)).toBe(cursors.firstElementChild);
  });
});

describe('two names over each other', () => {
  /** Alice’s and Carol’s names stay where they come to rest. */
  async function two() {
    const all = await setUp('style="--slate-name-fade:60s"', PAGE);
    const carol = await all.enter('Carol');
    await until(() => all.room.members.length === 3);
    return { ...all, carol };
  }

  it('show the one that moved last', async () => {
    const { cursors, alice, carol } = await two();
    put(alice, cursors, 300, 200);
    await until(() => parts(cursors, 'cursor').some(visible));
    await until(() => isNamed(cursors, 'alice'));
    put(carol, cursors, 330, 205);
    await until(() => parts(cursors, 'cursor').length === 2);
    await until(() => isNameless(cursors, 'alice') && isNamed(cursors, 'carol'), { what: 'Carol, who moved last' });
    put(alice, cursors, 310, 200);
    await until(() => isNameless(cursors, 'carol') && isNamed(cursors, 'alice'), { what: 'Alice, who moved last' });
    put(alice, cursors, 310, 300);
    await until(() => tip(parts(cursors, 'cursor')[0] as Element).top > box(cursors).top + 290);
    put(carol, cursors, 340, 205);
    await until(() => isNamed(cursors, 'carol') && isNamed(cursors, 'alice'), { what: 'both, apart' });
  });

  it('show the one that is nearest to one’s own pointer', async () => {
    const { cursors, alice, carol } = await two();
    put(carol, cursors, 330, 205);
    await until(() => parts(cursors, 'cursor').some(visible));
    put(alice, cursors, 300, 200);
    await until(() => parts(cursors, 'cursor').length === 2);
    await until(() => isNameless(cursors, 'carol') && isNamed(cursors, 'alice'));
    own(cursors, 335, 205);
    await until(() => isNamed(cursors, 'carol') && isNameless(cursors, 'alice'), { what: 'Carol, who is nearer' });
    own(cursors, 295, 200);
    await until(() => isNamed(cursors, 'alice') && isNameless(cursors, 'carol'), { what: 'Alice, who is nearer' });
    point('pointerleave', 0, 0, document.documentElement, { bubbles: false });
  });
});

describe('many pointers', () => {
  const named = (cursors: Element) => parts(cursors, 'name').filter((name) => opacity(name) > 0).length;
  const isDot = (cursor: HTMLElement) => {
    const arrow = cursor.querySelector('[part=arrow]') as SVGElement;
    return getComputedStyle(arrow.querySelector('path') as Element).visibility === 'hidden';
  };
  const dots = (cursors: Element) => parts(cursors, 'cursor').filter(isDot).length;

  it('have their names up to 20, and above that only on demand', async () => {
    const { hub, cursors, alice } = await setUp('style="--slate-name-fade:60s"', PAGE);
    const [first] = await gather(hub, cursors, 20);
    await until(() => named(cursors) === 20);
    await glide(cursors, [alice, 600, 300]);
    await until(() => named(cursors) === 0, { what: 'no names among 21' });
    own(cursors, 35, 20);
    await until(() => isNamed(cursors, 'c0') && named(cursors) === 1, { what: 'the name that is asked for' });
    own(cursors, 900, 390);
    await until(() => named(cursors) === 0);
    await glide(cursors, [first as Room, 90, 20]);
    await until(() => !parts(cursors, 'cursor').some(({ classList }) => classList.contains('awake')));
    expect(named(cursors)).toBe(0);
    alice.pointer.leave();
    await until(() => parts(cursors, 'cursor').length === 20);
    await glide(cursors, [first as Room, 30, 20]);
    await until(() => isNamed(cursors, 'c0'), { what: 'a name among 20' });
  }, 40_000);

  it('are dots at rest among more than 30, and arrows when they move or are asked for', async () => {
    const { hub, cursors, alice } = await setUp('style="--slate-name-fade:0s"', PAGE);
    const [first] = await gather(hub, cursors, 30);
    await drawn();
    expect(dots(cursors)).toBe(0);
    await glide(cursors, [alice, 600, 300]);
    await until(() => dots(cursors) === 31, { what: '31 dots' });
    const cursor = parts(cursors, 'cursor').find(({ dataset }) => dataset.user === 'c0') as HTMLElement;
    const arrow = cursor.querySelector('[part=arrow]') as Element;
    await until(() => Math.abs(arrow.getBoundingClientRect().width - 9) < 0.1);
    const { left, top, width } = arrow.getBoundingClientRect();
    expect(Math.abs(left + width / 2 - tip(cursor).left)).toBeLessThan(0.6); // its middle is the tip
    expect(Math.abs(top + width / 2 - tip(cursor).top)).toBeLessThan(0.6);
    own(cursors, 35, 20);
    await until(() => !isDot(cursor) && isNamed(cursors, 'c0'));
    own(cursors, 900, 390);
    await until(() => isDot(cursor));
    await Promise.all([glide(cursors, [first as Room, 90, 20]), until(() => !isDot(cursor))]);
    await until(() => isDot(cursor), { what: 'a dot again, at rest' });
  }, 40_000);
});

describe('coming and going', () => {
  it('takes 120 ms each, and no time with reduced motion', async () => {
    const { cursors, alice } = await setUp('', PAGE);
    put(alice, cursors, 300, 200);
    const cursor = await part(cursors, 'cursor');
    const fading = () => cursor.getAnimations().find((one) => one instanceof CSSTransition);
    const lasts = async () => (await until(fading)).effect?.getComputedTiming().endTime;
    expect(await lasts()).toBe(120);
    await until(() => opacity(cursor) === 1);
    alice.pointer.leave();
    await until(() => cursor.classList.contains('gone'));
    expect(await lasts()).toBe(120);
    await until(() => parts(cursors, 'cursor').length === 0);
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    put(alice, cursors, 300, 250);
    const again = await part(cursors, 'cursor');
    expect(opacity(again)).toBe(1);
    let faded = false;
    const watch = new MutationObserver(() => {
      faded ||= again.classList.contains('gone') && again.isConnected;
    });
    watch.observe(again, { attributes: true });
    alice.pointer.leave();
    await until(() => parts(cursors, 'cursor').length === 0);
    watch.disconnect();
    expect(faded).toBe(false);
  });

  it('goes on with the same pointer where it comes back before it was gone', async () => {
    const { cursors, alice } = await setUp('', PAGE);
    put(alice, cursors, 300, 200);
    const cursor = await part(cursors, 'cursor');
    await until(() => opacity(cursor) === 1);
    alice.pointer.leave();
    await until(() => cursor.classList.contains('gone'));
    put(alice, cursors, 310, 200);
    await until(() => parts(cursors, 'cursor').length === 1 && opacity(parts(cursors, 'cursor')[0] as Element) === 1);
  });
});

describe('a tap', () => {
  const pulse = (cursor: Element) => getComputedStyle(cursor, '::after').animationName;

  it('pulses where it is with its name, also in a crowd; a pointer that moves there does not', async () => {
    const { hub, cursors, alice } = await setUp('style="--slate-name-fade:60s"', PAGE);
    await gather(hub, cursors, 21);
    put(alice, cursors, 600, 300, { tapped: true });
    const cursor = await until(() => parts(cursors, 'cursor').find(({ dataset }) => dataset.user === 'alice'));
    await until(() => pulse(cursor) === 'tap');
    expect(isNamed(cursors, 'alice')).toBe(true);
    await glide(cursors, [alice, 500, 250]);
    await until(() => pulse(cursor) === 'none');
    await until(() => !cursor.classList.contains('awake'));
    expect(pulse(cursor)).toBe('none');
  }, 40_000);
});
