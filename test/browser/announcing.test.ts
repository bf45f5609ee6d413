/** What screen readers are told is the listener's choice, and else that of the page: all, counts only, or nothing. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import '../../elements/build/define.js';
import '../../elements/feed/define.js';
import '../../elements/log/define.js';
import type { SlateRoom } from '../../elements/index.js';
import { SPEAK_EVERY_MS } from '../../elements/shared/live-region.js';
import { type Announcing, setView } from '../../elements/shared/view-settings.js';
import { publishBuildEvent, publishFileEvent, publishRuntimeEvent, type Room } from '../../src/index.js';
import { mount, parts, stopTimers, text, town } from './support.js';

/** The code of the viewer is loaded late. */
const DEADLINE = { timeout: 10_000 };

const SPEAKERS = ['avatars', 'status', 'feed', 'build', 'log', 'cursors'] as const;

beforeEach(() => {
  setView({ announcing: undefined });
  onTestFinished(() => setView({ announcing: undefined }));
});

/** Every element that speaks, in a room of Alice, where the page says `announce`; the timers are stopped. */
async function setUp(announce: string) {
  stopTimers();
  const { hub, enter } = town();
  const attributes = {
    avatars: '',
    status: '',
    feed: 'project="p"',
    build: 'project="p"',
    log: 'session="s"',
    cursors: 'chat',
  };
  const inside = SPEAKERS.map((name) => `<slate-${name} ${attributes[name]} ${announce}></slate-${name}>`).join('');
  const element = mount<SlateRoom>(
    `<slate-room project="town" user-id="alice" user-name="Alice">${inside}</slate-room>`,
  );
  element.bus = hub.connect();
  const find = (name: string) => element.querySelector(`slate-${name}`) as HTMLElement;
  const room = await vi.waitFor(() => {
    expect(find('cursors').shadowRoot?.querySelector('[role=log]')).toBeTruthy();
    expect(find('status').dataset.state).toBe('connected');
    return element.room as Room;
  }, DEADLINE);
  vi.advanceTimersByTime(SPEAK_EVERY_MS);
  const bus = hub.connect();
  /** What the elements say: the text of their live regions, by element. */
  const says = (name: string) =>
    [...(find(name).shadowRoot?.querySelectorAll('[role=status],[role=log]:not([aria-live=off])') ?? [])]
      .map(text)
      .filter(Boolean)
      .join(' | ')
      .replace(/[\u2068\u2069\u00a0]/g, '');
  return { hub, enter, element, room, bus, find, says };
}

type Page = Awaited<ReturnType<typeof setUp>>;

/** Something happens in every element, and everyone has heard of it. */
async function happen({ enter, bus, room, find, hub }: Page): Promise<void> {
  const bob = await enter('Bob');
  await enter('Carol');
  await vi.waitFor(() => expect(room.members).toHaveLength(3));
  const common = { userId: 'bob', projectId: 'p', timestamp: Date.now() };
  await publishFileEvent({ ...common, type: 'created', fileId: 'f' }, { bus });
  await publishBuildEvent({ ...common, type: 'failed', buildId: 'b', data: { error: 'No memory' } }, { bus });
  await publishRuntimeEvent({ ...common, type: 'error', sessionId: 's', data: { error: 'It broke' } }, { bus });
  bob.awareness.setLocalStateField('chat', { text: 'hello' });
  bob.awareness.setLocalStateField('slate', { follow: room.client });
  await vi.waitFor(() => {
    expect(
      ['item', 'line', 'bar'].map((name, at) => parts(find(['feed', 'log', 'cursors'][at] ?? ''), name).length),
    ).toEqual([2, 1, 1]);
    expect(find('build').dataset.state).toBe('failed');
    expect(room.awareness.getStates().get(bob.client)?.chat).toBeTruthy();
  }, DEADLINE);
  vi.advanceTimersByTime(SPEAK_EVERY_MS);
  hub.drop();
  await vi.waitFor(() => expect(find('status').dataset.state).toBe('reconnecting'));
}

const SAID: Record<Announcing, Record<(typeof SPEAKERS)[number], string | RegExp>> = {
  all: {
    avatars: 'Bob and Carol joined.',
    status: 'Reconnecting',
    feed: /^The build of p failed\. And 1 more\. \| Reconnecting/,
    build: /^Build failed, No memory \| Reconnecting/,
    log: /^Error: It broke \| Reconnecting/,
    cursors: 'Bob follows you | Bob: hello',
  },
  counts: {
    avatars: '2 people joined.',
    status: 'Reconnecting',
    feed: /^2 new entries \| Reconnecting/,
    build: /^Build failed \| Reconnecting/,
    log: /^1 error \| Reconnecting/,
    cursors: '1 person follows you | 1 saying',
  },
  none: { avatars: '', status: '', feed: '', build: '', log: '', cursors: '' },
};

describe('announcements', () => {
  it.each([
    ['all', 'everything, where neither the page nor the listener has chosen', '', undefined],
    ['counts', 'numbers, where the page has chosen that', 'announce="counts"', undefined],
    ['none', 'nothing, where the page has chosen that', 'announce="off"', undefined],
    ['all', 'everything, where the listener wants it and the page does not', 'announce="off"', 'all'],
    ['counts', 'numbers, where the listener wants them', '', 'counts'],
    ['none', 'nothing, where the listener wants nothing', 'announce="counts"', 'none'],
  ] as const)('tell %s: %s', async (level, _, attribute, choice) => {
    setView({ announcing: choice });
    const page = await setUp(attribute);
    await happen(page);
    const said = Object.fromEntries(SPEAKERS.map((name) => [name, page.says(name)]));
    for (const name of SPEAKERS) {
      const expected = SAID[level][name];
      if (typeof expected === 'string') expect.soft(said[name], name).toBe(expected);
      else expect.soft(said[name], name).toMatch(expected);
    }
  });

  it('change at once with the choice, which holds on the next page', async () => {
    const { find } = await setUp('');
    const role = () => find('status').shadowRoot?.querySelector('[part=text]')?.parentElement?.role;
    expect(role()).toBe('status');
    setView({ announcing: 'none' });
    await vi.waitFor(() => expect(role()).toBe(null));
    expect(JSON.parse(localStorage.getItem('slate-view') ?? '{}')).toMatchObject({ announcing: 'none' });
    setView({ announcing: 'counts' });
    await vi.waitFor(() => expect(role()).toBe('status'));
  });
});
