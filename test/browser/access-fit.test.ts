/**
 * What axe does not measure, of all elements at once: reflow at 400 %, text spacing, reduced motion, the focus ring,
 * the size of targets, and whether lights are round.
 */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import '../../elements/build/define.js';
import '../../elements/feed/define.js';
import '../../elements/log/define.js';
import type { SlateAvatars, SlateCursors } from '../../elements/index.js';
import { pageViewer } from '../../elements/viewer/load.js';
import { publishBuildEvent, publishFileEvent, publishRuntimeEvent } from '../../src/index.js';
import { until } from '../support/wait.js';
import { names } from './access.js';
import { contrast, drawn, emulate, entered, mountRoom, part, parts, town } from './support.js';

vi.setConfig({ testTimeout: 60_000 });

const session = () => cdp() as unknown as { send(method: string, params: object): Promise<{ data: string }> };

/** The mouse is where a test before left it: over a face, which it lifts. */
beforeEach(async () => {
  await session().send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: innerWidth - 1, y: innerHeight - 1 });
});

/** Every element with something to show, the list and the bubble closed, a question in the bar. */
async function setUp(avatarAttributes = '') {
  onTestFinished(() => pageViewer.current?.dispose());
  const { hub, enter } = town();
  const { element, room } = await mountRoom(
    hub,
    `<slate-avatars ${avatarAttributes}></slate-avatars> <slate-status></slate-status>
     <slate-feed project="p" style="--slate-feed-height:60px"></slate-feed><slate-build project="p"></slate-build>
     <slate-log session="s"></slate-log><slate-cursors chat reactions></slate-cursors>`,
  );
  const find = (name: string) => element.querySelector(`slate-${name}`) as HTMLElement;
  const people = [];
  for (const name of names(8)) people.push(await enter(name));
  const bus = hub.connect();
  const common = { projectId: 'p', userId: 'bob', timestamp: Date.now() };
  const data = { name: 'averyveryveryverylongnameofafilewithoutanyspace.ts' };
  for (const fileId of ['a', 'b', 'c']) await publishFileEvent({ ...common, type: 'created', fileId, data }, { bus });
  await publishBuildEvent({ ...common, type: 'started', buildId: 'b' }, { bus });
  await publishRuntimeEvent({ ...common, type: 'error', sessionId: 's', data: { error: 'It broke' } }, { bus });
  people[1]?.awareness.setLocalStateField('slate', { gather: 1 });
  await until(() => room.members.length === 9 && parts(find('cursors'), 'bar').length === 1, { what: 'everyone' });
  await until(() => parts(find('feed'), 'item').length === 3 && find('build').dataset.state === 'started');
  await until(() => parts(find('log'), 'line').length === 1 && parts(find('avatars'), 'overflow').length === 1);
  await entered();
  return { hub, element, find, avatars: find('avatars') as SlateAvatars, cursors: find('cursors') as SlateCursors };
}

/** Everything in the shadow roots of Slate's elements. */
const inside = (root: Element): HTMLElement[] =>
  [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => [
    ...(shadowRoot?.querySelectorAll<HTMLElement>('*') ?? []),
  ]);

