import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateCursors } from '../../elements/index.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { contrast, drawn, emulate, expectAccessible, mount, mountRoom, part, parts, point, town } from './support.js';

const BOARD = `
  <div style="position:relative;width:100%;height:100%">
    <div data-slate-anchor="card" style="position:absolute;left:10%;top:20%;width:50%;height:40%"></div>
  </div>`;

/** A window of its own: a shadow root, so that the same names in two of them do not meet. */
function pane(): ShadowRoot {
  return mount('<section></section>').attachShadow({ mode: 'open' });
}

/** One person's board of a given size, somewhere on the page. */
async function board(hub: ReturnType<typeof town>['hub'], name: string, box: string, inside = BOARD) {
  const attributes = `user-id="${name.toLowerCase()}" user-name="${name}"`;
  const cursors = `<slate-cursors style="position:absolute;${box}">${inside}</slate-cursors>`;
  const { element, room } = await mountRoom(hub, cursors, attributes, pane());
  return { element, room, cursors: element.querySelector('slate-cursors') as SlateCursors };
}

/** Bob watches the page, Alice is somewhere else and points. */
async function setUp(attributes = '', inside = '') {
  const { hub, enter } = town();
  const { element, room } = await mountRoom(
    hub,
    `<slate-cursors ${attributes}>${inside}</slate-cursors>`,
    'user-id="bob" user-name="Bob"',
  );
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const alice = await enter('Alice');
  await until(() => room.members.length === 2 && alice.members.length === 2);
  return { hub, enter, element, room, cursors, alice };
}

const tip = (cursor: Element) => {
  const { left, top } = cursor.getBoundingClientRect();
  return { left, top };
};
const visible = (cursor: Element | undefined) => cursor && getComputedStyle(cursor).visibility === 'visible';

/** Waits until the one visible cursor rests at this point of the window. */
async function settlesAt(cursors: Element, left: number, top: number): Promise<HTMLElement> {
  return until(
    () => {
      const cursor = parts(cursors, 'cursor').find(visible);
      if (!cursor) return undefined;
      const at = tip(cursor);
      return Math.abs(at.left - left) < 1 && Math.abs(at.top - top) < 1 ? cursor : undefined;
    },
    {
      what: `a cursor at ${left}, ${top}; there are ${parts(cursors, 'cursor')
        .map((one) => JSON.stringify(tip(one)))
        .join()}`,
    },
  );
}

const centre = { x: 0.5, y: 0.5, anchor: '' };

