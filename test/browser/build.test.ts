import { describe, expect, inject, it } from 'vitest';
import '../../elements/build/define.js';
import type { SlateBuild } from '../../elements/build/define.js';
import type { SlateErrorEvent } from '../../elements/index.js';
import {
  type BuildEvent,
  closeNatsConnection,
  configure,
  InvalidIdError,
  natsStats,
  OptionError,
  publishBuildEvent,
} from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import { emulate, expectAccessible, mount, mountRoom, mute, part, parts, text } from './support.js';

const AT = 1_700_000_000_000;
const bar = (element: Element) => element.shadowRoot?.querySelector('[role=progressbar]');
const spoken = (element: Element) => text(element.shadowRoot?.querySelector('.spoken'));

/** An element on a bus in process, and `tell`, which publishes a build event and waits for the state that follows. */
async function setUp(hub = new MemoryHub()) {
  const element = mount<SlateBuild>('<slate-build project="p1"></slate-build>');
  element.bus = hub.connect();
  await element.updateComplete;
  const bus = hub.connect();
  let at = AT;
  const tell = async (event: Partial<BuildEvent>, state: string = event.type ?? '') => {
    at += 1000;
    await publishBuildEvent({ projectId: 'p1', timestamp: at, ...event } as BuildEvent, { bus });
    await until(() => element.dataset.state === state, { what: `the state ${state}` });
    await element.updateComplete;
  };
  return { hub, element, bus, tell };
}

const progress = (percent: number, message?: string) =>
  ({ type: 'progress', data: { percent, ...(message && { message }) } }) as const;

describe('<slate-build>', () => {
  it('is accessible in every state, in light and in dark', async () => {
    const { element, tell, hub } = await setUp();
    await expectAccessible(element);
    await tell({ type: 'started' });
    await expectAccessible(element);
    await tell(progress(40, 'Compiling'));
    await expectAccessible(element);
    await tell({ type: 'completed' });
    await expectAccessible(element);
    await tell({ type: 'started' });
    await tell({ type: 'failed', data: { error: 'Out of memory' } });
    await expectAccessible(element);
    hub.drop();
    await until(async () => text(await part(element, 'error')) !== '');
    await expectAccessible(element);
  });

  it('goes from idle through started and progress to completed', async () => {
    const { element, tell } = await setUp();
    expect(element.dataset.state).toBe('idle');
    expect(bar(element)?.getAttribute('aria-valuenow')).toBe(null);
    await tell({ type: 'started' });
    expect(bar(element)?.getAttribute('aria-valuenow')).toBe(null); // the progress is not known
    expect(spoken(element)).toBe('Build started');
    await tell(progress(42, 'Compiling'));
    expect(bar(element)?.getAttribute('aria-valuenow')).toBe('42');
    expect(bar(element)?.getAttribute('aria-valuetext')).toBe('Building, 42%');
    expect(text(await part(element, 'message'))).toBe('Compiling');
    expect(spoken(element)).toBe(''); // the progress bar has the figures
    const track = (await part(element, 'track')).getBoundingClientRect();
    await until(
      async () => Math.abs((await part(element, 'bar')).getBoundingClientRect().width / track.width - 0.42) < 0.01,
    );
    await tell({ type: 'completed' });
    expect(spoken(element)).toBe('Build completed, 2 s');
    expect(bar(element)?.getAttribute('aria-valuenow')).toBe('100');
    expect(element.build).toMatchObject({ state: 'completed', percent: 100 });
  });

  it('shows why a build failed', async () => {
    const { element, tell } = await setUp();
    await tell(progress(70));
    await tell({ type: 'failed', data: { error: 'Out of memory' } });
    expect(text(await part(element, 'message'))).toBe('Out of memory');
    expect(spoken(element)).toBe('Build failed, Out of memory');
    expect(bar(element)?.getAttribute('aria-valuenow')).toBe('70');
  });

  it('follows one build at a time, and ignores late events of one that has ended', async () => {
    const { element, tell } = await setUp();
    await tell({ type: 'started', buildId: 'b1' });
    await tell({ ...progress(80), buildId: 'b0' }, 'started');
    await tell({ type: 'completed', buildId: 'b1' });
    await tell({ ...progress(90), buildId: 'b1' }, 'completed');
    await tell({ type: 'failed', buildId: 'b1', timestamp: 1 }, 'failed'); // from a machine whose clock is behind
    await tell({ type: 'started', buildId: 'b2' });
    await tell({ type: 'failed', buildId: 'b1' }, 'started');
    expect(element.build.buildId).toBe('b2');
    await tell({ ...progress(10), buildId: 'b2' });
  });

  it('begins anew with another project, and receives no more events of the first', async () => {
    const { element, tell, bus } = await setUp();
    await tell(progress(50));
    element.project = 'p2';
    await element.updateComplete;
    expect(element.dataset.state).toBe('idle');
    await tell(progress(60), 'idle');
    await publishBuildEvent({ type: 'completed', projectId: 'p2', timestamp: AT }, { bus });
    await until(() => element.dataset.state === 'completed');
  });

  it('receives events only while it is on the page', async () => {
    const { element, tell, bus } = await setUp();
    const frame = element.parentElement;
    element.remove();
    await publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: AT }, { bus });
    await bus.flush();
    expect(element.dataset.state).toBe('idle');
    frame?.append(element);
    await element.updateComplete;
    await tell({ type: 'started' });
  });

  it('mirrors in a right-to-left page, and is still with reduced motion', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    const { element, tell } = await setUp();
    await tell({ type: 'started' });
    expect(getComputedStyle(await part(element, 'bar')).animationName).toBe('none');
    await tell(progress(50));
    const gap = async (side: 'left' | 'right') =>
      Math.abs(
        (await part(element, 'bar')).getBoundingClientRect()[side] -
          (await part(element, 'track')).getBoundingClientRect()[side],
      );
    await until(async () => (await gap('left')) < 1 && (await gap('right')) > 1);
    element.dir = 'rtl';
    await until(async () => (await gap('right')) < 1 && (await gap('left')) > 1);
  });

  it('keeps its bar in forced colours', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { element, tell } = await setUp();
    await tell(progress(50));
    const shown = getComputedStyle(await part(element, 'bar')).backgroundColor;
    expect(shown).not.toBe(getComputedStyle(await part(element, 'track')).backgroundColor);
  });
});

