/** What the tests of the card, the list and touch share: Alice before a page on which others point. */
import { onTestFinished } from 'vitest';
import { cdp } from 'vitest/browser';
import type { SlateAvatars, SlateCursors } from '../../elements/index.js';
import { setReserve } from '../../elements/shared/reserve.js';
import { setView } from '../../elements/shared/view-settings.js';
import { pageViewer } from '../../elements/viewer/load.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { entered, mountRoom, parts, town } from './support.js';

export const centre = { x: 0.5, y: 0.5, anchor: '' };

/** Takes back everything that one has chosen: it lasts for the page, and in its storage. */
export function forgetChoices(): void {
  setView({
    hideAll: false,
    hideNames: false,
    onlyFollowed: false,
    fadeNear: false,
    followed: [],
    muted: [],
    announcing: undefined,
    chatKey: undefined,
    barKey: undefined,
  });
  setReserve({ pointer: false, activity: false });
  localStorage.removeItem('slate-view');
}

export interface Page {
  /** Attributes of `<slate-cursors>`; undefined: the page has none. */
  readonly cursors?: string | undefined;
  /** Attributes of `<slate-avatars>`. */
  readonly avatars?: string;
  readonly names?: readonly string[];
}

/** Alice has a window; the others point in it. */
export async function watching({ cursors: given = '', avatars: mine = '', names = ['Bob', 'Carol'] }: Page = {}) {
  forgetChoices();
  onTestFinished(forgetChoices);
  await until(() => !pageViewer.current, { what: 'the viewer of the test before to be disposed' });
  pageViewer.times = { goneMs: 200 };
  onTestFinished(() => {
    pageViewer.times = undefined;
  });
  const { hub, enter } = town();
  const surface = `<slate-cursors ${given}><p id="text" style="height:300px;margin:0">here</p></slate-cursors>`;
  const { element, room } = await mountRoom(
    hub,
    `<slate-avatars ${mine}></slate-avatars>${given === 'none' ? '' : surface}`,
  );
  const people: Room[] = [];
  for (const name of names) people.push(await enter(name));
  await until(() => room.members.length === names.length + 1, { what: 'everyone' });
  const avatars = element.querySelector('slate-avatars') as SlateAvatars;
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  await avatars.updateComplete;
  await entered(); // the faces are where they stay
  const face = (id: string) => parts(avatars, 'avatar').find(({ dataset }) => dataset.user === id) as HTMLElement;
  return { hub, enter, element, room, avatars, cursors, people, face };
}

/** What the browser does with the fingers that are on the page. */
export async function touch(type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number, y?: number): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
  // The tests are in a frame of the window.
  const { left = 0, top = 0 } = window.frameElement?.getBoundingClientRect() ?? {};
  const touchPoints = x === undefined || y === undefined ? [] : [{ x: left + x, y: top + y }];
  await session.send('Input.dispatchTouchEvent', { type, touchPoints });
}

/** Makes the window that of a device for fingers, until the test is over. */
export async function emulateTouch(): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
  onTestFinished(async () => {
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  });
}

/** Puts a finger on the middle of an element and lifts it. */
export async function tap(element: Element): Promise<void> {
  const { left, top, width, height } = element.getBoundingClientRect();
  await touch('touchStart', left + width / 2, top + height / 2);
  await touch('touchEnd');
}
