/** One's own pointer where the page hears little of it: in a native drag, in a frame, in a closed shadow root. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import type { SlateCursors } from '../../elements/index.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { drawn, mount, mountRoom, parts, town } from './support.js';

const send = (method: string, params: object) =>
  (cdp() as unknown as { send(method: string, params: object): Promise<unknown> }).send(method, params);

/** What a mouse does at a point of this window. */
async function mouse(type: 'Moved' | 'Pressed' | 'Released', x: number, y: number, pressed = false): Promise<void> {
  const frame = window.frameElement?.getBoundingClientRect();
  const at = { x: x + (frame?.left ?? 0), y: y + (frame?.top ?? 0) };
  const button = type === 'Moved' && !pressed ? {} : { button: 'left', clickCount: 1 };
  await send('Input.dispatchMouseEvent', { type: `mouse${type}`, ...at, ...button, buttons: pressed ? 1 : 0 });
}

async function click(x: number, y: number): Promise<void> {
  await mouse('Moved', x, y);
  await mouse('Pressed', x, y, true);
  await mouse('Released', x, y);
}

/** Ada's page, and what Bob sees of her pointer. */
async function setUp(markup: string, attributes = '', into?: ParentNode) {
  const { hub, enter } = town();
  const bob = await enter('Bob');
  const page = mount(`<div style="position:absolute;left:0;top:0;width:600px;background:#fff">${markup}</div>`);
  const inside = into ? page.outerHTML : '';
  if (into) page.remove();
  const { element, room } = await mountRoom(
    hub,
    `<slate-cursors ${attributes}>${inside}</slate-cursors>`,
    undefined,
    into,
  );
  await until(() => bob.members.length === 2);
  onTestFinished(() => mouse('Moved', 900, 650));
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  return { bob, room, page, cursors, find: (selector: string) => page.querySelector(selector) as HTMLElement };
}

const seen = (bob: Room) => bob.pointers.sample()[0];
const isAt = (bob: Room, anchor: string, x?: number) => () => {
  const at = seen(bob);
  return at?.anchor.startsWith(anchor) && (x === undefined || Math.abs(at.x - x) < 0.02);
};

const ROW = (id: string, more = '') => `<div id="${id}" style="height:100px" ${more}></div>`;

describe('13: one’s pointer', () => {
  it('goes on in a native drag, and after it', async () => {
    const { bob, page } = await setUp(
      ROW('from', 'draggable="true"') + ROW('over') + ROW('to') + ROW('off', 'data-slate-private'),
    );
    const types = new Set<string>();
    for (const type of ['dragstart', 'pointercancel', 'dragover', 'dragend'])
      page.addEventListener(type, (event) => {
        types.add(type);
        if (type === 'dragover') event.preventDefault();
        if (type === 'dragstart') (event as DragEvent).dataTransfer?.setData('text/plain', 'it');
      });
    let left = 0;
    await mouse('Moved', 60, 50);
    await until(isAt(bob, '#from', 0.1));
    bob.on('pointers', () => (left += seen(bob) ? 0 : 1));
    await mouse('Pressed', 60, 50, true);
    for (const x of [70, 90, 120]) await mouse('Moved', x, 60, true);
    await until(() => types.has('dragstart') && types.has('pointercancel'), { what: 'a native drag' });
    await mouse('Moved', 300, 150, true);
    await until(isAt(bob, '#over', 0.5), { what: 'the pointer in the drag' });
    await mouse('Moved', 450, 250, true);
    await until(isAt(bob, '#to', 0.75), { what: 'the pointer further on' });
    expect(left).toBe(0);
    await mouse('Moved', 450, 350, true);
    await until(() => !seen(bob), { what: 'the pointer to leave at a private region' });
    await mouse('Moved', 420, 250, true);
    await until(isAt(bob, '#to', 0.7));
    await mouse('Released', 420, 250);
    await until(() => types.has('dragend'), { what: 'the end of the drag' });
    await mouse('Moved', 150, 150);
    await until(isAt(bob, '#over', 0.25), { what: 'the pointer after the drag' });
  });

  it('is that of a pen or mouse again where the page cancels the drag', async () => {
    const { bob, page } = await setUp(ROW('from', 'draggable="true"') + ROW('to'));
    page.addEventListener('dragstart', (event) => event.preventDefault());
    await mouse('Moved', 60, 50);
    await mouse('Pressed', 60, 50, true);
    for (const x of [70, 90, 120]) await mouse('Moved', x, 60, true);
    await mouse('Moved', 300, 150, true);
    await until(isAt(bob, '#to', 0.5));
    await mouse('Released', 300, 150);
    page.dispatchEvent(new PointerEvent('pointercancel', { bubbles: true, pointerId: 1, pointerType: 'mouse' }));
    await until(() => !seen(bob), { what: 'the pointer to leave' });
  });

  it('rests where it went into a frame, also when one clicks there, and goes on behind it', async () => {
    const { bob } = await setUp(
      `${ROW('over')}<iframe id="frame" style="display:block;border:0;width:600px;height:100px"
        srcdoc="<body style='margin:0;height:100px'><input style='width:500px;height:60px'>"></iframe>${ROW('under')}`,
    );
    const frame = document.querySelector('#frame') as HTMLIFrameElement;
    const inner = await until(() => frame.contentDocument?.querySelector('input'), { what: 'the page in the frame' });
    await mouse('Moved', 300, 90);
    await until(isAt(bob, '#over', 0.5));
    await mouse('Moved', 302, 110);
    await until(isAt(bob, '#frame', 0.5), { what: 'the pointer on the frame' });
    const heard = new Promise((done) => inner.addEventListener('pointermove', done, { once: true }));
    await mouse('Moved', 100, 130);
    await heard;
    await click(100, 130);
    await until(() => frame.contentDocument?.activeElement === inner, { what: 'the focus in the frame' });
    await drawn();
    await drawn();
    expect(isAt(bob, '#frame', 0.5)(), 'the pointer is where it went in').toBe(true);
    await mouse('Moved', 150, 250);
    await until(isAt(bob, '#under', 0.25), { what: 'the pointer behind the frame' });
    (document.activeElement as HTMLElement).blur();
  });

  it('leaves when the window loses the focus to another', async () => {
    const { bob } = await setUp(ROW('over'));
    await mouse('Moved', 300, 50);
    await until(isAt(bob, '#over', 0.5));
    window.dispatchEvent(new Event('blur'));
    await until(() => !seen(bob), { what: 'the pointer to leave' });
  });
});

