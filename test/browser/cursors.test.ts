/**
 * `<slate-cursors>`, accessibility first. Past 300 lines because every file loads the elements anew, which takes longer
 * than its tests.
 */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateCursors } from '../../elements/index.js';
import { joinRoom, type Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { centre, settlesAt, setUp, tip, visible } from './cursors-page.js';
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
    const { cursors, alice } = await setUp('', '<p style="height:100px"></p>');
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

  it('removes a cursor with its pointer, and with its person', async () => {
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

  it('skips an element that has a name but no box, as <slate-room> itself', async () => {
    const { alice, element, room } = await setUp();
    element.id = 'boxless';
    const paragraph = document.createElement('p');
    element.append(paragraph);
    await until(() => room.members.length === 2);
    point('pointermove', 40, 40, paragraph);
    const pointer = await until(() => alice.pointers.sample()[0]);
    expect(pointer.anchor).toBe('');
  });

  it('draws nothing for hostile addresses', async () => {
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
    let last = performance.now();
    let counted = 0;
    await until(() => {
      if (frames.mock.calls.length > counted) last = performance.now();
      counted = frames.mock.calls.length;
      return performance.now() - last > 200;
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
    await becomes(0.99, 0.5, 1, 1); // counted from the right, where the lines begin
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

  it('glides from one anchor to the next, and neither jumps nor overshoots', async () => {
    const box = 'position:absolute;top:50px;width:100px;height:100px';
    const { cursors, alice } = await setUp(
      '',
      `<div style="height:300px"><i data-slate-anchor="a" style="${box};left:100px"></i><i data-slate-anchor="b" style="${box};left:600px"></i></div>`,
    );
    const { left, top } = cursors.getBoundingClientRect();
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '=a' });
    const cursor = await settlesAt(cursors, left + 150, top + 100);
    const seen: number[] = [];
    let frames = true;
    const look = () => {
      seen.push(tip(cursor).left - left);
      if (frames) requestAnimationFrame(look);
    };
    look();
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '=b' });
    await settlesAt(cursors, left + 650, top + 100);
    frames = false;
    const steps = seen.map((x, i) => x - (seen[i - 1] ?? x));
    expect(Math.max(...steps)).toBeLessThan(350); // of 500
    expect(Math.min(...steps)).toBeGreaterThan(-0.5);
    expect(Math.max(...seen)).toBeLessThan(650.5);
    expect(steps.filter((step) => step > 1).length).toBeGreaterThan(3);
  });

  it('follows the page at once where that moves under a pointer, and does not glide there', async () => {
    const { cursors, alice } = await setUp('', '<p id="spot" style="width:100px;height:100px;margin:0">x</p>');
    const spot = cursors.querySelector('#spot') as HTMLElement;
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#spot' });
    const { left, top } = cursors.getBoundingClientRect();
    const cursor = await settlesAt(cursors, left + 50, top + 50);
    spot.style.marginInlineStart = '400px';
    dispatchEvent(new Event('scroll'));
    await drawn();
    expect(tip(cursor).left).toBeCloseTo(left + 450, 0);
  });

  it('fades where its place is gone, and comes back where that is now', async () => {
    const { cursors, alice } = await setUp('', '<p id="spot" style="width:100px;height:100px;margin:0">x</p>');
    const spot = cursors.querySelector('#spot') as HTMLElement;
    const { left, top } = cursors.getBoundingClientRect();
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#spot' });
    const cursor = await settlesAt(cursors, left + 50, top + 50);
    spot.id = 'other';
    alice.pointer.move({ x: 0.6, y: 0.5, anchor: '#spot' });
    const opacities: number[] = [];
    await until(() => {
      opacities.push(Number(getComputedStyle(cursor).opacity));
      return !visible(cursor);
    });
    expect(opacities.some((opacity) => opacity > 0.05 && opacity < 0.95)).toBe(true);
    spot.id = 'spot';
    spot.style.marginInlineStart = '300px';
    await settlesAt(cursors, left + 360, top + 50);
  });

  it('shows who is idle and who is away', async () => {
    const { cursors, alice } = await setUp();
    alice.pointer.move(centre);
    const cursor = await part(cursors, 'cursor');
    await until(() => cursor.dataset.status === 'active');
    const fill = () => getComputedStyle(parts(cursors, 'arrow')[0] as Element).fill;
    const before = fill();
    for (const status of ['idle', 'away'] as const) {
      alice.setActivity(status);
      await until(() => cursor.dataset.status === status);
      expect(fill()).not.toBe(before);
      expect(getComputedStyle(await part(cursors, 'name'), '::after').content).toContain(status);
    }
  });

  it('cuts a very long name, not a short one', async () => {
    const { cursors, alice } = await setUp();
    alice.pointer.move(centre);
    const name = await part(cursors, 'name');
    const before = name.offsetWidth;
    alice.setUser({ name: 'Wolfeschlegelsteinhausenbergerdorff the Elder of Something' });
    await until(() => name.offsetWidth > before);
    expect(name.offsetWidth).toBeLessThan(220);
    expect(name.textContent).toContain('Something');
  });

  it('writes nothing to a pointer at rest while another one moves', async () => {
    const { cursors, alice, enter, room } = await setUp('', '<p style="height:200px">here</p>');
    const carol = await enter('Carol');
    await until(() => room.members.length === 3);
    alice.pointer.move({ ...centre, y: 0.1 }); // where the other name does not come
    carol.pointer.move({ ...centre, x: 0.1 });
    await until(() => parts(cursors, 'cursor').filter(visible).length === 2);
    const still = parts(cursors, 'cursor').find(({ dataset }) => dataset.user === 'alice') as HTMLElement;
    await until(() => !still.classList.contains('awake'));
    let writes = 0;
    const watch = new MutationObserver((records) => {
      writes += records.length;
    });
    watch.observe(still.parentElement as Element, { attributes: true, childList: true, subtree: true });
    const moving = parts(cursors, 'cursor').find(({ dataset }) => dataset.user === 'carol') as HTMLElement;
    for (const x of [0.3, 0.5, 0.7, 0.9]) {
      carol.pointer.move({ ...centre, x });
      const { left, width } = cursors.getBoundingClientRect();
      await until(() => Math.abs(tip(moving).left - left - x * width) < 1);
    }
    watch.disconnect();
    expect(writes).toBe(0);
  });

  it('shows the names of a large crowd only around one’s own pointer, and brings everyone home', async () => {
    const { hub, cursors, room } = await setUp('', '<p style="height:400px;margin:0">here</p>');
    const crowd = await Promise.all(
      Array.from({ length: 130 }, (_, i) =>
        joinRoom(hub.connect(), { project: 'town', user: { id: `c${i}`, name: `C${i}` } }),
      ),
    );
    onTestFinished(() => Promise.all(crowd.map((one) => one.leave())).then(() => undefined));
    await until(() => room.members.length === 132, { deadlineMs: 15_000 });
    const { left, top, width, height } = cursors.getBoundingClientRect();
    const at = (i: number) => ({ x: ((i % 13) + 0.5) / 13, y: (Math.floor(i / 13) + 0.5) / 10, anchor: '' });
    for (const [i, one] of crowd.entries()) one.pointer.move({ ...at(i), x: 0 });
    await drawn();
    for (const [i, one] of crowd.entries()) one.pointer.move(at(i));
    await until(
      () =>
        parts(cursors, 'cursor').length === 130 &&
        parts(cursors, 'cursor').every(({ dataset, parentElement }) => {
          const { x, y } = at(Number(dataset.user?.slice(1)));
          const box = (parentElement as Element).getBoundingClientRect();
          return Math.abs(box.left - left - x * width) < 1 && Math.abs(box.top - top - y * height) < 1;
        }),
      { deadlineMs: 10_000, what: 'everyone in their place' },
    );
    const named = () =>
      parts(cursors, 'name').filter((name) => getComputedStyle(name).visibility === 'visible' && visible(name)).length;
    expect(named()).toBe(0);
    point('pointermove', left + width / 2, top + height / 2, document.body);
    await until(() => named() > 0);
    expect(named()).toBeLessThan(60);
  }, 40_000);
});
