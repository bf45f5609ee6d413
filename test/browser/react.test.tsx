/** The hooks in a real React, on a real server. Past 300 lines: one harness, and a test for each way to mount. */
import { QueryClient } from '@tanstack/react-query';
import { act, type ReactNode, StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import {
  type BuildEvent,
  CacheKeys,
  type CacheOptions,
  cacheRules,
  closeNatsConnection,
  configure,
  connect,
  defaultBus,
  InvalidIdError,
  invalidateCache,
  isNatsConnected,
  natsStats,
  OptionError,
  publish,
  publishAssetEvent,
  publishBuildEvent,
  publishCollaborationEvent,
  publishEditorEvent,
  publishFileEvent,
  publishProjectEvent,
  publishRuntimeEvent,
} from '../../src/index.js';
import {
  connectQueryClient,
  type Messaging,
  useAssetEvents,
  useBuildEvents,
  useCollaborationEvents,
  useEditorEvents,
  useFileEvents,
  useMessaging,
  useProjectEvents,
  useQueryInvalidation,
  useRuntimeEvents,
} from '../../src/react/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';

const timestamp = 1_700_000_000_000;
const servers = inject('natsWsUrl');
/** A project for this test alone: other tests use the same server. */
let p = '';

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  p = crypto.randomUUID();
  configure({ servers, warn: false });
});
afterEach(() => closeNatsConnection());

/** Renders into the page, in StrictMode, until the test is over. */
async function show(node: ReactNode) {
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  const render = (next: ReactNode) => act(async () => root.render(<StrictMode>{next}</StrictMode>));
  const unmount = () => act(async () => root.unmount());
  onTestFinished(async () => {
    await unmount();
    place.remove();
  });
  await render(node);
  return { place, render, unmount };
}

/** Waits until the server knows every subscription made so far. */
async function ready(): Promise<void> {
  await until(isNatsConnected, { what: 'the connection' });
  await defaultBus().flush();
}

const build = (percent: number): BuildEvent => ({ type: 'progress', projectId: p, timestamp, data: { percent } });

