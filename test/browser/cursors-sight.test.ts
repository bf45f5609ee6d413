/** `<slate-cursors>`: pointers that are out of sight, and names that would lie over one's own caret. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { until } from '../support/wait.js';
import { settlesAt, setUp, tip } from './cursors-page.js';
import { contrast, drawn, emulate, expectAccessible, mount, part, parts } from './support.js';

describe('out of sight', () => {
  const LONG =
    '<div id="scroller" tabindex="0" style="height:200px;overflow:auto"><div style="height:3000px"><p id="deep" style="position:relative;top:2000px;width:100px;height:100px;margin:0">deep</p></div></div>';

  it('draws no cursor but a marker at the edge, with the name; a click scrolls there', async () => {
    const { cursors, alice } = await setUp('', LONG);
    const scroller = cursors.querySelector('#scroller') as HTMLElement;
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    const edge = await part(cursors, 'edge');
    expect(edge.textContent).toBe('Alice');
    expect(edge.dataset.user).toBe('alice');
    expect(edge.getAttribute('aria-label')).toBe('Go to Alice');
    const [cursor] = parts(cursors, 'cursor');
    expect(cursor?.checkVisibility()).toBe(false);
    const frame = scroller.getBoundingClientRect();
    await until(() => Math.abs(frame.bottom - edge.getBoundingClientRect().bottom - 8) < 1);
    const style = getComputedStyle(edge);
    expect(contrast(style.color, style.backgroundColor)).toBeGreaterThanOrEqual(4.5);
    await expectAccessible(cursors);

    await userEvent.click(edge);
    await until(() => parts(cursors, 'edge').length === 0, { what: 'the marker to go' });
    const shown = await until(() => parts(cursors, 'cursor').find((one) => one.checkVisibility()));
    await until(() => Math.abs(tip(shown).top - frame.top - 100) < 12, { what: 'the pointer in the middle' });
    expect(scroller.scrollTop).toBeGreaterThan(1800);
  });

  it('goes there with the keyboard, and the focus returns to where it was', async () => {
    const { cursors, alice } = await setUp('', `<button id="first">first</button>${LONG}`);
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    const edge = await part(cursors, 'edge');
    const button = cursors.querySelector('#first') as HTMLElement;
    button.focus();
    edge.focus();
    await userEvent.keyboard('{Enter}');
    await until(() => parts(cursors, 'edge').length === 0);
    expect((cursors.querySelector('#scroller') as HTMLElement).scrollTop).toBeGreaterThan(1800);
    expect(document.activeElement).toBe(button);
  });

  it('is there at once with reduced motion', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { cursors, alice } = await setUp('', LONG);
    const scroller = cursors.querySelector('#scroller') as HTMLElement;
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    (await part(cursors, 'edge')).click();
    const tops = new Set<number>();
    await until(() => {
      tops.add(scroller.scrollTop);
      return scroller.scrollTop > 1800;
    });
    expect(tops.size).toBeLessThanOrEqual(2);
  });

  it('lets one’s own hand stop the way there', async () => {
    const { cursors, alice } = await setUp('', LONG);
    const scroller = cursors.querySelector('#scroller') as HTMLElement;
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    (await part(cursors, 'edge')).click();
    await until(() => scroller.scrollTop > 50);
    scroller.dispatchEvent(new WheelEvent('wheel', { bubbles: true, deltaY: 1 }));
    const stopped = scroller.scrollTop;
    await drawn();
    await drawn();
    expect(scroller.scrollTop).toBe(stopped);
    expect(stopped).toBeLessThan(1800);
  });

  it.each([
    ['left', 'left:-500px;top:50%'],
    ['right', 'left:200%;top:50%'],
    ['top', 'left:50%;top:-500px'],
    ['bottom', 'left:50%;top:200%'],
  ] as const)('keeps markers 8 px from the %s of the window, and of what the display leaves free', async (side, at) => {
    const { cursors, alice } = await setUp();
    const send = (params: object) =>
      (cdp() as unknown as { send(method: string, params: object): Promise<unknown> }).send(
        'Emulation.setSafeAreaInsetsOverride',
        params,
      );
    mount(`<div id="away" style="position:fixed;width:100px;height:100px;${at}"></div>`);
    alice.setUser({ name: 'Wolfeschlegelsteinhausenbergerdorff' });
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#away' });
    const edge = await part(cursors, 'edge');
    const distance = () => {
      const { left, right, top, bottom } = edge.getBoundingClientRect();
      return { left, right: innerWidth - right, top, bottom: innerHeight - bottom }[side];
    };
    await until(() => Math.abs(distance() - 8) < 1, { what: `8 px, not ${distance()}` });
    onTestFinished(() => send({ insets: {} }).then(() => undefined));
    await send({ insets: { top: 47, bottom: 34, left: 20, right: 21 } });
    dispatchEvent(new Event('resize'));
    const inset = { top: 47, right: 21, bottom: 34, left: 20 }[side];
    await until(() => Math.abs(distance() - 8 - inset) < 1, { what: `${8 + inset} px, not ${distance()}` });
  });

  it('prints nothing of what is live', async () => {
    const { cursors, alice, element } = await setUp('', LONG);
    element.insertAdjacentHTML('beforeend', '<slate-avatars></slate-avatars><slate-status></slate-status>');
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    const edge = await part(cursors, 'edge');
    const live = [edge, ...element.querySelectorAll('slate-avatars,slate-status')];
    expect(live.every((one) => one.checkVisibility())).toBe(true);
    await emulate({}, 'print');
    expect(live.filter((one) => one.checkVisibility())).toEqual([]);
    expect(cursors.querySelector('#scroller')?.checkVisibility()).toBe(true);
  });

  it('counts those whose markers would lie over each other', async () => {
    const { cursors, alice, enter } = await setUp('', LONG);
    const others = await Promise.all(['Carol', 'Dan'].map((name) => enter(name)));
    for (const one of [alice, ...others]) one.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    const edge = await until(() => parts(cursors, 'edge').find(({ textContent }) => textContent?.endsWith('+2')));
    expect(edge.getAttribute('aria-label')).toMatch(/^Go to \w+ \+2 more$/);
    expect(parts(cursors, 'edge')).toHaveLength(1);
  });

  it('takes no pointer events anywhere else', async () => {
    const { cursors, alice } = await setUp('', LONG);
    alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    const edge = await part(cursors, 'edge');
    const { left, right, top } = edge.getBoundingClientRect();
    expect(document.elementFromPoint((left + right) / 2, top + 5)).toBe(cursors);
    expect((document.elementFromPoint(right + 30, top + 5) as Element).id).toMatch(/scroller|^$/);
    expect(document.elementFromPoint(right + 30, top + 5)).not.toBe(cursors);
  });
});

describe('beside one’s own caret', () => {
  const nameBox = async (cursors: Element) => (await part(cursors, 'name')).getBoundingClientRect();
  const meets = (a: DOMRect, b: DOMRect) =>
    a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

  it('keeps names off the field one types in', async () => {
    const { cursors, alice } = await setUp(
      '',
      '<div style="height:300px;position:relative"><input id="field" style="position:absolute;left:200px;top:120px;width:200px;height:30px" /></div>',
    );
    const field = cursors.querySelector('#field') as HTMLElement;
    const { left, top, width, height } = cursors.getBoundingClientRect();
    alice.pointer.move({ x: 250 / width, y: 100 / height, anchor: '' }); // its name would lie over the field
    await settlesAt(cursors, left + 250, top + 100);
    expect(meets(await nameBox(cursors), field.getBoundingClientRect())).toBe(true);
    field.focus();
    await until(async () => !meets(await nameBox(cursors), field.getBoundingClientRect()));
    field.blur();
    await until(async () => meets(await nameBox(cursors), field.getBoundingClientRect()));
  });

  it('leaves a name out where there is no other place for it', async () => {
    const { cursors, alice } = await setUp('', '<textarea id="field" style="width:600px;height:300px"></textarea>');
    const { width, height } = cursors.getBoundingClientRect();
    alice.pointer.move({ x: 300 / width, y: 150 / height, anchor: '' });
    const name = await part(cursors, 'name');
    await until(() => getComputedStyle(name).opacity === '1');
    (cursors.querySelector('#field') as HTMLElement).focus();
    alice.pointer.move({ x: 310 / width, y: 150 / height, anchor: '' });
    await until(() => getComputedStyle(name).opacity === '0');
    expect(getComputedStyle(parts(cursors, 'arrow')[0] as Element).opacity).toBe('1');
  });

  it('keeps names off the caret itself in a large text', async () => {
    const { cursors, alice } = await setUp(
      '',
      `<div id="text" contenteditable="true" style="height:300px;font:16px/20px monospace">${'word '.repeat(400)}</div>`,
    );
    const text = cursors.querySelector('#text') as HTMLElement;
    const node = text.firstChild as Text;
    const { left, top, width, height } = cursors.getBoundingClientRect();
    alice.pointer.move({ x: 300 / width, y: 100 / height, anchor: '' });
    await settlesAt(cursors, left + 300, top + 100);
    const before = await nameBox(cursors);
    text.focus();
    const caretAt = (x: number, y: number) => {
      const range = document.createRange();
      for (let i = 0; i < node.length; i++) {
        range.setStart(node, i);
        const box = range.getClientRects()[0];
        if (box && box.top >= y - 10 && box.left >= x) break;
      }
      getSelection()?.collapse(range.startContainer, range.startOffset);
      return range.getBoundingClientRect();
    };
    const far = caretAt(left + 20, top + 20);
    await drawn();
    expect((await nameBox(cursors)).top).toBe(before.top);
    expect(meets(before, far)).toBe(false);
    const near = caretAt(before.left + 20, before.top + 5);
    expect(meets(before, near)).toBe(true);
    await until(async () => !meets(await nameBox(cursors), near));
  });
});