/** What has the focus, in whichever shadow root. */
function focused(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

/** Goes through all tab stops of a page, with Tab. */
async function* tabStops(element: Element): AsyncGenerator<HTMLElement> {
  const seen = new Set<Element>();
  (document.activeElement as HTMLElement | null)?.blur();
  for (;;) {
    await userEvent.keyboard('{Tab}');
    const stop = focused() as HTMLElement | null;
    if (!stop || seen.has(stop) || seen.size > 40) break;
    seen.add(stop);
    if (element.contains((stop.getRootNode() as ShadowRoot).host ?? stop)) yield stop;
  }
}

const name = (one: Element) => `${one.localName}[${one.getAttribute('part') ?? ''}]`;

describe('all elements', () => {
  it('reflow in 320 × 256 CSS pixels, as at 400 %, with the list and the bubble open', async () => {
    await page.viewport(320, 256);
    onTestFinished(() => page.viewport(1000, 700));
    const { avatars, cursors } = await setUp();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
    (await part(avatars, 'overflow')).click();
    await until(() => parts(avatars, 'item').length > 0);
    const within = (box: Element) => {
      const { left, right, top } = box.getBoundingClientRect();
      expect([left >= 0, right <= 320, top >= 0], name(box)).toEqual([true, true, true]);
    };
    within(await part(avatars, 'list'));
    cursors.openChat();
    await until(() => parts(cursors, 'bubble')[0]?.matches(':popover-open'));
    for (const box of ['bubble', 'bar']) within(await part(cursors, box));
  });

  it('lose no text with the spacing that a reader may want', async () => {
    const { element } = await setUp();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}',
    );
    for (const { shadowRoot } of element.querySelectorAll('*')) shadowRoot?.adoptedStyleSheets.push(sheet);
    await drawn();
    const clips = (one: Element) => {
      const { overflowX, overflowY } = getComputedStyle(one);
      const wide = overflowX !== 'visible' && overflowX !== 'auto' && one.scrollWidth > one.clientWidth + 1;
      const high = overflowY !== 'visible' && overflowY !== 'auto' && one.scrollHeight > one.clientHeight + 1;
      return one.clientHeight > 1 && (wide || high); // what only screen readers see is 1 px high
    };
    expect(inside(element).filter(clips).map(name)).toEqual([]);
    for (const face of parts(element.querySelector('slate-avatars') as Element, 'avatar')) {
      const initials = face.firstElementChild?.getBoundingClientRect() as DOMRect;
      const { left, right } = face.getBoundingClientRect();
      expect(initials.left).toBeGreaterThanOrEqual(left);
      expect(initials.right).toBeLessThanOrEqual(right + 1);
    }
  });

  it('are still where motion is to be reduced', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { hub, element, find } = await setUp();
    const moving = () =>
      inside(element).flatMap((one) =>
        ['', '::before', '::after'].flatMap((pseudo) => {
          const { animationName, transitionDuration } = getComputedStyle(one, pseudo || null);
          const moves = animationName !== 'none' || /[1-9]/.test(transitionDuration);
          return moves ? `${name(one)}${pseudo}: ${animationName} ${transitionDuration}` : [];
        }),
      );
    expect(moving()).toEqual([]);
    hub.drop();
    await until(() => find('status').dataset.state === 'reconnecting');
    expect(moving()).toEqual([]);
  });

  it.each([
    ['light', { 'prefers-color-scheme': 'light' }],
    ['dark', { 'prefers-color-scheme': 'dark' }],
    ['forced colours, dark', { 'forced-colors': 'active', 'prefers-color-scheme': 'dark' }],
    ['more contrast', { 'prefers-contrast': 'more' }],
  ])('show the focus at every tab stop, 24 px or larger: %s', async (_, features) => {
    document.documentElement.style.cssText = 'color-scheme:light dark;background:Canvas;color:CanvasText';
    onTestFinished(() => document.documentElement.removeAttribute('style'));
    await emulate(features);
    const { element } = await setUp();
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    const stops: string[] = [];
    for await (const stop of tabStops(element)) {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(stop);
      expect.soft([outlineStyle, Number.parseFloat(outlineWidth) >= 2], name(stop)).toEqual(['solid', true]);
      expect.soft(contrast(outlineColor, ground), name(stop)).toBeGreaterThanOrEqual(3);
      const { width, height } = stop.getBoundingClientRect();
      expect.soft(Math.min(width, height), name(stop)).toBeGreaterThanOrEqual(24);
      stops.push(name(stop));
    }
    // Oneself, the list of news, the level, the copy button, the lines, and the two answers.
    expect(stops.length).toBeGreaterThanOrEqual(7);
  });
});

