/** The viewer of the page: made when a room needs it, one for all rooms, and disposed after the last of them. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SlateCursors } from '../../elements/index.js';
import { pageViewer } from '../../elements/viewer/load.js';
import { until } from '../support/wait.js';
import { drawn, mount, mountRoom, part, parts, town } from './support.js';

beforeEach(async () => {
  await until(() => !pageViewer.current, { what: 'the viewer of the test before to be disposed' });
  pageViewer.times = { goneMs: 200, answeredMs: 400, sayingMs: 60_000, riseMs: 60_000 };
  onTestFinished(() => {
    pageViewer.times = undefined;
  });
});

/** Alice's room on a bus of its own, with Bob in it. */
async function setUp(attributes = '') {
  const { hub, enter } = town();
  const inside = `<slate-cursors ${attributes}><p style="height:100px">here</p></slate-cursors>`;
  const { element, room } = await mountRoom(hub, inside);
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const bob = await enter('Bob');
  await until(() => room.members.length === 2);
  return { element, room, cursors, bob };
}

/** The listeners on the window and the timers that code of elements/viewer has made, and not yet removed. */
function watchResources(): () => string[] {
  const live = new Map<unknown, string>();
  /** Whether the caller of the function that asks is a file of elements/viewer. */
  const isViewer = () => new Error().stack?.split('\n')[3]?.includes('/elements/viewer/');
  const { addEventListener: add, removeEventListener: remove, setTimeout: set, clearTimeout: clear } = window;
  window.addEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ) => {
    if (isViewer()) {
      const key = `${type} ${live.size}`;
      live.set(listener, key);
      const { signal } = typeof options === 'object' ? options : {};
      if (signal) signal.addEventListener('abort', () => live.delete(listener));
    }
    add.call(window, type, listener, options);
  };
  window.removeEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ) => {
    live.delete(listener);
    remove.call(window, type, listener, options);
  };
  const timed = (handler: TimerHandler, ms?: number): number => {
    if (typeof handler !== 'function' || !isViewer()) return set(handler, ms);
    const id: number = set(() => {
      live.delete(id);
      handler();
    }, ms);
    live.set(id, `timer of ${ms} ms`);
    return id;
  };
  window.setTimeout = Object.assign(timed, set);
  window.clearTimeout = (id) => {
    live.delete(id);
    clear(id);
  };
  onTestFinished(() => {
    Object.assign(window, { setTimeout: set, clearTimeout: clear });
    Object.assign(window, { addEventListener: add, removeEventListener: remove });
  });
  return () => [...live.values()];
}

describe('the viewer of the page', () => {
  it('is not made while nobody needs it', async () => {
    const { cursors } = await setUp();
    expect(pageViewer.current).toBe(undefined);
    expect(cursors.following).toBe(null);
    await cursors.unfollow();
    expect(pageViewer.current).toBe(undefined);
  });

  it('is one for two rooms, and outlasts the first that leaves', async () => {
    const one = await setUp();
    const two = await setUp();
    expect(await one.cursors.follow('bob')).toBe(true);
    const viewer = pageViewer.current;
    expect(viewer).toBeDefined();
    expect(await two.cursors.follow('bob')).toBe(true); // one person follows one other
    expect(pageViewer.current).toBe(viewer);
    expect(one.room.awareness.getLocalState()?.slate).toBe(undefined);
    one.element.remove();
    await drawn();
    expect(pageViewer.current).toBe(viewer);
    expect(two.cursors.following).toBe('bob');
    two.element.remove();
    await until(() => !pageViewer.current, { what: 'the viewer to be disposed' });
    expect(two.cursors.following).toBe(null);
  });

  it('leaves no listener, timer or element when the last room has left, and is made anew', async () => {
    const resources = watchResources();
    const { element, cursors, room, bob } = await setUp('chat reactions');
    await until(() => parts(cursors, 'bubble')[0]);
    const viewer = pageViewer.current;
    bob.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    await part(cursors, 'cursor');
    bob.awareness.setLocalStateField('chat', { text: 'hello' });
    bob.awareness.setLocalStateField('reaction', { emoji: '👍', number: 5 });
    await part(cursors, 'chat');
    cursors.say('hello');
    cursors.react('🎉');
    await cursors.gather();
    cursors.openChat();
    await cursors.openMenu(mount('<button>View</button>'));
    await cursors.follow('bob');
    await part(cursors, 'bar');
    expect(resources()).toEqual(
      expect.arrayContaining([expect.stringMatching('keydown'), expect.stringMatching('timer')]),
    );

    element.remove();
    await until(() => !pageViewer.current, { what: 'the viewer to be disposed' });
    expect(resources()).toEqual([]);
    const left = ['bar', 'frame', 'menu', 'bubble', 'chat', 'reaction'].filter((name) => parts(cursors, name).length);
    expect(left).toEqual([]);
    expect(cursors.shadowRoot?.querySelectorAll('[role=log],[role=status]').length).toBe(0);
    expect(room.status).toBe('closed');

    document.body.append(element);
    onTestFinished(() => element.remove());
    await until(() => parts(cursors, 'bubble')[0], { what: 'talking to be enabled again' });
    expect(pageViewer.current).toBeDefined();
    expect(pageViewer.current).not.toBe(viewer);
    await until(() => element.room?.members.length === 2);
    expect(await cursors.follow('bob')).toBe(true);
  });

  it('F3: keeps an answer while the file changes, and for its time only', async () => {
    const { element, cursors, bob } = await setUp();
    let number = 1;
    const ask = () => bob.awareness.setLocalStateField('slate', { gather: number++ });
    ask();
    const [, no] = (await part(cursors, 'bar')).querySelectorAll('button');
    const viewer = pageViewer.current;
    no?.click();
    element.file = 'b.txt';
    const room = await until(() => (element.room?.file === 'b.txt' ? element.room : undefined));
    await until(() => room.awareness.getStates().get(bob.client)?.slate);
    expect(pageViewer.current).toBe(viewer);
    await drawn();
    expect(parts(cursors, 'bar')).toHaveLength(0);
    await until(() => {
      ask();
      return parts(cursors, 'bar')[0];
    });
  });
});