describe('the hooks', () => {
  it('receive each kind of event, over a real server', async () => {
    const received: string[] = [];
    const note = (kind: string) => (event: { type: string }) => void received.push(`${kind} ${event.type}`);
    function All() {
      useProjectEvents('ada', note('project'), { projects: [p] });
      useFileEvents(p, note('file'));
      useAssetEvents(p, note('asset'));
      useRuntimeEvents(p, note('runtime'));
      useBuildEvents(p, note('build'));
      useEditorEvents(p, note('editor'));
      useCollaborationEvents(p, note('collaboration'));
      return null;
    }
    await show(<All />);
    await ready();
    const common = { projectId: p, userId: 'bob', timestamp };
    await publishProjectEvent({ ...common, type: 'updated' });
    await publishFileEvent({ ...common, type: 'created', fileId: 'f1' });
    await publishAssetEvent({ ...common, type: 'created', assetId: 'a1' });
    await publishRuntimeEvent({ type: 'log', sessionId: p, projectId: p, timestamp, data: { message: 'hello' } });
    await publishBuildEvent(build(5));
    await publishEditorEvent({ type: 'opened', fileId: p, userId: 'bob', timestamp });
    await publishCollaborationEvent({ ...common, type: 'joined' });
    // As a program does that knows the bus document alone.
    const cursor = { type: 'cursor', fileId: p, userId: 'bob', timestamp, data: { position: 5 } };
    await publish('slate.editor.cursors.batch', [cursor]);
    await publish('slate.file.updated.f9', { ...common, type: 'updated', fileId: 'f9' });
    await until(() => received.length >= 9);
    await defaultBus().flush();
    expect(received.sort()).toEqual([
      'asset created',
      'build progress',
      'collaboration joined',
      'editor cursor',
      'editor opened',
      'file created',
      'file updated',
      'project updated',
      'runtime log',
    ]);
  });

  it('call the callback of the latest render, without subscribing anew', async () => {
    const received: string[] = [];
    let bump: (to: number) => void = () => undefined;
    function Fickle() {
      const [round, setRound] = useState(0);
      bump = setRound;
      useBuildEvents(p, () => void received.push(`round ${round}`));
      return null;
    }
    await show(<Fickle />);
    await ready();
    const subscribe = vi.spyOn(defaultBus(), 'subscribe');
    for (let round = 1; round <= 50; round++) await act(async () => bump(round));
    await publishBuildEvent(build(1));
    await until(() => received.length > 0);
    expect(received).toEqual(['round 50']);
    expect(subscribe).not.toHaveBeenCalled();
  });

  it('share: a hundred components cost the subscriptions of one, and the last to unmount ends them', async () => {
    const received: number[] = [];
    function One({ number }: { number: number }) {
      useBuildEvents(p, () => void received.push(number));
      return null;
    }
    const many = (count: number) =>
      [...Array(count).keys()].map((number) => <One key={`no-${number}`} number={number} />);
    const { render } = await show(many(100));
    await ready();
    expect(natsStats()?.subscriptions).toBe(4); // started, progress, completed, failed
    await publishBuildEvent(build(1));
    await until(() => received.length >= 100);
    expect(new Set(received).size).toBe(100);
    await render(many(1));
    expect(natsStats()?.subscriptions).toBe(4);
    await render(null);
    expect(natsStats()?.subscriptions).toBe(0);
  });

  it('leave no subscription and receive nothing when unmounted during the first connection', async () => {
    const received: unknown[] = [];
    function One() {
      const { subscribe } = useMessaging();
      useBuildEvents(p, (event) => void received.push(event));
      useEffect(() => {
        void subscribe(`own.${p}`, (data) => void received.push(data));
      }, [subscribe]);
      return null;
    }
    const { unmount } = await show(<One />);
    expect(isNatsConnected()).toBe(false);
    await unmount();
    await ready();
    await until(() => natsStats()?.subscriptions === 0); // that of `subscribe` ends when its promise is settled
    await publishBuildEvent(build(1));
    await publish(`own.${p}`, 1);
    await defaultBus().flush();
    expect(received).toEqual([]);
  });

  it('follow an id, and subscribe to nothing while it is not known', async () => {
    const received: string[] = [];
    function One({ project }: { project: string | undefined }) {
      useBuildEvents(project, ({ projectId }) => void received.push(projectId));
      return null;
    }
    const { render } = await show(<One project={undefined} />);
    expect(natsStats()?.subscriptions ?? 0).toBe(0);
    await render(<One project="other" />);
    await render(<One project={p} />);
    await ready();
    expect(natsStats()?.subscriptions).toBe(4);
    await publishBuildEvent({ ...build(1), projectId: 'other' } as BuildEvent);
    await publishBuildEvent(build(1));
    await until(() => received.length > 0);
    expect(received).toEqual([p]);
  });

  it('subscribe again when the default connection was closed and is opened anew', async () => {
    const received: unknown[] = [];
    function One() {
      useBuildEvents(p, (event) => void received.push(event));
      return null;
    }
    await show(<One />);
    await ready();
    await closeNatsConnection();
    configure({ servers, warn: false });
    defaultBus();
    await ready();
    await publishBuildEvent(build(1));
    await until(() => received.length === 1);
  });

  it('subscribe again on a bus handed in, and see its status, when the default connection is opened anew', async () => {
    await closeNatsConnection();
    configure({ bus: new MemoryHub().connect(), warn: false });
    const received: unknown[] = [];
    function One() {
      const { connected } = useMessaging();
      useBuildEvents(p, (event) => void received.push(event));
      return <output>{String(connected)}</output>;
    }
    const { place } = await show(<One />);
    expect(place.textContent).toBe('true');
    await act(() => closeNatsConnection());
    expect(place.textContent).toBe('false');
    await act(async () => void defaultBus());
    expect(place.textContent).toBe('true');
    await publishBuildEvent(build(1));
    await until(() => received.length === 1);
  });

  it('report why they cannot subscribe, and leave the page as it is', async () => {
    await closeNatsConnection();
    const errors: Error[] = [];
    const onError = (error: Error) => void errors.push(error);
    function One() {
      useBuildEvents('', () => undefined, { onError });
      return <p>here</p>;
    }
    const { place } = await show(<One />);
    expect(errors[0]).toBeInstanceOf(InvalidIdError);
    expect(place.textContent).toBe('here');

    const reported: Error[] = [];
    const listen = (event: ErrorEvent) => {
      reported.push(event.error);
      event.preventDefault();
    };
    window.addEventListener('error', listen, { capture: true });
    onTestFinished(() => window.removeEventListener('error', listen, { capture: true }));
    function Silent() {
      useEditorEvents({}, () => undefined);
      return <p>here too</p>;
    }
    const other = await show(<Silent />);
    expect(reported[0]).toBeInstanceOf(OptionError);
    expect(other.place.textContent).toBe('here too');
  });

  it('use a bus of their own', async () => {
    const bus = new MemoryHub().connect();
    const received: unknown[] = [];
    function One() {
      useBuildEvents(p, (event) => void received.push(event), { bus });
      return null;
    }
    await show(<One />);
    await publishBuildEvent(build(1), { bus });
    await until(() => received.length === 1);
    expect(natsStats()).toBe(undefined); // nothing used the default one
  });
});

describe('useMessaging', () => {
  it('publishes, requests and subscribes; its functions stay the same, its status follows the connection', async () => {
    const seen: Messaging[] = [];
    function One() {
      const messaging = useMessaging();
      seen.push(messaging);
      return <output>{String(messaging.connected)}</output>;
    }
    const { place, unmount } = await show(<One />);
    expect(place.textContent).toBe('false');
    const { publish, subscribe, request } = seen[0] as Messaging;
    const received: unknown[] = [];
    await act(async () => {
      await subscribe(`slate.custom.${p}`, (data) => void received.push(data));
      await publish(`slate.custom.${p}`, { data: 'value' });
    });
    await until(() => received.length === 1);
    expect(received).toEqual([{ data: 'value' }]);
    await until(() => place.textContent === 'true');
    await expect(request(`nobody.${p}`, {}, 2000)).rejects.toThrow('nobody');
    expect(new Set(seen.map((each) => each.publish)).size).toBe(1);
    expect(seen.at(-1)?.subscribe).toBe(seen.at(-2)?.subscribe);
    await unmount();
    expect(natsStats()?.subscriptions).toBe(0);
    // A component that awaits something first subscribes when it is gone.
    await subscribe(`slate.custom.${p}`, () => expect.unreachable('the component is gone'));
    expect(natsStats()?.subscriptions).toBe(0);
  });
});