describe('targets', () => {
  it.each([12, 16, 20, 24, 32])('of avatars of %i px are 24 px, and do not cover each other', async (size) => {
    const { avatars } = await setUp(`size="${size}"`);
    const faces = [...parts(avatars, 'avatar'), ...parts(avatars, 'overflow')];
    for (const [i, face] of faces.entries()) {
      const { left, top, width, height } = face.getBoundingClientRect();
      expect(width).toBe(size);
      const [x, y] = [left + width / 2, top + height / 2];
      const hits = (dx: number, dy: number) =>
        avatars.shadowRoot?.elementFromPoint(x + dx, y + dy)?.closest('.face') === face;
      // A neighbour lies over the edge of larger ones, which are wide enough.
      const reach = size < 28 ? 11 : 9;
      const all = [hits(-reach, 0), hits(reach, 0), hits(0, -11), hits(0, 11)];
      expect(all, `face ${i}`).toEqual([true, true, true, true]);
    }
  });
});

/** How far the painted pixels of a box spread, in both directions: the same for a circle. */
async function spread(box: Element): Promise<[number, number]> {
  const frame = window.frameElement?.getBoundingClientRect();
  const { left, top, width, height } = box.getBoundingClientRect();
  const [x, y] = [Math.floor(left + (frame?.left ?? 0)) - 2, Math.floor(top + (frame?.top ?? 0)) - 2];
  const clip = { x, y, width: Math.ceil(width) + 5, height: Math.ceil(height) + 5, scale: 1 };
  const { data } = await session().send('Page.captureScreenshot', { format: 'png', clip });
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  const sums = [0, 0, 0, 0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    const ink = 255 - (pixels[at] ?? 255); // black on white
    const [px, py] = [(at / 4) % image.width, Math.floor(at / 4 / image.width)];
    [ink, ink * px, ink * py, ink * px * px, ink * py * py].forEach((value, i) => {
      sums[i] = (sums[i] ?? 0) + value;
    });
  }
  const [all = 0, sx = 0, sy = 0, sxx = 0, syy = 0] = sums;
  expect(all).toBeGreaterThan(0);
  return [Math.sqrt(sxx / all - (sx / all) ** 2), Math.sqrt(syy / all - (sy / all) ** 2)];
}

describe('lights', () => {
  it.each([0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.33, 1.5, 1.75, 2, 2.5, 3])(
    'are round at a zoom of %d',
    async (zoom) => {
      const metrics = { width: 0, height: 0, deviceScaleFactor: zoom, mobile: false };
      await session().send('Emulation.setDeviceMetricsOverride', metrics);
      onTestFinished(async () => {
        await session().send('Emulation.setDeviceMetricsOverride', { ...metrics, deviceScaleFactor: 1 });
      });
      expect(devicePixelRatio).toBeCloseTo(zoom, 2);
      document.documentElement.style.cssText = 'background:#fff;color:#000;color-scheme:light';
      onTestFinished(() => document.documentElement.removeAttribute('style'));
      const { hub, enter } = town();
      const inside =
        '<slate-avatars size="35"></slate-avatars><p style="margin:40px"><slate-status></slate-status></p>';
      const { element } = await mountRoom(hub, inside);
      await enter('Bob');
      element.style.cssText = 'display:block;--slate-good:#000;--slate-surface:#fff';
      const [avatars, status] = ['avatars', 'status'].map(
        (tag) => element.querySelector(`slate-${tag}`) as HTMLElement,
      );
      const face = await until(() => avatars && parts(avatars, 'avatar')[1]);
      face.style.cssText += 'background:none;box-shadow:none;color:transparent';
      await until(() => status?.dataset.state === 'connected');
      await entered();
      for (const dot of [face.querySelector('[part=dot]') as Element, await part(status as Element, 'dot')]) {
        // Where a box lies between the pixels decides how many it gets.
        for (const shift of [0, 0.3, 0.6]) {
          element.style.paddingLeft = `${shift}px`;
          const [wide, high] = await spread(dot);
          expect(Math.abs(wide / high - 1), `${dot.localName}, shifted by ${shift}`).toBeLessThan(0.07);
        }
      }
    },
  );
});