describe('the connection of an element of events', () => {
  it('is that of the room around it, also when the room gets another one', async () => {
    const hub = new MemoryHub();
    const { element: room } = await mountRoom(hub, '<slate-build project="p1"></slate-build>');
    const element = room.querySelector('slate-build') as SlateBuild;
    const bus = hub.connect();
    const told = async () => {
      await publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: AT }, { bus });
      return element.dataset.state === 'started';
    };
    await until(told);
    const other = new MemoryHub();
    room.bus = other.connect();
    await until(() => room.room);
    const there = other.connect();
    await until(async () => {
      await publishBuildEvent({ type: 'completed', projectId: 'p1', timestamp: AT + 1 }, { bus: there });
      return element.dataset.state === 'completed';
    });
  });

  it('is the default one elsewhere; configure() may be called later, and a closed one opened anew', async () => {
    const element = mount<SlateBuild>('<slate-build project="later"></slate-build>');
    await element.updateComplete;
    configure({ servers: inject('natsWsUrl'), warn: false });
    await until(async () => natsStats()?.subscriptions === 4);
    const told = (type: 'started' | 'completed') =>
      until(async () => {
        await publishBuildEvent({ type, projectId: 'later', timestamp: AT });
        return element.dataset.state === type;
      });
    await told('started');
    await closeNatsConnection();
    configure({ servers: inject('natsWsUrl'), warn: false });
    await told('completed');
    element.remove();
    expect(natsStats()?.subscriptions).toBe(0);
    await closeNatsConnection();
  });

  it('is followed when the default one is opened anew on the same bus', async () => {
    configure({ bus: new MemoryHub().connect(), warn: false });
    const element = mount<SlateBuild>('<slate-build project="same"></slate-build>');
    await element.updateComplete;
    expect(natsStats()?.subscriptions).toBe(4);
    await closeNatsConnection();
    await publishBuildEvent({ type: 'started', projectId: 'other', timestamp: AT });
    await element.updateComplete;
    expect(natsStats()?.subscriptions).toBe(4);
    element.remove();
    await closeNatsConnection();
  });

  it('is that of its own server, when it names one', async () => {
    const element = mount<SlateBuild>(`<slate-build project="own" server="${inject('natsWsUrl')}"></slate-build>`);
    configure({ servers: inject('natsWsUrl'), warn: false });
    await until(async () => {
      await publishBuildEvent({ type: 'started', projectId: 'own', timestamp: AT });
      return element.dataset.state === 'started';
    });
    await closeNatsConnection();
  });

  it('shows and fires errors, and throws nothing', async () => {
    const warn = mute();
    const errors: Error[] = [];
    const listen = (event: Event) => void errors.push((event as SlateErrorEvent).error);
    document.addEventListener('slate-error', listen);
    const bad = mount<SlateBuild>('<slate-build project="p1" server="http://nowhere.invalid"></slate-build>');
    await until(() => errors.length === 1);
    expect(errors[0]).toBeInstanceOf(OptionError);
    expect(text(await part(bad, 'error'))).toBe('this page is not set up correctly');
    expect(String(warn.mock.calls)).toContain('http://nowhere.invalid');

    const long = mount<SlateBuild>('<slate-build></slate-build>');
    long.bus = new MemoryHub().connect();
    long.project = 'x'.repeat(500);
    await until(() => errors.length === 2);
    expect(errors[1]).toBeInstanceOf(InvalidIdError);
    long.project = 'p1';
    await until(() => text(parts(long, 'error')[0]) === '');

    const forbidden = new MemoryHub({ permits: (operation) => operation !== 'subscribe' });
    const denied = mount<SlateBuild>('<slate-build project="p1"></slate-build>');
    denied.bus = forbidden.connect();
    await until(() => text(parts(denied, 'error')[0]) === 'not permitted');
    document.removeEventListener('slate-error', listen);
  });

  it('is shown as lost, and no more once it is restored', async () => {
    const { hub, element } = await setUp();
    hub.drop();
    await until(() => text(parts(element, 'error')[0]).includes('Reconnecting'));
    hub.restore();
    await until(() => text(parts(element, 'error')[0]) === '');
  });
});
