/**
 * What the tests of the elements share: users on an in-process bus, markup on the page, axe, media emulation, timers.
 */
import axe, { type RunOptions } from 'axe-core';
import { expect, onTestFinished, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import '../../elements/index.js';
import type { SlateRoom } from '../../elements/index.js';
import { joinRoom, type Room, type RoomOptions } from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';

/** A server in process for this test, and `enter` for users who join a room on it without any element. */
export function town() {
  const hub = new MemoryHub();
  const project = 'town';
  const enter = async (name: string, options: Partial<RoomOptions> = {}): Promise<Room> => {
    const room = await joinRoom(hub.connect(), { project, user: { id: name.toLowerCase(), name }, ...options });
    onTestFinished(() => room.leave());
    return room;
  };
  return { hub, project, enter };
}

/** Puts markup on the page until the test is over. Returns its first element. */
export function mount<T extends HTMLElement = HTMLElement>(markup: string, into: ParentNode = document.body): T {
  const frame = document.createElement('div');
  frame.innerHTML = markup;
  into.append(frame);
  onTestFinished(() => frame.remove());
  return frame.firstElementChild as T;
}

/** Mounts a `<slate-room>` of Alice on the given hub, with `inside` in it, and waits until it has joined. */
export async function mountRoom(
  hub: MemoryHub,
  inside = '',
  attributes = 'user-id="alice" user-name="Alice"',
  into?: ParentNode,
) {
  const element = mount<SlateRoom>(`<slate-room project="town" ${attributes}>${inside}</slate-room>`, into);
  element.bus = hub.connect();
  const room = await joined(element);
  // Until the code that draws has loaded.
  for (const cursors of element.querySelectorAll('slate-cursors')) await cursors.updateComplete;
  return { element, room };
}

export function joined(element: SlateRoom): Promise<Room> {
  return until(() => element.room, { what: 'the room of <slate-room>' });
}

/** All elements with this part name in the shadow root of `host`. */
export function parts(host: Element, name: string): HTMLElement[] {
  return [...(host.shadowRoot?.querySelectorAll<HTMLElement>(`[part~="${name}"]`) ?? [])];
}

/** Waits for the first element with this part name. */
export function part(host: Element, name: string): Promise<HTMLElement> {
  return until(() => parts(host, name)[0], { what: `part ${name}` });
}

/** Those of the shadow roots inside too, which `getAnimations` of the document leaves out. */
function animationsIn(root: Document | ShadowRoot): Animation[] {
  const inside = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
    shadowRoot ? animationsIn(shadowRoot) : [],
  );
  return [...root.getAnimations(), ...inside];
}

/** Waits until all short animations have ended: a half transparent element would not have enough contrast. */
export async function entered(): Promise<void> {
  const isShort = ({ effect }: Animation) => Number(effect?.getComputedTiming().endTime) < 1000;
  for (;;) {
    await drawn();
    const short = animationsIn(document).filter(isShort);
    if (short.length === 0) return;
    await Promise.allSettled(short.map(({ finished }) => finished));
  }
}

async function judge(element: Element, options: RunOptions) {
  await entered();
  const { violations, passes } = await axe.run(element, { rules: { region: { enabled: false } }, ...options });
  return [violations, passes] as const;
}

/** Expects that axe finds no violation, in light and in dark. */
export async function expectAccessible(element: Element, options: RunOptions = {}): Promise<void> {
  document.documentElement.lang = 'en';
  // Where nothing paints the page, axe takes it for white, also in the dark.
  document.documentElement.style.cssText = 'color-scheme:light dark;background:Canvas';
  onTestFinished(() => document.documentElement.removeAttribute('style'));
  for (const scheme of ['light', 'dark']) {
    await emulate({ 'prefers-color-scheme': scheme });
    let [violations, passes] = await judge(element, options);
    // An avatar may have made its entrance meanwhile: a real violation is still there the second time.
    if (violations.length > 0) [violations, passes] = await judge(element, options);
    expect(
      violations.map(
        ({ id, nodes }) =>
          `${scheme}: ${id} ${nodes.map(({ html, any }) => html + JSON.stringify(any[0]?.data)).join(' ')}`,
      ),
    ).toEqual([]);
    expect(passes.length).toBeGreaterThan(0);
  }
}

/** Emulates media features, and perhaps a medium such as `print`, until the test is over. */
export async function emulate(features: Record<string, string>, media = ''): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
  const list = Object.entries(features).map(([name, value]) => ({ name, value }));
  await session.send('Emulation.setEmulatedMedia', { media, features: list });
  onTestFinished(async () => {
    await session.send('Emulation.setEmulatedMedia', { media: '', features: [] });
  });
}

/** Dispatches a pointer event as a mouse makes it, at a point of the window. */
export function point(type: string, x: number, y: number, target: EventTarget, init: PointerEventInit = {}): void {
  const common = { bubbles: true, composed: true, isPrimary: true, pointerType: 'mouse', clientX: x, clientY: y };
  target.dispatchEvent(new PointerEvent(type, { ...common, ...init }));
}

/** Silences and records the warnings on the console until the test is over. */
export function mute() {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  onTestFinished(() => warn.mockRestore());
  return warn;
}

/** The text in an element or shadow root, with every white space as one space. */
export function text(node: Node | null | undefined): string {
  return (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** Waits for two animation frames: everything that was scheduled to be drawn has been drawn. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}

/** Waits until the tasks that are queued already have run, such as the departure of rooms that were removed. */
export function queuedTasks(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}

/** Stops the timers and `performance.now` until the test is over, or until `vi.useRealTimers()`. */
export function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** Red, green, blue (0 to 255) of a CSS colour, as the browser paints it. */
export function rgb(color: string): [number, number, number] {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

/** The contrast of two colours, 1 to 21. Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(rgb(one)), luminance(rgb(other))].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Of red, green and blue from 0 to 255. */
export function luminance(color: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = color.map((part) =>
    part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
