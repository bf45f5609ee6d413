/**
 * How `<slate-fields>` shows who is in which control: where rings lie, who has one, what is written at them. Past 300
 * lines because all of it needs the same form with the same people.
 */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { setView } from '../../elements/shared/view-settings.js';
import { untyped } from '../support/untyped.js';
import { until } from '../support/wait.js';
import { FORM, put, ringsOf, settled, setUp, tagOf } from './fields-page.js';
import { emulate, mount, parts } from './support.js';

const CHOICES = { hideAll: false, hideNames: false, onlyFollowed: false, followed: [], muted: [] };

beforeEach(() => {
  setView(CHOICES);
  onTestFinished(() => setView(CHOICES));
});

/** How far the ring is from lying around the control with the same distance on each side, in CSS pixels. */
function off(ring: Element, control: Element): number {
  const [outer, inner] = [ring.getBoundingClientRect(), control.getBoundingClientRect()];
  const gaps = [inner.left - outer.left, outer.right - inner.right, inner.top - outer.top, outer.bottom - inner.bottom];
  return Math.max(...gaps.map((gap) => Math.abs(gap - 4)));
}

const around = (ring: () => Element | undefined, control: Element) =>
  until(
    () => {
      const now = ring();
      return now && off(now, control) < 1.1;
    },
    { what: 'the ring around the control' },
  );

