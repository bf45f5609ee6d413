import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SlateStatus } from '../../elements/index.js';
import { PASSING_ERROR_MS } from '../../elements/status/slate-status.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import { emulate, expectAccessible, mount, mountRoom, part, parts, stopTimers, text } from './support.js';

async function setUp(inside = '<slate-status></slate-status>', hub = new MemoryHub()) {
  const { element, room } = await mountRoom(hub, inside);
  const status = element.querySelector('slate-status') as SlateStatus;
  await until(() => status.dataset.state === 'connected');
  return { hub, element, room, status };
}

const words = (status: Element) => text(status.shadowRoot?.querySelector('[role=status]'));

describe('<slate-status>', () => {
  it('is accessible in every state, in light and in dark', async () => {
    const { hub, element, status } = await setUp();
    await expectAccessible(status);
    hub.drop();
    await until(() => status.dataset.state === 'reconnecting');
    await expectAccessible(status);
    hub.restore();
    await element.bus?.close();
    await until(() => status.dataset.state === 'closed');
    await expectAccessible(status);
  });

  it('shows the state in words, in data-state and in a polite live region', async () => {
    const { hub, element, status } = await setUp();
    expect(words(status)).toBe('Connected');
    hub.drop();
    await until(() => status.dataset.state === 'reconnecting');
    expect(words(status)).toContain('Reconnecting');
    hub.restore();
    await until(() => status.dataset.state === 'connected');
    expect(words(status)).toBe('Connected');
    await element.bus?.close();
    await until(() => status.dataset.state === 'closed');
    expect(words(status)).toContain('Not connected');
    expect(status.shadowRoot?.querySelectorAll('[role=status]')).toHaveLength(1);
  });

  it('says "connecting" until the room is joined', async () => {
    const hub = new MemoryHub();
    hub.drop();
    const element = mount<HTMLElementTagNameMap['slate-room']>(
      '<slate-room project="town"><slate-status></slate-status></slate-room>',
    );
    element.bus = hub.connect();
    const status = element.querySelector('slate-status') as SlateStatus;
    await until(() => status.dataset.state === 'connecting');
    expect(words(status)).toBe('Connecting');
    hub.restore();
    await until(() => status.dataset.state === 'connected');
  });

  it('shows the reason when the server forbids something', async () => {
    const permits = (operation: string, subject: string) => !(operation === 'publish' && subject.includes('cursors'));
    const { status, room, hub } = await setUp('<slate-status></slate-status>', new MemoryHub({ permits }));
    const { joinRoom } = await import('../../src/index.js');
    const bob = await joinRoom(hub.connect(), { project: 'town', user: { id: 'bob' } });
    onTestFinished(() => bob.leave());
    await until(() => room.members.length === 2);
    room.pointer.move({ x: 0, y: 0, anchor: '' });
    await until(() => parts(status, 'reason').length === 1);
    expect(words(status)).toBe('Connected: not permitted');
  });

  it('shows the error of a refused message for a while only', async () => {
    const { hub, status } = await setUp();
    stopTimers();
    hub.connect().publish('slate.collab.presence.town', new Uint8Array([1, 2, 3, 255]));
    await vi.waitFor(() => expect(words(status)).toBe('Connected: a message was refused'));
    vi.advanceTimersByTime(PASSING_ERROR_MS);
    await status.updateComplete;
    expect(words(status)).toBe('Connected');
  });

  it('shows the content of its slots in place of its words', async () => {
    const { hub, status } = await setUp(
      '<slate-status><b slot="connected">Ready</b><b slot="reconnecting">Hold on</b></slate-status>',
    );
    const shown = () =>
      status.shadowRoot
        ?.querySelector('slot')
        ?.assignedNodes()
        .map((node) => node.textContent)
        .join('');
    expect(shown()).toBe('Ready');
    hub.drop();
    await until(() => status.dataset.state === 'reconnecting' && shown() === 'Hold on');
  });

  it('accepts a room by .room, and shows its errors', async () => {
    const { room, hub } = await setUp();
    const status = mount<SlateStatus>('<slate-status></slate-status>');
    status.room = room;
    await until(() => status.dataset.state === 'connected');
    hub.connect().publish('slate.collab.presence.town', new Uint8Array([1, 2, 3, 255]));
    await until(() => words(status).includes('refused'));
    hub.drop();
    await until(() => status.dataset.state === 'reconnecting');
    hub.restore();
    await until(() => words(status) === 'Connected');
  });

  it('shows nothing without a room', async () => {
    const status = mount<SlateStatus>('<slate-status></slate-status>');
    await status.updateComplete;
    expect(status.dataset.state).toBe(undefined);
    expect(status.shadowRoot?.textContent?.trim()).toBe('');
  });

  it('keeps its state when it is moved within its room', async () => {
    const { status, element } = await setUp();
    const frame = document.createElement('p');
    element.append(frame);
    frame.append(status);
    await status.updateComplete;
    expect(words(status)).toBe('Connected');
  });

  it('mirrors in a right-to-left page, and is still with reduced motion', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { hub, status } = await setUp();
    const left = async (name: string) => (await part(status, name)).getBoundingClientRect().left;
    expect(await left('dot')).toBeLessThan(await left('text'));
    status.dir = 'rtl';
    expect(await left('dot')).toBeGreaterThan(await left('text'));
    hub.drop();
    await until(() => status.dataset.state === 'reconnecting');
    expect(getComputedStyle(await part(status, 'dot')).animationName).toBe('none');
  });

  it('keeps its light visible in forced colours', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { status } = await setUp();
    expect(getComputedStyle(await part(status, 'dot')).backgroundColor).not.toBe(
      getComputedStyle(status).backgroundColor,
    );
  });
});
