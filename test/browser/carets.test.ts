/** `<slate-carets>`: others' carets in a field, drawn without touching the field or the page. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { setReserve } from '../../elements/shared/reserve.js';
import { setView } from '../../elements/shared/view-settings.js';
import { until } from '../support/wait.js';
import { caretOf, caretShown, middle, offsetAt, put, setUp } from './carets-page.js';
import { drawn, expectAccessible, mount, mute, parts, point, text } from './support.js';

const WORDS = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.';
const AREA = '<textarea id="field" style="width:300px;height:120px;font:16px/1.3 sans-serif"></textarea>';

const untilHidden = (carets: Element, of: Parameters<typeof caretOf>[1]) =>
  until(() => !caretOf(carets, of), { what: 'the caret to be gone' });

/** The names that are to be seen. */
const names = (carets: Element): string[] =>
  parts(carets, 'name')
    .filter((one) => one.classList.contains('named'))
    .map(text);

describe('the caret of another one', () => {
  it('stands where it is in the text, with its colour and name, and goes with its person', async () => {
    const { carets, bob, field } = await setUp(AREA);
    field.value = WORDS;
    put(bob, WORDS, 40);
    const caret = await caretShown(carets, bob);
    expect(offsetAt(field, middle(caret))).toBe(40);
    expect(caret.getBoundingClientRect().width).toBe(2);
    expect(getComputedStyle(caret).pointerEvents).toBe('none');
    expect(caret.dataset).toMatchObject({ user: 'bob', status: 'active' });
    expect(names(carets)).toEqual(['Bob']);
    await until(() => names(carets).length === 0, { what: 'the name to go' });
    bob.awareness.setLocalStateField('caret', null);
    await untilHidden(carets, bob);
    put(bob, WORDS, 3);
    await caretShown(carets, bob);
    await bob.leave();
    await untilHidden(carets, bob);
    expect(carets.shadowRoot?.querySelector('.layer')).toBeNull();
  });

  it('has what is selected in boxes, one a line, and text is readable through them', async () => {
    const { carets, bob, field } = await setUp(AREA);
    field.value = WORDS;
    bob.setUser({ color: '#112233' });
    bob.awareness.setLocalStateField('user', { ...bob.awareness.getLocalState()?.user, colorLight: '#ffcc00' });
    put(bob, WORDS, 70, 4);
    await caretShown(carets, bob);
    const boxes = await until(() => {
      const all = parts(carets, 'selection');
      return all.length >= 2 ? all : undefined;
    });
    const tops = boxes.map((box) => box.getBoundingClientRect().top);
    expect(new Set(tops).size).toBe(boxes.length);
    const [first, last] = [boxes[0] as HTMLElement, boxes.at(-1) as HTMLElement];
    const start = first.getBoundingClientRect();
    const end = last.getBoundingClientRect();
    expect(offsetAt(field, { x: start.left, y: start.top + start.height / 2 })).toBe(4);
    expect(offsetAt(field, { x: end.right, y: end.top + end.height / 2 })).toBe(70);
    expect(getComputedStyle(first).backgroundColor).toMatch(/^rgba\(255, 204, 0, 0\.3\d*\)$/);
  });

  it('goes with the field as that scrolls, grows, moves, or is hidden', async () => {
    const long = `${WORDS}\n`.repeat(20);
    const { carets, bob, field } = await setUp(`<div id="frame" style="height:300px;overflow:auto;width:400px">
      <div style="height:40px"></div>${AREA}<div style="height:900px"></div></div>`);
    field.value = long;
    put(bob, long, 200);
    await until(() => field.scrollHeight > 300);
    field.scrollTop = 60;
    await drawn();
    const right = () => until(() => offsetAt(field, middle(caretOf(carets, bob) ?? field)) === 200);
    await right();
    field.style.width = '250px';
    await right();
    field.style.fontSize = '13px';
    await right();
    field.style.marginTop = '30px';
    await right();
    const frame = document.querySelector('#frame') as HTMLElement;
    frame.scrollTop = 50;
    await right();
    frame.scrollTop = 600;
    await untilHidden(carets, bob);
    frame.scrollTop = 0;
    await right();
    field.scrollTop = field.scrollHeight;
    await untilHidden(carets, bob);
    field.scrollTop = 60;
    await right();
    field.style.display = 'none';
    await untilHidden(carets, bob);
    field.style.display = '';
    field.scrollTop = 60;
    await right();
  });

  it('C2: fades where this text has no such place, and comes back with it', async () => {
    const { carets, bob, field } = await setUp(AREA);
    field.value = WORDS;
    put(bob, WORDS, 40);
    await caretShown(carets, bob);
    field.value = 'Something else that somebody wrote, of much the same length as that which was there.';
    await untilHidden(carets, bob); // though a script has changed it, and no event says so
    field.value = `So: ${WORDS}`;
    const caret = await caretShown(carets, bob);
    expect(offsetAt(field, middle(caret))).toBe(44);
  });

  it('is not drawn over what lies over the field', async () => {
    const { carets, bob, field } = await setUp(AREA);
    field.value = WORDS;
    put(bob, WORDS, 5);
    await caretShown(carets, bob);
    const dialog = mount<HTMLDialogElement>('<dialog style="inset:0;width:100%;height:100%;margin:0">Sure?</dialog>');
    dialog.showModal();
    await untilHidden(carets, bob);
    dialog.close();
    await caretShown(carets, bob);
  });

  it('is drawn over a field in a dialog that opened later', async () => {
    const { carets, bob } = await setUp(`<dialog id="ask">${AREA}</dialog>`);
    const dialog = document.querySelector('#ask') as HTMLDialogElement;
    const field = dialog.querySelector('textarea') as HTMLTextAreaElement;
    field.value = WORDS;
    put(bob, WORDS, 5);
    dialog.showModal();
    const caret = await caretShown(carets, bob);
    expect(offsetAt(field, middle(caret))).toBe(5);
    expect(carets.shadowRoot?.querySelector('.layer:popover-open')).not.toBeNull();
  });

  it('in an input stands in its line, as far as it is scrolled', async () => {
    const { carets, bob, field } = await setUp<HTMLInputElement>(
      '<input id="field" style="width:200px;height:50px;padding:4px 20px;font:18px serif">',
    );
    field.value = WORDS;
    put(bob, WORDS, 9);
    expect(offsetAt(field, middle(await caretShown(carets, bob)))).toBe(9);
    put(bob, WORDS, 60);
    await untilHidden(carets, bob);
    field.focus();
    field.setSelectionRange(60, 60);
    field.blur();
    field.focus();
    expect(offsetAt(field, middle(await caretShown(carets, bob)))).toBe(60);
  });

  it('in an element that can be edited stands in its text, whatever is in it', async () => {
    const { carets, bob, field } = await setUp<HTMLElement>(
      `<div id="field" contenteditable style="width:200px">One <b>two</b> three<div>four five</div><br>six
      <i data-slate-private>secret</i>seven</div>`,
    );
    const flat = 'One two three\nfour five\nsix\n      seven';
    put(bob, flat, flat.indexOf('five'));
    const caret = await caretShown(carets, bob);
    const at = document.caretPositionFromPoint(middle(caret).x, middle(caret).y);
    expect([at?.offsetNode.textContent, at?.offset]).toEqual(['four five', 5]);
    put(bob, flat, flat.indexOf('seven') + 2);
    await until(() => {
      const { x, y } = middle(caret);
      const now = document.caretPositionFromPoint(x, y);
      return now?.offsetNode.textContent === 'seven' && now.offset === 2;
    });
    field.textContent = '';
    put(bob, '', 0);
    const { left, top } = field.getBoundingClientRect();
    await until(() => {
      const { x, y } = middle(caretOf(carets, bob) ?? field);
      return Math.abs(x - left) < 2 && Math.abs(y - top) < 20;
    });
  });
});