describe('a ring', () => {
  it.each([
    ['#name', '#name'],
    ['#order&email', '[name=email]'],
    ['#order&size', 'select'],
    ['#order&notes', 'textarea'],
    ['#order&gift', '[type=checkbox]'],
    ['#order&by', '[value=ship]'],
    ['#order&by&1', '[value=air]'],
    ['#order/button', 'button'],
  ])('for %s lies around %s, in the colour of the person, and moves nothing', async (address, selector) => {
    const { fields, enter, find } = await setUp();
    const before = document.documentElement.scrollHeight;
    const box = JSON.stringify(find(selector).getBoundingClientRect());
    const bob = await enter('Bob', { user: { id: 'bob', name: 'Bob', color: '#c2255c' } });
    const ring = await put(fields, bob, address);
    expect(off(ring, find(selector))).toBeLessThan(1.1);
    expect(getComputedStyle(ring).borderTopColor).toBe('rgb(194, 37, 92)');
    expect(JSON.stringify(find(selector).getBoundingClientRect())).toBe(box);
    expect(document.documentElement.scrollHeight).toBe(before);
    const { left, top } = find(selector).getBoundingClientRect();
    expect(document.elementFromPoint(left + 1, top + 1)).toBe(find(selector));
    bob.setWork({ field: undefined });
    await until(() => ringsOf(fields, bob).length === 0, { what: 'no ring' });
  });

  it('follows the control when the page scrolls, is laid out anew, and transforms it', async () => {
    const spacer = mount('<div style="height:2000px"></div>');
    const { fields, enter, find } = await setUp();
    const bob = await enter('Bob');
    scrollTo(0, 1900);
    onTestFinished(() => scrollTo(0, 0));
    await put(fields, bob, '#name');
    const ring = () => ringsOf(fields, bob)[0];
    await around(ring, find('#name'));
    scrollTo(0, 1800);
    await around(ring, find('#name'));
    spacer.style.height = '1900px';
    await around(ring, find('#name'));
    find('#order').style.paddingTop = '90px';
    await around(ring, find('#name'));
    find('#order').style.translate = '50px 20px';
    await around(ring, find('#name'));
    find('#order').style.scale = '1.2';
    await around(ring, find('#name'));
  });

  it('is turned with a control that is turned', async () => {
    const { fields, enter, find } = await setUp();
    find('#name').style.rotate = '30deg';
    const bob = await enter('Bob');
    const ring = await put(fields, bob, '#name');
    const { width, height } = find('#name').getBoundingClientRect();
    const { width: outer, height: high } = ring.getBoundingClientRect();
    const grown = 8 * (Math.cos(Math.PI / 6) + Math.sin(Math.PI / 6));
    expect(outer - width).toBeCloseTo(grown, 0);
    expect(high - height).toBeCloseTo(grown, 0);
  });

  it('goes with a control that is hidden, removed, scrolled away or behind a dialog, and comes back', async () => {
    const { fields, enter, find } = await setUp(
      `<div id="scroller" style="height:120px;overflow:auto">${FORM}<div style="height:900px"></div></div>
      <dialog>x</dialog>`,
    );
    const bob = await enter('Bob');
    await put(fields, bob, '#name');
    const gone = () => until(() => ringsOf(fields, bob).length === 0, { what: 'no ring' });
    const back = () => until(() => ringsOf(fields, bob).length === 1, { what: 'the ring again' });
    find('#name').hidden = true;
    await gone();
    find('#name').hidden = false;
    await back();
    find('#scroller').scrollTop = 600;
    await gone();
    find('#scroller').scrollTop = 0;
    await back();
    find<HTMLDialogElement>('dialog').showModal();
    await gone();
    find<HTMLDialogElement>('dialog').close();
    await back();
    const label = find('#name').parentElement as HTMLElement;
    const control = find('#name');
    control.remove();
    await gone();
    label.append(control);
    await back();
  });

  it('lies above a dialog that holds the control', async () => {
    const { fields, enter, find } = await setUp(`<dialog>${FORM}</dialog>`);
    find<HTMLDialogElement>('dialog').showModal();
    const bob = await enter('Bob');
    const ring = await put(fields, bob, '#name');
    expect(off(ring, find('#name'))).toBeLessThan(1.1);
    expect(ring.closest('[popover]')?.matches(':popover-open')).toBe(true);
  });

  it('is cut where its control is scrolled half away', async () => {
    const { fields, enter, find } = await setUp(
      `<div id="scroller" style="height:90px;overflow:auto">${FORM}<div style="height:900px"></div></div>`,
    );
    const bob = await enter('Bob');
    const ring = await put(fields, bob, '#name');
    const { top } = find('#scroller').getBoundingClientRect();
    find('#scroller').scrollTop += find('#name').getBoundingClientRect().top - top + 8;
    const at = ring.parentElement as HTMLElement;
    await until(() => /inset\(8/.test(at.style.clipPath), { what: 'a cut of 8 pixels' });
  });
});

describe('who is shown', () => {
  it('three have a ring each, inside each other, and the others are counted', async () => {
    const { fields, enter, find } = await setUp();
    const people = await Promise.all(['Bob', 'Carol', 'Dan', 'Eve', 'Finn'].map((name) => enter(name)));
    for (const one of people) one.setWork({ field: '#name' });
    await until(() => parts(fields, 'ring').length === 3 && fields.shadowRoot?.querySelector('.more'), {
      what: 'three rings',
    });
    await until(() => fields.shadowRoot?.querySelector('.more')?.textContent === '+2', { what: '+2' });
    const widths = parts(fields, 'ring').map((ring) => ring.getBoundingClientRect().width);
    const { width } = find('#name').getBoundingClientRect();
    expect(widths.map((one) => Math.round(one - width))).toEqual([8, 14, 20]);
  });

  it('nobody of another file, nor oneself in another window, nor whom the viewer does not want to see', async () => {
    const { fields, enter, hub } = await setUp(FORM, 'for="order"', 'user-id="alice" user-name="Alice" file="a"');
    expect(hub).toBeTruthy();
    const [bob, carol, dan, alice] = await Promise.all([
      enter('Bob', { file: 'a' }),
      enter('Carol', { file: 'b' }),
      enter('Dan', { file: 'a' }),
      enter('Alice', { file: 'a' }),
    ]);
    for (const one of [carol, dan, alice]) one.setWork({ field: '#name' });
    await put(fields, bob, '#name');
    await until(() => ringsOf(fields, dan).length === 1, { what: 'the ring of Dan' });
    const shown = () => [bob, carol, dan, alice].map((one) => ringsOf(fields, one).length);
    expect(shown()).toEqual([1, 0, 1, 0]);
    setView({ muted: ['dan'] });
    await until(() => shown().join() === '1,0,0,0', { what: 'Bob alone' });
    setView({ onlyFollowed: true, muted: [], followed: ['dan'] });
    await until(() => shown().join() === '0,0,1,0', { what: 'Dan alone' });
    setView({ hideAll: true });
    await until(() => shown().join() === '0,0,0,0', { what: 'nobody' });
  });

  it('W4: nobody at a control that is private here, or is not meant, whatever address they give', async () => {
    const { fields, enter, room } = await setUp(
      `<form id="order"><input id="name"><input id="pin" type="password" name="pin"><p id="text">x</p></form>
      <input id="outside" name="outside">`,
    );
    const bob = await enter('Bob');
    await put(fields, bob, '#name');
    const hostile = [
      '#pin',
      '#order&pin',
      '#outside',
      '&outside',
      '#text',
      '#order',
      '/body',
      '#order&name&99',
      '#order&&',
      '%',
      '#%zz',
      '>>>',
      '#order&%',
      '*',
      '#name,input',
      '~x@y',
      `#${'a'.repeat(250)}`,
      '/'.repeat(256),
      '#order&elements',
      '#order&__proto__',
    ];
    for (const field of hostile) {
      bob.setWork({ field });
      await until(() => room.members.some(({ work }) => work?.field === field), { what: field });
      await settled();
      expect(ringsOf(fields, bob), field).toHaveLength(0);
    }
    await put(fields, bob, '#name');
  });

  it('of two controls that cannot be told apart here, neither', async () => {
    const { fields, enter, room } = await setUp('<form id="order"><div><input></div><div><input></div></form>');
    const bob = await enter('Bob');
    bob.setWork({ field: '#order/+2/input' }); // there were three
    await until(() => room.members.some(({ work }) => work?.field), { what: 'Bob in a field' });
    await settled();
    expect(parts(fields, 'ring')).toHaveLength(0);
    await put(fields, bob, '#order/+1/input');
  });
});

describe('what is written at a ring', () => {
  it('is the name on arrival, then the initials, and the name while one points there or is there', async () => {
    const { fields, enter, find } = await setUp();
    const bob = await enter('Bob Ross', { user: { id: 'bob', name: 'Bob Ross' } });
    await put(fields, bob, '#order&notes');
    await until(() => tagOf(fields, bob) === 'Bob Ross', { what: 'the name' });
    await until(() => tagOf(fields, bob) === 'BR', { what: 'the initials', deadlineMs: 10_000 });
    await userEvent.hover(find('textarea'));
    await until(() => tagOf(fields, bob) === 'Bob Ross', { what: 'the name under the pointer' });
    await userEvent.hover(document.body, { position: { x: 900, y: 600 } });
    await until(() => tagOf(fields, bob) === 'BR', { what: 'the initials again' });
    find('textarea').focus();
    await until(() => tagOf(fields, bob) === 'Bob Ross', { what: 'the name in the same field' });
  });

  it('is the initials at once where the name has no place', async () => {
    const { fields, enter } = await setUp(
      `<form id="order" style="width:300px"><p style="margin:0;font:16px/1.2 sans-serif">Words</p>
      <input id="name" style="width:300px;box-sizing:border-box"><button style="margin:0;width:300px">x</button></form>`,
    );
    const name = 'Maximiliane von und zu Guttenstein'; // longer than the way to the words
    const long = await enter('Long', { user: { id: 'long', name } });
    await put(fields, long, '#name');
    await until(() => tagOf(fields, long) === 'MG', { what: 'the initials' });
  });

  it('gives way to the text of the page, and not where one asks', async () => {
    const line = '<p style="margin:0;font:16px/1.2 sans-serif">Words and words and words and words all over it</p>';
    const words = '<span>Words, words</span>';
    const { fields, enter, find } = await setUp(
      `<form id="order" style="width:340px">${line}
      <div style="display:flex;gap:2px">${words}<input id="name" style="width:150px">${words}</div>${line}</form>`,
    );
    const bob = await enter('Bob');
    await put(fields, bob, '#name');
    await settled();
    expect(tagOf(fields, bob)).toBeUndefined();
    find('#name').focus();
    await until(() => tagOf(fields, bob) === 'Bob', { what: 'the name' });
  });

  it('is at the other end in a page that is read from the right', async () => {
    const sideOf = async (dir: string) => {
      const { fields, enter, find } = await setUp(`<div dir="${dir}">${FORM}</div>`);
      const bob = await enter('Bob');
      await put(fields, bob, '#name');
      await until(() => tagOf(fields, bob), { what: 'the tag' });
      const tag = parts(fields, 'name')[0]?.getBoundingClientRect();
      const box = find('#name').getBoundingClientRect();
      fields.closest('slate-room')?.remove();
      return Math.abs((tag?.left ?? 0) - box.left) < Math.abs((tag?.right ?? 0) - box.right) ? 'left' : 'right';
    };
    expect(await sideOf('ltr')).toBe('right');
    expect(await sideOf('rtl')).toBe('left');
  });

  it('is nothing where the viewer wants no names', async () => {
    const { fields, enter } = await setUp();
    const bob = await enter('Bob');
    await put(fields, bob, '#name');
    await until(() => tagOf(fields, bob), { what: 'the tag' });
    setView({ hideNames: true });
    await until(() => tagOf(fields, bob) === undefined, { what: 'no tag' });
    expect(ringsOf(fields, bob)).toHaveLength(1);
  });

  it('moves nothing where motion is to be reduced', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { fields, enter } = await setUp();
    const ring = await put(fields, await enter('Bob'), '#name');
    expect(getComputedStyle(ring.parentElement as Element).transitionDuration).toBe('0s');
    expect(untyped<HTMLElement>(fields).shadowRoot?.getAnimations()).toEqual([]);
  });
});
