/** What is drawn stays above what the page puts into the top layer: dialogs, popovers, full screen. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import type { SlateCursors } from '../../elements/index.js';
import { until } from '../support/wait.js';
import { setUp, visible } from './cursors-page.js';
import { drawn, mount, part, parts, point, rgb } from './support.js';

const session = () => cdp() as unknown as { send(method: string, params: object): Promise<{ data: string }> };

/** The colour of a point of this window, as it is on the screen. */
async function colorAt(x: number, y: number): Promise<number[]> {
  const frame = window.frameElement?.getBoundingClientRect();
  const clip = { x: x + (frame?.left ?? 0), y: y + (frame?.top ?? 0), width: 1, height: 1, scale: 1 };
  const { data } = await session().send('Page.captureScreenshot', { format: 'png', clip });
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
  const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** Waits until the arrow is what one sees where it is. */
async function seen(cursor: HTMLElement): Promise<void> {
  const color = rgb(cursor.style.getPropertyValue('--_u'));
  for (let tries = 0; ; tries++) {
    await drawn();
    const { left, top } = cursor.getBoundingClientRect();
    const there = await colorAt(left + 3, top + 9);
    if (there.every((value, i) => Math.abs(value - (color[i] ?? 0)) < 16)) return;
    if (tries > 100) expect(there, 'the colour on the screen').toEqual(color);
  }
}

const FILL =
  'position:fixed;inset:0;width:auto;height:auto;max-width:none;max-height:none;margin:0;border:0;background:#eee';
const MARKUP: Record<string, string> = {
  'a modal dialog': `<dialog style="${FILL}"><button>in it</button></dialog>`,
  'a popover': `<div popover style="${FILL}">in it</div>`,
  'a manual popover': `<div popover="manual" style="${FILL}">in it</div>`,
};
function enter(element: HTMLElement): void {
  if (element instanceof HTMLDialogElement) element.showModal();
  else element.showPopover();
}
function leave(element: HTMLElement): void {
  if (element instanceof HTMLDialogElement) element.close();
  else element.hidePopover();
}

/** Alice points at a page that Bob watches. */
async function points(attributes = '', inside = '', anchor = '') {
  const page = await setUp(attributes, inside);
  page.alice.pointer.move({ x: 0.3, y: 0.4, anchor });
  const cursor = await until(() => parts(page.cursors, 'cursor').find(visible), { what: 'the cursor' });
  return { ...page, cursor };
}

/** Someone whose pointer is out of sight has a marker. */
async function marker({
  cursors,
  alice,
}: {
  cursors: SlateCursors;
  alice: Awaited<ReturnType<typeof points>>['alice'];
}) {
  mount('<div id="far" style="position:absolute;left:0;top:4000px;width:200px;height:50px"></div>');
  alice.pointer.move({ x: 0.5, y: 0.5, anchor: '#far' });
  return part(cursors, 'edge');
}

/** Puts an element into full screen as a person does, by a click. */
async function fullscreen(button: HTMLElement, element: Element): Promise<void> {
  let refused: unknown;
  button.addEventListener(
    'click',
    () =>
      element.requestFullscreen().catch((cause) => {
        refused = cause;
      }),
    { once: true },
  );
  await userEvent.click(button);
  await until(() => refused ?? document.fullscreenElement, { what: 'full screen' });
  expect(refused).toBeUndefined();
  onTestFinished(() => document.exitFullscreen());
}

describe('11: pointers are above', () => {
  it.each(Object.keys(MARKUP))('%s, also when it comes again', async (kind) => {
    const { cursor } = await points();
    const element = mount(MARKUP[kind] as string);
    await seen(cursor);
    enter(element);
    await seen(cursor);
    leave(element);
    enter(element);
    await seen(cursor);
    leave(element);
    await seen(cursor);
  });

  it('a dialog in a shadow root that gets the focus, and a popover that opens in one', async () => {
    const { cursor } = await points();
    const host = mount('<div></div>');
    const root = host.attachShadow({ mode: 'open' });
    root.innerHTML = `${MARKUP['a modal dialog']}${MARKUP['a popover']}<button id="plain">here</button>`;
    const dialog = root.querySelector('dialog') as HTMLDialogElement;
    dialog.showModal();
    await seen(cursor);
    dialog.close();
    enter(root.querySelector('[popover]') as HTMLElement);
    await seen(cursor);
  });

  it('a dialog over a dialog, and one that was open before the pointers came', async () => {
    const first = mount<HTMLDialogElement>(MARKUP['a modal dialog'] as string);
    first.showModal();
    const { cursor } = await points();
    await seen(cursor);
    mount<HTMLDialogElement>(MARKUP['a modal dialog'] as string).showModal();
    await seen(cursor);
  });

  it('the page in full screen, and an element of it', async () => {
    const { cursor } = await points();
    const element = mount(`<div style="background:#ddd;width:300px;height:200px"><button>whole</button></div>`);
    await fullscreen(element.querySelector('button') as HTMLElement, element);
    await seen(cursor);
  });

  it('content of their surface in full screen, in a dialog, in a popover', async () => {
    const { cursor, cursors } = await points(
      '',
      `<section id="work" style="width:600px;height:300px;background:#ddd"><button>whole</button></section>
      ${MARKUP['a modal dialog']}${MARKUP['a popover']}`,
      '#work',
    );
    await seen(cursor);
    const layer = cursors.shadowRoot?.querySelector('.layer') as HTMLElement;
    for (const element of cursors.querySelectorAll<HTMLElement>('dialog,[popover]')) {
      enter(element);
      await seen(cursor);
      leave(element);
      await until(() => !layer.popover, { what: 'the layer in the page again' });
      await seen(cursor);
    }
    const work = cursors.querySelector('section') as HTMLElement;
    await fullscreen(cursors.querySelector('button') as HTMLElement, work);
    await seen(cursor);
    const { left, top } = cursor.getBoundingClientRect();
    await until(() => Math.abs(cursor.getBoundingClientRect().left - innerWidth * 0.3) < 2, {
      what: `the pointer on what is full screen now, not at ${left}, ${top}`,
    });
  });

  it('not content that lies beside their surface', async () => {
    const { cursors } = await points('', '<section id="work" style="height:300px"></section>', '#work');
    enter(mount(MARKUP['a popover'] as string));
    await drawn();
    expect(cursors.shadowRoot?.querySelector<HTMLElement>('.layer')?.popover).toBe(null);
  });
});

describe('11: what comes again into the top layer', () => {
  it('keeps the focus', async () => {
    const page = await points();
    const edge = await marker(page);
    edge.focus();
    let lost = 0;
    edge.addEventListener('blur', () => lost++);
    const popover = mount(MARKUP['a manual popover'] as string);
    let raised = 0;
    const layer = page.cursors.shadowRoot?.querySelector('.layer') as HTMLElement;
    layer.addEventListener('toggle', () => raised++);
    enter(popover);
    await until(() => raised > 0, { what: 'the layer to be raised' });
    await drawn();
    expect(page.cursors.shadowRoot?.activeElement).toBe(edge);
    expect(lost).toBe(0);
  });

  it('lets animations go on', async () => {
    const { cursor, cursors } = await points();
    const animation = cursor.querySelector('[part=arrow]')?.animate([{ rotate: '0deg' }, { rotate: '9deg' }], 60_000);
    const css = document.createElement('style');
    css.textContent = '@keyframes slow{to{translate:1px}} [part=cursor]{animation:slow 60s}';
    cursors.shadowRoot?.append(css);
    await drawn();
    const running = cursor.getAnimations().find((one) => one instanceof CSSAnimation); // not the fading in
    let raised = 0;
    const layer = cursors.shadowRoot?.querySelector('.layer') as HTMLElement;
    layer.addEventListener('toggle', () => raised++);
    enter(mount(MARKUP['a popover'] as string));
    await until(() => raised > 0, { what: 'the layer to be raised' });
    await drawn();
    expect(animation?.playState).toBe('running');
    expect(cursor.getAnimations()).toContain(running);
    expect(running?.playState).toBe('running');
  });

  it('does not close the bubble in which one types', async () => {
    const { cursors } = await points('chat');
    point('pointermove', 200, 200, document.body);
    await until(() => cursors.shadowRoot?.querySelector('[part=bubble]'), { what: 'talk to be loaded' });
    cursors.openChat();
    const bubble = await until(() => parts(cursors, 'bubble').find((one) => one.matches(':popover-open')));
    await userEvent.keyboard('one');
    const popover = mount(MARKUP['a manual popover'] as string);
    enter(popover);
    await drawn();
    await userEvent.keyboard(' two');
    expect(bubble.matches(':popover-open')).toBe(true);
    expect(bubble.querySelector('input')?.value).toBe('one two');
    const { left, top } = bubble.getBoundingClientRect();
    expect(document.elementFromPoint(left + 20, top + 20)).toBe(cursors);
  });

  it('is raised once for each that enters, and rests', async () => {
    const { cursors } = await points();
    let raised = 0;
    const layer = cursors.shadowRoot?.querySelector('.layer') as HTMLElement;
    layer.addEventListener('beforetoggle', ({ newState }) => (newState as string) === 'open' && raised++);
    const dialog = mount<HTMLDialogElement>(MARKUP['a modal dialog'] as string);
    dialog.showModal();
    for (let i = 0; i < 5; i++) await drawn();
    expect(raised).toBe(1);
    dialog.close();
    const details = mount<HTMLDetailsElement>('<details><summary>more</summary></details>');
    details.open = true;
    for (let i = 0; i < 5; i++) await drawn();
    expect(raised).toBe(1);
  });
});

describe('11: under a modal dialog', () => {
  it('has no markers and no bar, which nobody could press, until it closes or is removed', async () => {
    const page = await points();
    const edge = await marker(page);
    page.alice.awareness.setLocalStateField('slate', { gather: 7 });
    const bar = await part(page.cursors, 'bar');
    const shown = () => [edge.isConnected || parts(page.cursors, 'edge').length > 0, bar.checkVisibility()];
    await until(() => shown().every(Boolean), { what: 'the marker and the bar' });
    const dialog = mount<HTMLDialogElement>(MARKUP['a modal dialog'] as string);
    dialog.showModal();
    await until(() => !shown().some(Boolean), { what: 'neither of them' });
    dialog.close();
    await until(() => shown().every(Boolean), { what: 'both of them again' });
    dialog.showModal();
    await until(() => !shown().some(Boolean), { what: 'neither of them' });
    dialog.remove();
    point('pointerover', 20, 20, document.body);
    await until(() => shown().every(Boolean), { what: 'both of them again' });
  });

  it('opens no bubble and no menu, but inside the dialog both', async () => {
    const dialog = mount<HTMLDialogElement>('<dialog style="width:500px;height:300px"><input></dialog>');
    const outer = await points('chat');
    await until(() => outer.cursors.shadowRoot?.querySelector('[part=bubble]'), { what: 'talk to be loaded' });
    dialog.showModal();
    outer.cursors.openChat();
    await outer.cursors.openMenu(document.body);
    await drawn();
    expect(parts(outer.cursors, 'menu')).toEqual([]);
    expect(parts(outer.cursors, 'bubble').some((one) => one.matches(':popover-open'))).toBe(false);
    dialog.append(outer.element);
    await outer.cursors.updateComplete;
    await until(() => outer.element.room, { what: 'the room' });
    await outer.cursors.openMenu(dialog.querySelector('input') as HTMLElement);
    expect(parts(outer.cursors, 'menu')).toHaveLength(1);
  });
});
