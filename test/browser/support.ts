/** What the tests of the elements share: people on an in-process bus, markup on the page, axe, and media emulation. */
import axe, { type RunOptions } from 'axe-core';
import { expect, onTestFinished, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import '../../elements/index.js';
import type { SlateRoom } from '../../elements/index.js';
import { joinRoom, type Room, type RoomOptions } from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';

/** A server in process for this test, and people who join it without any element. */
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

/** Puts markup on the page until the test is over, and gives its first element. */
export function mount<T extends HTMLElement = HTMLElement>(markup: string, into: ParentNode = document.body): T {
  const frame = document.createElement('div');
  frame.innerHTML = markup;
  into.append(frame);
  onTestFinished(() => frame.remove());
  return frame.firstElementChild as T;
}

/** A `<slate-room>` of Alice on the given hub, joined, with `inside` in it. */
export async function mountRoom(
  hub: MemoryHub,
  inside = '',
  attributes = 'user-id="alice" user-name="Alice"',
  into?: ParentNode,
) {
  const element = mount<SlateRoom>(`<slate-room project="town" ${attributes}>${inside}</slate-room>`, into);
  element.bus = hub.connect();
  const room = await joined(element);
  for (const cursors of element.querySelectorAll('slate-cursors')) await cursors.updateComplete; // what draws is there
  return { element, room };
}

export function joined(element: SlateRoom): Promise<Room> {
  return until(() => element.room, { what: 'the room of <slate-room>' });
}

/** All elements with this part in the shadow root of `host`. */
export function parts(host: Element, name: string): HTMLElement[] {
  return [...(host.shadowRoot?.querySelectorAll<HTMLElement>(`[part~="${name}"]`) ?? [])];
}

/** The one element with this part; waits for it. */
export function part(host: Element, name: string): Promise<HTMLElement> {
  return until(() => parts(host, name)[0], { what: `part ${name}` });
}

/** What is making its entrance, or is about to, has made it: half transparent, nothing has enough contrast. */
async function entered(): Promise<void> {
  const isShort = ({ effect }: Animation) => Number(effect?.getComputedTiming().endTime) < 1000;
  for (;;) {
    await drawn();
    const short = document.getAnimations().filter(isShort);
    if (short.length === 0) return;
    await Promise.allSettled(short.map(({ finished }) => finished));
  }
}

async function judge(element: Element, options: RunOptions) {
  await entered();
  const { violations, passes } = await axe.run(element, { rules: { region: { enabled: false } }, ...options });
  return [violations, passes] as const;
}

/** No violation by axe; in light and in dark. */
export async function expectAccessible(element: Element, options: RunOptions = {}): Promise<void> {
  document.documentElement.lang = 'en';
  // Where nothing paints the page, axe takes it for white, in the dark too.
  document.documentElement.style.cssText = 'color-scheme:light dark;background:Canvas';
  onTestFinished(() => document.documentElement.removeAttribute('style'));
  for (const scheme of ['light', 'dark']) {
    await emulate({ 'prefers-color-scheme': scheme });
    let [violations, passes] = await judge(element, options);
    // Someone may have made an entrance meanwhile: what is wrong at rest is wrong the second time, too.
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

/** Emulates media features until the test is over. */
export async function emulate(features: Record<string, string>): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
  const list = Object.entries(features).map(([name, value]) => ({ name, value }));
  await session.send('Emulation.setEmulatedMedia', { features: list });
  onTestFinished(async () => {
    await session.send('Emulation.setEmulatedMedia', { features: [] });
  });
}

/** A pointer event at a point of the window, as a mouse makes it, on what lies there. */
export function point(type: string, x: number, y: number, target: EventTarget, init: PointerEventInit = {}): void {
  const common = { bubbles: true, composed: true, isPrimary: true, pointerType: 'mouse', clientX: x, clientY: y };
  target.dispatchEvent(new PointerEvent(type, { ...common, ...init }));
}

/** Silences the console's warnings until the test is over, and records them. */
export function mute() {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  onTestFinished(() => warn.mockRestore());
  return warn;
}

/** The text in an element or shadow root, white space made plain. */
export function text(node: Node | null | undefined): string {
  return (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** Two animation frames: what was asked to be drawn has been drawn. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
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

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(rgb(one)), luminance(rgb(other))].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = color.map((part) =>
    part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
