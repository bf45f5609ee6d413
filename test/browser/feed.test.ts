import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import '../../elements/feed/define.js';
import { CONFIGURE_GRACE_MS } from '../../elements/controllers/events-controller.js';
import type { SlateFeed } from '../../elements/feed/define.js';
import { SPEAK_EVERY_MS } from '../../elements/shared/live-region.js';
import {
  closeNatsConnection,
  configure,
  type FileEvent,
  joinRoom,
  publishAssetEvent,
  publishBuildEvent,
  publishFileEvent,
  publishProjectEvent,
} from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import { emulate, expectAccessible, mount, mountRoom, mute, part, parts, stopTimers, text } from './support.js';

const plain = (node: Node | null | undefined) => text(node).replace(/[\u2068\u2069]/g, '');
const sentences = (feed: Element) => parts(feed, 'text').map(plain);
const spoken = (feed: Element) => plain(feed.shadowRoot?.querySelector('.spoken'));

async function setUp(attributes = 'project="p1"', hub = new MemoryHub()) {
  const feed = mount<SlateFeed>(`<slate-feed ${attributes}></slate-feed>`);
  feed.bus = hub.connect();
  await feed.updateComplete;
  const bus = hub.connect();
  const file = (event: Partial<FileEvent> = {}) =>
    publishFileEvent(
      { type: 'created', fileId: 'f1', projectId: 'p1', userId: 'bob', timestamp: Date.now(), ...event },
      { bus },
    );
  const shows = (count: number) => until(() => parts(feed, 'item').length === count, { what: `${count} items` });
  return { hub, feed, bus, file, shows };
}

