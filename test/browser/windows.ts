/**
 * Windows for tests with several users: same-origin frames, each with its own copy of the elements. They meet on the
 * real server of the browser tests, because an in-process bus belongs to one window.
 */
import { inject, onTestFinished } from 'vitest';
import type { SlateAvatars, SlateCursors, SlateRoom } from '../../elements/index.js';
import { connect, joinRoom, type Room } from '../../src/index.js';
import { until } from '../support/wait.js';

export interface Viewer {
  readonly window: Window;
  readonly document: Document;
  readonly element: SlateRoom;
  readonly room: () => Room;
  readonly cursors: SlateCursors;
  readonly avatars: SlateAvatars;
}

/** A project for this test alone, and `enter` for users who join its room without a window. */
export function village() {
  const project = `village-${crypto.randomUUID()}`;
  const enter = async (name: string): Promise<Room> => {
    const bus = await connect({ servers: inject('natsWsUrl') });
    const room = await joinRoom(bus, { project, user: { id: name.toLowerCase(), name } });
    onTestFinished(async () => {
      await room.leave();
      await bus.close();
    });
    return room;
  };
  return { project, enter };
}

/** Opens a window of `width` × `height` CSS pixels in which this user has joined the room; `inside` is its page. */
export async function openWindow(
  project: string,
  name: string,
  inside: string,
  { width = 400, height = 300, attributes = '', cursors = '' } = {},
): Promise<Viewer> {
  const frame = document.createElement('iframe');
  frame.style.cssText = `width:${width}px;height:${height}px;border:0`;
  const id = name.toLowerCase();
  const elements = new URL('../../elements/index.ts', import.meta.url).href;
  frame.srcdoc = `<!doctype html><html lang="en"><style>body{margin:0}</style><title>${name}</title>
    <script>globalThis.__vitest_browser_runner__ = parent.__vitest_browser_runner__; // wraps every import()</script>
    <script type="module">import ${JSON.stringify(elements)}; window.ready = true;</script>
    <slate-room server="${inject('natsWsUrl')}" project="${project}" user-id="${id}" user-name="${name}" ${attributes}>
      <slate-avatars></slate-avatars>${inside}<slate-cursors ${cursors}></slate-cursors></slate-room></html>`;
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  const view = await until(
    () => {
      const content = frame.contentWindow as (Window & { ready?: boolean }) | null;
      return content?.ready ? content : undefined;
    },
    { what: `the window of ${name}`, deadlineMs: 15_000 },
  );
  const inner = view.document;
  const find = <T extends Element>(tag: string) => inner.querySelector(tag) as unknown as T;
  const element = find<SlateRoom>('slate-room');
  const room = () => element.room as Room;
  await until(() => element.room, { what: `the room of ${name}`, deadlineMs: 15_000 });
  await find<SlateCursors>('slate-cursors').updateComplete;
  onTestFinished(() => element.room?.leave());
  return {
    window: view,
    document: inner,
    element,
    room,
    cursors: find<SlateCursors>('slate-cursors'),
    avatars: find<SlateAvatars>('slate-avatars'),
  };
}

/** A page that is long enough to scroll, with an anchor every 100 px. */
export const LONG_PAGE = `<main>${Array.from(
  { length: 40 },
  (_, i) => `<p data-slate-anchor="p${i}" style="height:100px;margin:0">Paragraph ${i}</p>`,
).join('')}</main>`;

/** Scrolls a window as its user would. */
export function scrollByHand({ window: view, document: inner }: Viewer, top: number): void {
  inner.body.dispatchEvent(new WheelEvent('wheel', { bubbles: true, deltaY: top }));
  view.scrollTo({ top, behavior: 'instant' });
}

/** The paragraph in the middle of a window. */
export function inTheMiddle({ window: view, document: inner }: Viewer): string {
  const y = view.innerHeight / 2;
  const found = [...inner.querySelectorAll('[data-slate-anchor]')].find((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return top <= y && bottom > y;
  });
  return found?.getAttribute('data-slate-anchor') ?? '';
}