describe('TanStack Query', () => {
  const common = () => ({ projectId: p, userId: 'bob', timestamp });

  it('invalidates the queries that the events of another client put out of date', async () => {
    const client = new QueryClient();
    const stale = (key: readonly string[]) => client.getQueryState(key)?.isInvalidated ?? false;
    for (const key of [CacheKeys.project(p), CacheKeys.file('f1'), CacheKeys.file('f2'), ['dashboard']])
      client.setQueryData(key, 'cached');
    function One() {
      useQueryInvalidation(client, {
        projects: [p],
        rules: { build: (event) => [...cacheRules.build(event), ['dashboard']] },
      });
      return null;
    }
    const { unmount } = await show(<One />);
    await ready();
    const bus = await connect({ servers });
    onTestFinished(() => bus.close());
    await publishFileEvent({ ...common(), type: 'updated', fileId: 'f1' }, { bus });
    await until(() => stale(CacheKeys.file('f1')));
    expect(stale(CacheKeys.file('f2'))).toBe(false);
    await publishBuildEvent({ type: 'completed', projectId: p, timestamp }, { bus });
    await until(() => stale(['dashboard']));
    expect(stale(CacheKeys.project(p))).toBe(false);
    await publishProjectEvent({ ...common(), type: 'updated' }, { bus });
    await until(() => stale(CacheKeys.project(p)));
    await unmount();
    expect(natsStats()?.subscriptions).toBe(0);
    invalidateCache(CacheKeys.file('f2'));
    await Promise.resolve();
    expect(stale(CacheKeys.file('f2'))).toBe(false);
  });

  it('invalidates a key once, however many components connect the client', async () => {
    const invalidateQueries = vi.fn();
    const client = { invalidateQueries };
    function One() {
      useQueryInvalidation(client, { projects: [p] });
      return null;
    }
    await show([1, 2, 3].map((key) => <One key={key} />));
    await ready();
    await publishFileEvent({ ...common(), type: 'created', fileId: 'f1' });
    await until(() => invalidateQueries.mock.calls.length >= 2);
    await defaultBus().flush();
    expect(invalidateQueries.mock.calls).toEqual([
      [{ queryKey: CacheKeys.files(p) }],
      [{ queryKey: CacheKeys.file('f1') }],
    ]);
  });

  it('uses the rules of the latest render', async () => {
    const invalidateQueries = vi.fn();
    const client = { invalidateQueries };
    function One({ word }: { word: string }) {
      useQueryInvalidation(client, { projects: [p], rules: { file: () => [[word]] } });
      return null;
    }
    const { render } = await show(<One word="before" />);
    await render(<One word="after" />);
    await ready();
    await publishFileEvent({ ...common(), type: 'created', fileId: 'f1' });
    await until(() => invalidateQueries.mock.calls.length > 0);
    expect(invalidateQueries.mock.calls).toEqual([[{ queryKey: ['after'] }]]);
  });

  it('treats a rule that is undefined as one that was left out', async () => {
    const invalidateQueries = vi.fn();
    const client = { invalidateQueries };
    const rules: CacheOptions['rules'] = {};
    Object.assign(rules, { build: undefined }); // JavaScript can do what the types forbid
    function One() {
      useQueryInvalidation(client, { projects: [p], rules });
      return null;
    }
    await show(<One />);
    await ready();
    await publishBuildEvent({ type: 'completed', projectId: p, timestamp });
    await until(() => invalidateQueries.mock.calls.length > 0);
    expect(invalidateQueries.mock.calls).toEqual([[{ queryKey: CacheKeys.builds(p) }]]);
  });

  it('invalidates everything after a lost connection, because it missed what happened meanwhile', async () => {
    const hub = new MemoryHub();
    const bus = hub.connect();
    const invalidateQueries = vi.fn();
    const client = { invalidateQueries };
    const unsubscribes = [p, `${p}-2`].map((project) => connectQueryClient(client, { bus, projects: [project] }));
    hub.drop();
    expect(invalidateQueries).not.toHaveBeenCalled();
    hub.restore();
    await until(() => invalidateQueries.mock.calls.length > 0);
    await bus.flush();
    expect(invalidateQueries.mock.calls).toContainEqual([{ queryKey: CacheKeys.files() }]);
    const keys = invalidateQueries.mock.calls.map((call) => JSON.stringify(call));
    expect(new Set(keys).size).toBe(keys.length); // once each, though the client was connected twice
    for (const unsubscribe of unsubscribes) unsubscribe();
    invalidateQueries.mockClear();
    hub.drop();
    hub.restore();
    await bus.flush();
    expect(invalidateQueries).not.toHaveBeenCalled();
  });
});