describe('<slate-feed>', () => {
  it('is accessible when empty, with news and without a connection, in light and in dark', async () => {
    const { feed, file, shows, hub } = await setUp();
    feed.style.setProperty('--slate-feed-height', '60px'); // so that it scrolls
    await expectAccessible(feed);
    for (const fileId of ['f1', 'f2', 'f3']) await file({ fileId });
    await file({ type: 'deleted', fileId: 'f1' });
    await shows(4);
    await Promise.all((feed.shadowRoot?.getAnimations() ?? []).map(({ finished }) => finished)); // their entrance
    await expectAccessible(feed);
    hub.drop();
    await until(() => text(parts(feed, 'error')[0]) !== '');
    await expectAccessible(feed);
  });

  it('marks all news in the text colour in forced colours; a deletion keeps its square mark', async () => {
    const { feed, file, shows } = await setUp();
    await emulate({ 'forced-colors': 'active' });
    for (const type of ['created', 'updated', 'deleted'] as const) await file({ type, fileId: type });
    await shows(3);
    const marks = parts(feed, 'item').map((item) => getComputedStyle(item, '::before'));
    const text = getComputedStyle(await part(feed, 'text')).color;
    expect(marks.map(({ backgroundColor }) => backgroundColor)).toEqual([text, text, text]);
    expect(marks.map(({ borderRadius }) => borderRadius)).toEqual(['1px', '50%', '50%']);
  });

  it('shows what happened in a project, the newest first', async () => {
    const { feed, bus, file, shows } = await setUp();
    expect(text(feed.shadowRoot)).toContain('Nothing new yet.');
    const common = { projectId: 'p1', userId: 'bob', timestamp: Date.now() };
    await file({ data: { path: 'src/main.ts' } });
    await publishAssetEvent({ ...common, type: 'component_added', assetId: 'a1', data: { name: 'Tree' } }, { bus });
    await publishProjectEvent({ ...common, type: 'updated', data: { name: 'Forest' } }, { bus });
    await publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: Date.now() }, { bus });
    await publishBuildEvent({ type: 'completed', projectId: 'p1', timestamp: Date.now() }, { bus });
    await shows(4);
    expect(sentences(feed)).toEqual([
      'The build of p1 is ready.',
      'bob changed the project Forest.',
      'bob changed the asset Tree.',
      'bob created the file src/main.ts.',
    ]);
    expect(parts(feed, 'item').map(({ dataset }) => `${dataset.kind} ${dataset.type}`)).toEqual([
      'build completed',
      'project updated',
      'asset updated',
      'file created',
    ]);
    expect(feed.shadowRoot?.querySelector('[name=empty]')).toBe(null);
  });

  it("shows what others did to a user's projects, and leaves out what the user did", async () => {
    const { feed, bus, shows } = await setUp('user="ada"');
    const event = { type: 'created', projectId: 'p7', timestamp: Date.now() } as const;
    await publishProjectEvent({ ...event, userId: 'ada' }, { bus }); // makes p7 one of ada's projects
    await publishProjectEvent({ ...event, type: 'updated', userId: 'bob' }, { bus });
    await shows(1);
    expect(sentences(feed)).toEqual(['bob changed the project p7.']);
  });

  it('leaves out the actions of self, and of the user in the room around it', async () => {
    const { feed, file, shows } = await setUp('project="p1" self="bob"');
    await file();
    await file({ userId: 'eve' });
    await shows(1);
    expect(sentences(feed)).toEqual(['eve created the file f1.']);

    const hub = new MemoryHub();
    const { element } = await mountRoom(hub, '<slate-feed project="p1"></slate-feed>');
    const inside = element.querySelector('slate-feed') as SlateFeed;
    const bob = await joinRoom(hub.connect(), { project: 'town', user: { id: 'bob', name: 'Bob Builder' } });
    onTestFinished(() => bob.leave());
    const bus = hub.connect();
    const event = { type: 'created', projectId: 'p1', fileId: 'f', timestamp: Date.now() } as const;
    await until(() => element.room?.members.length === 2);
    await until(async () => {
      await publishFileEvent({ ...event, userId: 'alice' }, { bus });
      await publishFileEvent({ ...event, userId: 'bob' }, { bus });
      return parts(inside, 'item').length > 0;
    });
    expect(sentences(inside)).toEqual(['Bob Builder created the file f.']); // as the room calls him
  });

  it('counts repeated actions, and keeps no more than max', async () => {
    const { feed, file, shows } = await setUp('project="p1" max="3"');
    await file({ fileId: 'old' });
    for (let count = 0; count < 4; count++) await file({ type: 'content_changed', fileId: 'busy' });
    await file({ fileId: 'f2' });
    await file({ type: 'content_changed', fileId: 'busy' });
    await until(() => text(parts(feed, 'count')[0]) === '5 times');
    await file({ fileId: 'f3' });
    await shows(3);
    await until(() => sentences(feed)[0]?.includes('f3'));
    expect(sentences(feed)).toEqual([
      'bob created the file f3.',
      'bob changed the file busy.',
      'bob created the file f2.',
    ]);
    expect(feed.news.map(({ count }) => count)).toEqual([1, 5, 1]);
  });

  it('shows how long ago it was, and keeps that up to date; a time in the future is now', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: 1_700_000_000_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { feed, file, shows } = await setUp();
    await file({ timestamp: Date.now() - 3 * 60_000 });
    await file({ fileId: 'f2', timestamp: Date.now() + 60_000 });
    await shows(2);
    const times = () => parts(feed, 'time').map(text);
    expect(times()).toEqual(['just now', '3 minutes ago']);
    vi.advanceTimersByTime(2 * 60_000);
    await feed.updateComplete;
    expect(times()).toEqual(['1 minute ago', '5 minutes ago']);
    expect(parts(feed, 'time')[1]?.getAttribute('datetime')).toBe(new Date(1_700_000_000_000 - 180_000).toISOString());
  });

  it('speaks politely: one sentence for what comes together, and no other for 5 s', async () => {
    stopTimers();
    const { feed, file } = await setUp();
    const items = (count: number) => vi.waitFor(() => expect(parts(feed, 'item')).toHaveLength(count));
    for (const fileId of ['f1', 'f2', 'f3']) await file({ fileId });
    await items(3);
    expect(spoken(feed)).toBe('');
    vi.advanceTimersByTime(500);
    await feed.updateComplete;
    expect(spoken(feed)).toBe('bob created the file f3. And 2 more.');
    await file({ fileId: 'f4' });
    await items(4);
    vi.advanceTimersByTime(SPEAK_EVERY_MS - 600);
    await feed.updateComplete;
    expect(spoken(feed)).toContain('f3');
    vi.advanceTimersByTime(600);
    await feed.updateComplete;
    expect(spoken(feed)).toBe('bob created the file f4.');
    expect(feed.shadowRoot?.querySelector('.spoken')?.getAttribute('role')).toBe('status');
    feed.announce = false;
    await file({ fileId: 'f5' });
    await items(5);
    vi.advanceTimersByTime(SPEAK_EVERY_MS);
    await feed.updateComplete;
    expect(spoken(feed)).toContain('f4');
  });

  it('uses the words of the page, which may leave news out', async () => {
    const { feed, file, shows } = await setUp();
    feed.format = ({ kind, event }) => (event.type === 'deleted' ? undefined : `${kind}: ${event.type}`);
    await file();
    await file({ type: 'deleted' });
    await shows(1);
    expect(sentences(feed)).toEqual(['file: created']);
    feed.clear();
    await shows(0);
  });

  it('begins anew with another project', async () => {
    const { feed, file, shows } = await setUp();
    await file();
    await shows(1);
    feed.project = 'p2';
    await shows(0);
    await file({ projectId: 'p2', fileId: 'f9' });
    await shows(1);
    expect(sentences(feed)).toEqual(['bob created the file f9.']);
  });

  it('is a tab stop when it scrolls, and only then', async () => {
    const { feed, file, shows } = await setUp();
    await file();
    await shows(1);
    const list = await part(feed, 'list');
    expect(list.tabIndex).toBe(-1);
    for (let count = 2; count <= 30; count++) await file({ fileId: `f${count}` });
    await shows(30);
    await feed.updateComplete;
    expect(list.scrollHeight).toBeGreaterThan(list.clientHeight);
    expect(list.tabIndex).toBe(0);
  });

  it('shows hostile names as text, and isolates their writing direction', async () => {
    const { feed, file, shows } = await setUp();
    await file({ userId: '<img src=x onerror=alert(1)>', data: { name: '\u202eevil' } });
    await shows(1);
    expect(feed.shadowRoot?.querySelector('img')).toBe(null);
    expect(sentences(feed)[0]).toContain('<img src=x');
  });

  it('mirrors in a right-to-left page, is still with reduced motion, keeps its marks in forced colours', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce', 'forced-colors': 'active' });
    const { feed, file, shows } = await setUp();
    await file();
    await shows(1);
    const text = () => feed.shadowRoot?.querySelector('bdi')?.getBoundingClientRect();
    const edge = feed.getBoundingClientRect();
    const left = async (name: string) => (await part(feed, name)).getBoundingClientRect().left;
    expect(text()?.left).toBeLessThan(edge.left + 30);
    expect(await left('time')).toBeGreaterThan(edge.left + edge.width / 2);
    feed.dir = 'rtl';
    expect(text()?.right).toBeGreaterThan(edge.right - 30);
    expect(await left('time')).toBeLessThan(edge.left + edge.width / 2);
    const item = await part(feed, 'item');
    expect(getComputedStyle(item).transitionDuration).toBe('0s');
    expect(getComputedStyle(item, '::before').backgroundColor).not.toBe(getComputedStyle(item).backgroundColor);
  });

  it('says after a while that there is no connection, and receives events once there is one', async () => {
    stopTimers();
    const warn = mute();
    const feed = mount<SlateFeed>('<slate-feed project="late"></slate-feed>');
    await feed.updateComplete;
    expect(text(parts(feed, 'error')[0])).toBe(''); // a connection may still come
    vi.advanceTimersByTime(CONFIGURE_GRACE_MS);
    await vi.waitFor(() => {
      vi.advanceTimersByTime(CONFIGURE_GRACE_MS / 10);
      expect(text(parts(feed, 'error')[0])).toBe('this page is not set up correctly');
    });
    expect(String(warn.mock.calls)).toContain('call configure(');
    vi.useRealTimers();
    configure({ servers: inject('natsWsUrl'), warn: false });
    onTestFinished(() => closeNatsConnection());
    await until(async () => {
      await publishFileEvent({
        type: 'created',
        projectId: 'late',
        fileId: 'f',
        userId: 'bob',
        timestamp: Date.now(),
      });
      return parts(feed, 'item').length > 0;
    });
    expect(text(parts(feed, 'error')[0])).toBe('');
  });
});