describe('names', () => {
  it('are shown again for who is near one’s own pointer, or pointed out', async () => {
    const { carets, bob, field } = await setUp(AREA);
    field.value = WORDS;
    put(bob, WORDS, 5);
    const { x, y } = middle(await caretShown(carets, bob));
    await until(() => names(carets).length === 0);
    point('pointermove', x + 10, y, field);
    await until(() => names(carets).join() === 'Bob');
    point('pointermove', x + 200, y + 100, field);
    await until(() => names(carets).length === 0);
  });

  it('give way to each other: that of who moved last is seen', async () => {
    const { carets, field, others } = await setUp(AREA, ['Bob', 'Cleo']);
    field.value = WORDS;
    for (const [i, other] of others.entries()) {
      put(other, WORDS, 5 + i);
      await caretShown(carets, other);
    }
    const seen = () =>
      parts(carets, 'name')
        .filter((one) => !one.classList.contains('mute'))
        .map(text);
    await until(() => seen().join() === 'Cleo', { what: 'Bob’s name to give way' });
  });

  it('never lie over one’s own caret', async () => {
    const { carets, bob, field } = await setUp(AREA);
    field.value = `${WORDS}\n${WORDS}`;
    field.focus();
    field.setSelectionRange(5, 5);
    put(bob, field.value, 45); // on the line below, its name would be above it
    await caretShown(carets, bob);
    await drawn();
    const own = offsetAt(field, middle(await caretShown(carets, bob)));
    expect(own).toBe(45);
    for (const name of parts(carets, 'name').filter((one) => !one.classList.contains('mute'))) {
      const { left, right, top, bottom } = name.getBoundingClientRect();
      const line = field.getBoundingClientRect().top + 12;
      const x = field.getBoundingClientRect().left + 40;
      expect(left < x && right > x && top < line && bottom > line).toBe(false);
    }
  });
});