describe('13: a closed shadow root', () => {
  const field = '<input style="display:block;width:200px;height:40px"><p style="height:50px">words in it</p>';

  it('is pointed at as a whole, moving and at rest', async () => {
    const { bob, find } = await setUp('<section id="host" style="display:block;width:600px;height:200px"></section>');
    find('#host').attachShadow({ mode: 'closed' }).innerHTML = field;
    await mouse('Moved', 150, 100);
    await until(isAt(bob, '#host', 0.25));
    await until(() => (seen(bob)?.restingMs ?? 0) > 300);
    expect(seen(bob)).toMatchObject({ anchor: '#host' });
    expect(seen(bob)?.y).toBeCloseTo(0.5, 1);
  });

  it('may hold the surface itself: the pointer stays when it rests there', async () => {
    const host = mount('<div style="position:absolute;left:0;top:0;width:600px"></div>');
    const root = host.attachShadow({ mode: 'closed' });
    const { bob } = await setUp(ROW('inner'), '', root);
    await until(() => root.querySelector('#inner'));
    (root.querySelector('slate-cursors') as HTMLElement).style.cssText = 'width:600px;height:300px';
    await mouse('Moved', 150, 50);
    await until(isAt(bob, '#inner', 0.25));
    await until(() => (seen(bob)?.restingMs ?? 0) > 300, { what: 'the pointer at rest' });
    expect(seen(bob)?.anchor).toBe('#inner');
  });

  it.each([
    ['a custom element', 'x-closed', {}],
    ['a plain element', 'section', {}],
    ['an element that hands the focus on', 'x-closed', { delegatesFocus: true }],
    ['a plain element that hands the focus on', 'section', { delegatesFocus: true }],
    ['an element that can have the focus itself', 'x-closed', { tabindex: '0' }],
    ['a plain element that can have the focus itself', 'section', { tabindex: '0' }],
  ])(
    'does not open the chat while one types in it: %s',
    async (_, kind, { tabindex, ...init }: { tabindex?: string; delegatesFocus?: boolean }) => {
      const { cursors, find } = await setUp(
        `<${kind} id="host" style="display:block;width:600px;height:200px"></${kind}>`,
        'chat',
      );
      await until(() => parts(cursors, 'bubble')[0], { what: 'talk to be loaded' });
      if (tabindex) find('#host').setAttribute('tabindex', tabindex);
      const root = find('#host').attachShadow({ mode: 'closed', ...init });
      root.innerHTML = field;
      const input = root.querySelector('input') as HTMLInputElement;
      await click(100, 20);
      expect(root.activeElement).toBe(input);
      await userEvent.keyboard('a/b');
      expect(input.value).toBe('a/b');
      expect(parts(cursors, 'bubble')[0]?.matches(':popover-open')).toBe(false);
    },
  );

  it('leaves / to the chat where the focus is on a button, a link, a box or nothing', async () => {
    const { cursors, find } = await setUp(
      '<button id="b">b</button><a id="a" href="#x">a</a><div id="d" tabindex="0">d</div>',
      'chat',
    );
    const bubble = await until(() => parts(cursors, 'bubble')[0], { what: 'talk to be loaded' });
    for (const focus of [
      () => find('#b').focus(),
      () => find('#a').focus(),
      () => (document.activeElement as HTMLElement).blur(),
    ]) {
      focus();
      await userEvent.keyboard('/');
      await until(() => bubble.matches(':popover-open'), { what: 'the bubble' });
      expect(bubble.querySelector('input')?.value).toBe('');
      await userEvent.keyboard('{Escape}');
    }
  });
});
