/**
 * Windows for tests with several viewers: same-origin frames, each with its own copy of the elements. They meet on the
 * real server of the browser tests, because an in-process bus belongs to one window.
 */
import { inject, onTestFinished } from 'vitest';
import type { SlateAvatars, SlateCursors, SlateRoom } from '../../elements/index.js';
import type { PageViewer } from '../../elements/viewer/load.js';
import type { ViewerTimes } from '../../elements/viewer/times.js';
import { connect, joinRoom, type Room } from '../../src/index.js';
import { until } from '../support/wait.js';

export interface Viewer {
  readonly window: Window;
  readonly document: Document;
  readonly element: SlateRoom;
  readonly room: () => Room;
  readonly pageViewer: PageViewer;
  readonly cursors: SlateCursors;
  readonly avatars: SlateAvatars;
}

/** A project for one test, and people in it without a window. */
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

/** A window that holds no test's page now. Loading the elements takes long, so windows are used again within a file. */
const free: HTMLIFrameElement[] = [];

type Inner = Window & { ready?: boolean; pageViewer?: PageViewer };

/** An empty window in which the elements are loaded. */
async function emptyWindow(): Promise<HTMLIFrameElement> {
  const frame = free.pop();
  if (frame) return frame;
  const made = document.createElement('iframe');
  const elements = new URL('../../elements/index.ts', import.meta.url).href;
  const load = new URL('../../elements/viewer/load.ts', import.meta.url).href;
  made.srcdoc = `<!doctype html><html lang="en"><style>body{margin:0}</style>
    <script>globalThis.__vitest_browser_runner__ = parent.__vitest_browser_runner__; // wraps every import()</script>
    <script type="module">import '${elements}'; import { pageViewer } from '${load}';
      Object.assign(window, { pageViewer, ready: true });</script></html>`;
  document.body.append(made);
  await until(() => (made.contentWindow as Inner | null)?.ready, { what: 'an empty window', deadlineMs: 15_000 });
  return made;
}

/**
 * A window of `width` × `height` with a room of this person, in which `inside` is the page. The page is removed when
 * the test is over.
 */
export async function openWindow(
  project: string,
  name: string,
  inside: string,
  {
    width = 400,
    height = 300,
    attributes = '',
    cursors = '',
    times = {},
  }: { width?: number; height?: number; attributes?: string; cursors?: string; times?: Partial<ViewerTimes> } = {},
): Promise<Viewer> {
  const frame = await emptyWindow();
  frame.style.cssText = `width:${width}px;height:${height}px;border:0`;
  const view = frame.contentWindow as Inner;
  const pageViewer = view.pageViewer as PageViewer;
  pageViewer.times = times;
  const inner = view.document;
  inner.title = name;
  view.scrollTo(0, 0);
  const id = name.toLowerCase();
  inner.body.innerHTML = `<slate-room server="${inject('natsWsUrl')}" project="${project}" user-id="${id}"
    user-name="${name}" ${attributes}><slate-avatars></slate-avatars>${inside}
    <slate-cursors ${cursors}></slate-cursors></slate-room>`;
  onTestFinished(async () => {
    await element.room?.leave();
    inner.body.replaceChildren();
    pageViewer.current?.dispose(); // it may still remember an answer, or wait for someone who has gone
    free.push(frame);
  });
  const find = <T extends Element>(tag: string) => inner.querySelector(tag) as unknown as T;
  const element = find<SlateRoom>('slate-room');
  const room = () => element.room as Room;
  await until(() => element.room, { what: `the room of ${name}`, deadlineMs: 15_000 });
  await find<SlateCursors>('slate-cursors').updateComplete;
  return {
    window: view,
    document: inner,
    element,
    room,
    pageViewer,
    cursors: find<SlateCursors>('slate-cursors'),
    avatars: find<SlateAvatars>('slate-avatars'),
  };
}

/** A page that is long enough to scroll, with an anchor every 100 px. */
export const LONG_PAGE = `<main>${Array.from({ length: 40 }, (_, i) => `<p data-slate-anchor="p${i}" style="height:100px;margin:0">Paragraph ${i}</p>`).join('')}</main>`;

/** Scrolls a window as its person would. */
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