describe('what a viewer chooses for pointers counts for carets', () => {
  it.each([
    ['all hidden', { hideAll: true }, { hideAll: false }],
    ['this person muted', { muted: ['bob'] }, { muted: [] }],
    ['only who is followed', { onlyFollowed: true, followed: [] }, { onlyFollowed: false }],
  ])('%s', async (_, hide, show) => {
    const { carets, bob, field } = await setUp(AREA);
    onTestFinished(() => setView(show));
    field.value = WORDS;
    put(bob, WORDS, 5);
    await caretShown(carets, bob);
    setView(hide);
    await untilHidden(carets, bob);
    setView(show);
    await caretShown(carets, bob);
  });

  it('no names', async () => {
    const { carets, bob, field } = await setUp(AREA);
    onTestFinished(() => setView({ hideNames: false }));
    setView({ hideNames: true });
    field.value = WORDS;
    put(bob, WORDS, 5);
    await caretShown(carets, bob);
    expect(parts(carets, 'name').map((one) => getComputedStyle(one).visibility)).toEqual(['hidden']);
  });
});

describe('the field', () => {
  it('may come later, be replaced, renamed or become another kind, and the element may move', async () => {
    const { carets, bob, roomElement } = await setUp('<p></p>');
    put(bob, WORDS, 5);
    await drawn();
    expect(caretOf(carets, bob)).toBeUndefined();
    const frame = roomElement.querySelector('p') as HTMLElement;
    const fresh = (markup: string) => {
      frame.innerHTML = markup;
      const field = frame.firstElementChild as HTMLTextAreaElement;
      field.value = WORDS;
      return field;
    };
    let field = fresh(AREA);
    expect(offsetAt(field, middle(await caretShown(carets, bob)))).toBe(5);
    field = fresh(AREA);
    await until(() => offsetAt(field, middle(caretOf(carets, bob) ?? field)) === 5);
    field.id = 'other';
    await untilHidden(carets, bob);
    carets.setAttribute('for', 'other');
    carets.setAttribute('name', 'field');
    await caretShown(carets, bob);
    carets.remove();
    expect(carets.shadowRoot?.querySelector('.layer')).toBeNull();
    roomElement.append(carets);
    await caretShown(carets, bob);
    const input = fresh('<input id="other">') as unknown as HTMLInputElement;
    await until(() => offsetAt(input, middle(caretOf(carets, bob) ?? input)) === 5);
    const warn = mute();
    input.type = 'number';
    await untilHidden(carets, bob);
    expect(warn).toHaveBeenCalledTimes(1);
    input.type = 'text';
    input.value = WORDS;
    await caretShown(carets, bob);
    frame.replaceChildren();
    await untilHidden(carets, bob);
    expect(carets.shadowRoot?.querySelector('.mirror')).toBeNull();
  });

  it.each([
    ['has no caret', '<p id="field">Text</p>', '', /which has no caret/],
    ['is another one’s', `${AREA}<slate-carets for="field"></slate-carets>`, '', /another <slate-carets> has/],
    ['has too long a name', AREA, 'x'.repeat(65), /whose name has more than 64/],
  ])('is told of where it %s', async (_, markup, name, message) => {
    const warn = mute();
    const { carets } = await setUp('<p></p>');
    if (name) carets.setAttribute('name', name);
    const mounted = mount(`<div>${markup}</div>`);
    await until(() => warn.mock.calls.length > 0);
    expect(warn.mock.calls.map(([, problem]) => problem)).toEqual([expect.stringMatching(message)]);
    mounted.remove();
  });

  it('hidden from who does not see: the layer is nothing for screen readers, search or selection', async () => {
    const { carets, bob, field, roomElement } = await setUp(
      '<label>Notes <textarea id="field" style="width:300px;height:120px"></textarea></label>',
    );
    field.value = WORDS;
    put(bob, WORDS, 50, 10);
    await caretShown(carets, bob);
    await expectAccessible(roomElement);
    const mirror = carets.shadowRoot?.querySelector('.mirror') as HTMLElement;
    expect(getComputedStyle(mirror).visibility).toBe('hidden');
    getSelection()?.selectAllChildren(document.body);
    expect(getSelection()?.toString()).not.toContain('eleven');
    getSelection()?.removeAllRanges();
    const find = (window as unknown as { find(text: string): boolean }).find;
    expect(find.call(window, 'no such words anywhere')).toBe(false);
  });

  it('moves nothing in the page', async () => {
    const shifts: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: false });
    onTestFinished(() => observer.disconnect());
    const { carets, bob, field } = await setUp(`<p>Before</p>${AREA}<p>After</p>`);
    field.value = WORDS;
    await drawn();
    shifts.length = 0;
    const before = document.documentElement.scrollHeight;
    for (const offset of [3, 30, 60, 88]) {
      put(bob, WORDS, offset, 1);
      await until(() => offsetAt(field, middle(caretOf(carets, bob) ?? field)) === offset);
    }
    await bob.leave();
    await untilHidden(carets, bob);
    await drawn();
    shifts.push(...observer.takeRecords());
    expect(shifts).toEqual([]);
    expect(document.documentElement.scrollHeight).toBe(before);
    // The observer does tell of what moves.
    field.before(mount('<div style="height:80px">A push</div>'));
    await until(() => [...shifts, ...observer.takeRecords()].length > 0, { what: 'a layout shift that was made' });
  });
});

it('a person who hides the pointer has no caret for the others', async () => {
  const { bob, field, room } = await setUp(AREA);
  onTestFinished(() => setReserve({ pointer: false }));
  field.value = WORDS;
  field.focus();
  field.setSelectionRange(4, 4);
  const heard = () => bob.awareness.getStates().get(room.client)?.caret;
  await until(() => heard());
  setReserve({ pointer: true });
  await until(() => !heard());
  setReserve({ pointer: false });
  await until(() => heard());
});

it('whose status changes says so, and stays where it was while the line is cut', async () => {
  const { carets, bob, field, hub } = await setUp(AREA);
  field.value = WORDS;
  put(bob, WORDS, 4);
  await caretShown(carets, bob);
  const status = () => parts(carets, 'caret')[0]?.dataset.status;
  bob.setActivity('away');
  await until(() => status() === 'away');
  expect(parts(carets, 'name')[0]?.dataset.now).toBe(' · away');
  hub.drop();
  await until(() => status() === 'stale');
  expect(offsetAt(field, middle(await caretShown(carets, bob)))).toBe(4);
  hub.restore();
  await until(() => status() === 'away');
});