describe('<slate-cursors>', () => {
  it('is accessible, in light and in dark', async () => {
    const { cursors, alice } = await setUp('', '<p style="height:200px">Some text</p>');
    alice.pointer.move(centre);
    await part(cursors, 'cursor');
    await expectAccessible(cursors);
  });

  it('puts a pointer on the same spot of the same thing in a window of another size', async () => {
    const { hub } = town();
    const alice = await board(hub, 'Alice', 'left:20px;top:30px;width:400px;height:300px');
    const bob = await board(hub, 'Bob', 'left:460px;top:60px;width:500px;height:600px');
    await until(() => alice.room.members.length === 2 && bob.room.members.length === 2);
    const card = alice.cursors.querySelector('[data-slate-anchor]') as HTMLElement;
    const from = card.getBoundingClientRect();
    const to = (bob.cursors.querySelector('[data-slate-anchor]') as HTMLElement).getBoundingClientRect();

    point('pointermove', from.left + from.width / 4, from.top + from.height / 2, card);
    const cursor = await settlesAt(bob.cursors, to.left + to.width / 4, to.top + to.height / 2);
    expect(cursor.dataset).toMatchObject({ user: 'alice', client: String(alice.room.client) });
    expect((await part(bob.cursors, 'name')).textContent).toBe('Alice');

    // Beside the card, the surface itself is the anchor.
    point('pointermove', 20 + 0.9 * 400, 30 + 0.9 * 300, alice.cursors);
    await settlesAt(bob.cursors, 460 + 0.9 * 500, 60 + 0.9 * 600);
    expect(parts(alice.cursors, 'cursor')).toHaveLength(0);
  });

  it('reports the real mouse over the page, by the nearest id, and takes it back when it leaves', async () => {
    const { alice } = await setUp();
    const target = mount(
      '<button id="target" style="position:fixed;left:300px;top:200px;width:200px;height:100px;border:0">aim</button>',
    );
    await userEvent.hover(target, { position: { x: 50, y: 25 } });
    const pointer = await until(() => alice.pointers.sample().find(({ anchor }) => anchor === '#target'));
    expect(pointer.x).toBeCloseTo(0.25, 2);
    expect(pointer.y).toBeCloseTo(0.25, 2);
    window.dispatchEvent(new Event('blur'));
    await until(() => alice.pointers.sample().length === 0);
  });

  it.each([
    ['a finger that is lifted', 'pointerup', { pointerType: 'touch' }],
    ['a gesture the browser took over', 'pointercancel', { pointerType: 'touch' }],
    ['the edge of the surface', 'pointerleave', { pointerType: 'mouse', bubbles: false }],
  ])('takes the pointer back at %s', async (_, type, init) => {
    const { cursors, alice } = await setUp('', '<p>here</p>');
    const paragraph = cursors.querySelector('p') as HTMLElement;
    point('pointermove', 10, 10, paragraph, { pointerType: init.pointerType });
    await until(() => alice.pointers.sample().length === 1);
    point(type, 10, 10, type === 'pointerleave' ? cursors : paragraph, init);
    await until(() => alice.pointers.sample().length === 0);
  });

  it('does not follow a second finger', async () => {
    const { cursors, alice } = await setUp('', '<p style="height:100px">here</p>');
    const { left, top, width } = cursors.getBoundingClientRect();
    const seen: number[] = [];
    const reaches = (x: number) =>
      until(() => {
        const [pointer] = alice.pointers.sample();
        if (pointer) seen.push(pointer.y);
        return pointer && Math.abs(pointer.x * width - x) < 1;
      });
    point('pointermove', left + 10, top + 10, cursors, { pointerType: 'touch' });
    await reaches(10);
    point('pointermove', left + 300, top + 90, cursors, { pointerType: 'touch', isPrimary: false });
    await drawn();
    point('pointermove', left + 50, top + 10, cursors, { pointerType: 'touch' });
    await reaches(50);
    expect(Math.max(...seen)).toBeLessThan(0.5);
  });

  it('reports again when the page scrolls under a still pointer', async () => {
    const { alice, cursors } = await setUp(
      '',
      '<div style="height:100px;overflow:auto"><div id="long" style="height:1000px"></div></div>',
    );
    const scroller = cursors.firstElementChild as HTMLElement;
    const { left, top } = scroller.getBoundingClientRect();
    point('pointermove', left + 10, top + 50, cursors.querySelector('#long') as Element);
    await until(() => Math.abs((alice.pointers.sample()[0]?.y ?? 0) - 0.05) < 0.01);
    scroller.scrollTop = 400;
    await until(() => Math.abs((alice.pointers.sample()[0]?.y ?? 0) - 0.45) < 0.01);
  });

  it('follows its anchor when that scrolls or is resized', async () => {
    const { alice, cursors } = await setUp(
      '',
      '<div style="height:200px;overflow:auto"><div style="height:600px"><div id="spot" style="width:100px;height:100px;margin-top:60px"></div></div></div>',
    );
    const spot = cursors.querySelector('#spot') as HTMLElement;
    const where = () => spot.getBoundingClientRect();
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#spot' });
    await settlesAt(cursors, where().left + 50, where().top + 50);
    (cursors.firstElementChild as HTMLElement).scrollTop = 40;
    await settlesAt(cursors, where().left + 50, where().top + 50);
    cursors.style.paddingInlineStart = '80px';
    cursors.style.width = '300px';
    await settlesAt(cursors, where().left + 50, where().top + 50);
  });

  it('lies over the page without touching it: no events taken, no layout moved, no scrollbars', async () => {
    const page = mount(
      '<main style="height:1500px"><button style="position:fixed;left:0;top:0;width:100vw;height:100vh">all</button></main>',
    );
    const measure = () => [
      document.documentElement.scrollWidth,
      document.documentElement.scrollHeight,
      page.getBoundingClientRect().top,
    ];
    const sizes = measure();
    const { cursors, alice } = await setUp();
    expect(cursors.dataset.surface).toBe('page');
    alice.pointer.move({ x: 1, y: 0.2, anchor: '' });
    const cursor = await until(() => parts(cursors, 'cursor').find(visible));
    expect(measure()).toEqual(sizes);
    const { left, top } = tip(cursor);
    expect(document.elementFromPoint(Math.min(left, innerWidth - 5) - 2, top + 2)?.localName).toBe('button');
    expect(getComputedStyle(await part(cursors, 'name')).pointerEvents).toBe('none');
  });

  it('lies over what is positioned, transformed or clipped around it', async () => {
    const { hub, enter } = town();
    const frame = mount(
      '<div style="transform:scale(.5);overflow:hidden;width:50px;height:50px;position:relative;z-index:0"></div>',
    );
    const { element } = await mountRoom(hub, '<slate-cursors></slate-cursors>', 'user-id="bob"', frame);
    mount('<div id="whole" style="position:fixed;inset:0;z-index:99999"></div>');
    const alice = await enter('Alice');
    alice.pointer.move({ x: 0.5, y: 0.25, anchor: '#whole' });
    await settlesAt(element.querySelector('slate-cursors') as Element, innerWidth / 2, innerHeight / 4);
  });

  it('is right on a surface that is drawn smaller', async () => {
    const { cursors, alice } = await setUp(
      'style="transform:scale(.5);transform-origin:0 0;width:400px"',
      '<p style="height:200px;margin:0">here</p>',
    );
    alice.pointer.move({ x: 0.75, y: 0.5, anchor: '' });
    const { left, top } = cursors.getBoundingClientRect();
    await settlesAt(cursors, left + 150, top + 50);
  });

  it('shows one cursor a session of others, and none of one’s own other windows', async () => {
    const { cursors, enter, room } = await setUp();
    const windows = [await enter('Alice'), await enter('Bob')];
    await until(() => room.members.flatMap(({ sessions }) => sessions).length === 4);
    for (const each of windows) each.pointer.move(centre);
    await until(() => parts(cursors, 'cursor').length === 1);
    const [first] = windows as [Room];
    expect(parts(cursors, 'cursor')[0]?.dataset.client).toBe(String(first.client));
  });

  it('lets a cursor go with its pointer, and with its person', async () => {
    const { cursors, alice } = await setUp();
    alice.pointer.move(centre);
    await until(() => parts(cursors, 'cursor').length === 1);
    alice.pointer.leave();
    await until(() => parts(cursors, 'cursor').length === 0);
    alice.pointer.move(centre);
    await until(() => parts(cursors, 'cursor').length === 1);
    await alice.leave();
    await until(() => parts(cursors, 'cursor').length === 0);
  });

  it('shows a new name and colour at once, readable on any colour', async () => {
    const { cursors, alice } = await setUp();
    alice.pointer.move(centre);
    await part(cursors, 'cursor');
    for (const [name, color] of [
      ['Ada', '#fde047'],
      ['Grace', '#1e3a8a'],
    ] as const) {
      alice.setUser({ name, color });
      const label = await until(() => parts(cursors, 'name').find(({ textContent }) => textContent === name));
      await until(() => parts(cursors, 'cursor')[0]?.style.getPropertyValue('--_u') === color);
      const style = getComputedStyle(label);
      expect(contrast(style.color, style.backgroundColor)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('does not draw a pointer whose anchor is not here', async () => {
    const { cursors, alice } = await setUp();
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#nowhere' });
    const cursor = await part(cursors, 'cursor');
    await drawn();
    expect(visible(cursor)).toBe(false);
    const late = mount('<div id="nowhere" style="position:fixed;left:100px;top:100px;width:200px;height:200px"></div>');
    alice.pointer.move({ x: 0.25, y: 0.5, anchor: '#nowhere' });
    await settlesAt(cursors, 150, 200);
    late.style.display = 'none';
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#nowhere' });
    await until(() => !visible(cursor));
  });

  it('passes over what has a name but no box, as <slate-room> itself', async () => {
    const { alice, element, room } = await setUp();
    element.id = 'boxless';
    const paragraph = document.createElement('p');
    element.append(paragraph);
    await until(() => room.members.length === 2);
    point('pointermove', 40, 40, paragraph);
    const pointer = await until(() => alice.pointers.sample()[0]);
    expect(pointer.anchor).toBe('');
  });

  it('draws nothing wrong for addresses that mean harm', async () => {
    const { cursors, alice } = await setUp('id="mine"', '<p>here</p>');
    for (const anchor of ['="]', '#"><script>', '=a"],[id]', '?', '#mine\u0000']) {
      alice.pointer.move({ x: 0.5, y: 0.5, anchor });
      await until(() => parts(cursors, 'cursor').length === 1);
      await drawn();
      expect(visible(parts(cursors, 'cursor')[0])).toBe(false);
    }
  });

  it('fades the name of a pointer at rest, keeps its arrow, and wakes with it', async () => {
    const { cursors, alice } = await setUp('style="--slate-name-fade:0s"');
    alice.pointer.move(centre);
    const name = await part(cursors, 'name');
    await until(() => getComputedStyle(name).opacity === '0');
    expect(getComputedStyle(await part(cursors, 'cursor')).opacity).toBe('1');
    alice.pointer.move({ ...centre, x: 0.6 });
    await until(() => Number(getComputedStyle(name).opacity) > 0.5);
    cursors.style.removeProperty('--slate-name-fade');
    await until(() => getComputedStyle(name).transitionDelay === '4s');
  });

  it('draws no frames while nothing moves', async () => {
    const { cursors, alice } = await setUp();
    alice.pointer.move(centre);
    await part(cursors, 'cursor');
    const frames = vi.spyOn(window, 'requestAnimationFrame');
    onTestFinished(() => frames.mockRestore());
    await until(async () => {
      frames.mockClear();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return frames.mock.calls.length === 0;
    });
  });

  it('only watches with view-only, as an attribute and as a property', async () => {
    const { cursors, alice } = await setUp('view-only', '<p>here</p>');
    expect(cursors.viewOnly).toBe(true);
    point('pointermove', 10, 10, cursors);
    cursors.viewOnly = false;
    await cursors.updateComplete;
    expect(cursors.hasAttribute('view-only')).toBe(false);
    expect(alice.pointers.sample()).toHaveLength(0);
    point('pointermove', 20, 20, cursors);
    await until(() => alice.pointers.sample().length === 1);
    cursors.viewOnly = true;
    await until(() => alice.pointers.sample().length === 0);
  });

  it('takes its content as the surface as soon as it has some', async () => {
    const { cursors, alice } = await setUp();
    expect(cursors.dataset.surface).toBe('page');
    cursors.innerHTML = '<div style="width:400px;height:200px"></div>';
    await until(() => cursors.dataset.surface === 'content');
    alice.pointer.move(centre);
    const { left, top, width } = cursors.getBoundingClientRect();
    await settlesAt(cursors, left + width / 2, top + 100);
    cursors.replaceChildren();
    await until(() => cursors.dataset.surface === 'page');
  });

  it('keeps a surface apart from another by its id', async () => {
    const { cursors, alice, element } = await setUp('id="one"', '<p style="height:80px">one</p>');
    element.insertAdjacentHTML('beforeend', '<slate-cursors id="two"><p>two</p></slate-cursors>');
    const two = element.querySelector('#two') as SlateCursors;
    await until(() => two.dataset.surface === 'content');
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#one' });
    await until(() => visible(parts(cursors, 'cursor')[0]));
    await part(two, 'cursor');
    await drawn();
    expect(visible(parts(two, 'cursor')[0])).toBe(false);
  });

  it('survives a move, a removal and a return, and listens to nothing in between', async () => {
    const { cursors, alice, element } = await setUp('', '<p style="height:80px">here</p>');
    alice.pointer.move(centre);
    await until(() => visible(parts(cursors, 'cursor')[0]));
    const frame = document.createElement('div');
    element.append(frame);
    frame.append(cursors);
    await until(() => visible(parts(cursors, 'cursor')[0]));
    point('pointermove', 10, 10, cursors);
    await until(() => alice.pointers.sample().length === 1);
    cursors.remove();
    await until(() => alice.pointers.sample().length === 0);
    point('pointermove', 20, 20, cursors);
    element.append(cursors);
    alice.pointer.move({ ...centre, x: 0.25 });
    const { left, top, width } = cursors.getBoundingClientRect();
    await settlesAt(cursors, left + width / 4, top + cursors.offsetHeight / 2);
    expect(alice.pointers.sample()).toHaveLength(0);
  });

  it('draws again over the page after a move', async () => {
    const { cursors, alice, element } = await setUp();
    alice.pointer.move(centre);
    await until(() => visible(parts(cursors, 'cursor')[0]));
    document.body.append(element);
    onTestFinished(() => element.remove());
    await until(() => cursors.shadowRoot?.querySelector(':popover-open'));
    await until(() => visible(parts(cursors, 'cursor')[0]));
  });

  it('takes a room by .room', async () => {
    const { room, alice } = await setUp();
    const cursors = mount<SlateCursors>('<slate-cursors><p>elsewhere</p></slate-cursors>');
    cursors.room = room;
    alice.pointer.move(centre);
    await until(() => parts(cursors, 'cursor').length === 1);
    cursors.room = null;
    await until(() => parts(cursors, 'cursor').length === 0);
  });

  it('puts the name on the other side in a right-to-left page and near an edge; the tip stays', async () => {
    const { cursors, alice } = await setUp('', '<p style="height:200px;margin:0">here</p>');
    const side = async () => {
      const cursor = await until(() => parts(cursors, 'cursor').find(visible));
      const name = (await part(cursors, 'name')).getBoundingClientRect();
      return { inline: Math.sign(name.left - tip(cursor).left), block: Math.sign(name.top - tip(cursor).top) };
    };
    const becomes = (x: number, y: number, inline: number, block: number) => {
      alice.pointer.move({ x, y, anchor: '' });
      return until(async () => {
        const now = await side();
        return now.inline === inline && now.block === block;
      });
    };
    await becomes(0.5, 0.5, 1, 1);
    await becomes(0.99, 0.5, -1, 1);
    await becomes(0.5, 0.99, 1, -1);
    cursors.dir = 'rtl';
    await becomes(0.5, 0.5, -1, 1);
    const { left, top, width } = cursors.getBoundingClientRect();
    await settlesAt(cursors, left + width / 2, top + 100);
    await becomes(0.01, 0.5, 1, 1);
  });

  it('moves in steps, without fades, where motion is to be reduced', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { cursors, alice } = await setUp('', '<p style="height:100px">here</p>');
    alice.pointer.move({ x: 0, y: 0.5, anchor: '' });
    const cursor = await until(() => parts(cursors, 'cursor').find(visible));
    expect(getComputedStyle(cursor).transitionDuration).toBe('0s');
    const { left, width, top } = cursors.getBoundingClientRect();
    const seen = new Set<string>();
    const watch = new MutationObserver(() => seen.add(cursor.style.transform));
    watch.observe(cursor, { attributes: true, attributeFilter: ['style'] });
    const start = performance.now();
    await until(() => {
      const share = Math.min(1, (performance.now() - start) / 800);
      alice.pointer.move({ x: share, y: 0.5, anchor: '' });
      return share === 1;
    });
    await settlesAt(cursors, left + width, top + cursors.offsetHeight / 2);
    watch.disconnect();
    expect(seen.size).toBeLessThanOrEqual(5);
  });

  it('has a border around the name in forced colours, and keeps the arrow’s colour', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { cursors, alice } = await setUp();
    alice.setUser({ color: '#1e3a8a' });
    alice.pointer.move(centre);
    const arrow = await part(cursors, 'arrow');
    expect(getComputedStyle(await part(cursors, 'name')).borderTopStyle).toBe('solid');
    await until(() => getComputedStyle(arrow).fill === 'rgb(30, 58, 138)');
  });

  it('shows nothing without a room', async () => {
    const cursors = mount<SlateCursors>('<slate-cursors><p>mine</p></slate-cursors>');
    await cursors.updateComplete;
    expect(parts(cursors, 'cursor')).toHaveLength(0);
    point('pointermove', 10, 10, cursors);
  });
});
