/**
 * Which listeners receive which events: changes by others, programs that publish no copies, ids that collide, and what
 * a feed remembers. Past 300 lines: one set of publishers and listeners, and a test for each case.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemoryBus } from '../../../src/bus/memory/memory-bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import type { SlateError } from '../../../src/errors.js';
import {
  type AssetEvent,
  type EditorScope,
  type FileEvent,
  joinRoom,
  NatsSubjects,
  onAssetEvents,
  onBuildEvents,
  onCollaborationEvents,
  onEditorEvents,
  onFileEvents,
  onProjectEvents,
  onRuntimeEvents,
  type ProjectEvent,
  publishEditorEvent,
  publishFileEvent,
  publishProjectEvent,
  publishRuntimeEvent,
  respond,
} from '../../../src/index.js';
import { untyped } from '../../support/untyped.js';
import { turns } from '../../support/virtual-clock.js';

let hub: MemoryHub;
/** The bus of the listener. */
let bus: MemoryBus;
/** The bus of another page or another program. */
let other: MemoryBus;
let errors: SlateError[];
let subscribed: string[];
let timestamp = 1_700_000_000_000;

/** `wildcards`: whether the server allows a subscription to everyone's events. */
function start({ wildcards }: { wildcards: boolean }): void {
  hub = new MemoryHub({ permits: (_, subject) => wildcards || !subject.endsWith('.*') });
  bus = hub.connect();
  other = hub.connect();
  errors = [];
  subscribed = [];
  bus.on('error', (error) => errors.push(error));
  const subscribe = bus.subscribe.bind(bus);
  bus.subscribe = (subject, ...rest) => {
    subscribed.push(subject);
    const subscription = subscribe(subject, ...rest);
    void subscription.closed.then(() => subscribed.splice(subscribed.indexOf(subject), 1));
    return subscription;
  };
}

beforeEach(() => start({ wildcards: true }));
afterEach(() => bus.close());

/** Publishes as a program that knows only the bus document: to one subject, without an id. */
async function publishForeign(subject: string, event: object): Promise<void> {
  other.publish(subject, event);
  await turns();
}

describe('projects', () => {
  const event = (type: ProjectEvent['type'], projectId: string, userId: string): ProjectEvent => ({
    type,
    projectId,
    userId,
    timestamp: timestamp++,
  });
  const listen = (userId: string | undefined, options: { projects?: string[] } = {}) => {
    const received: string[] = [];
    const unsubscribe = onProjectEvents(
      userId,
      ({ type, projectId, userId: by }) => received.push(`${type} ${projectId} ${by}`),
      {
        bus,
        ...options,
      },
    );
    return { received, unsubscribe };
  };
  const publish = async (of: ProjectEvent, notify?: string[]) => {
    await publishProjectEvent(of, { bus: other, ...(notify && { notify }) });
    await turns();
  };

  it('a user receives every event of a project that was created for that user, once, whoever causes it', async () => {
    const { received } = listen('ada');
    await publish(event('created', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'bob'));
    await publish(event('deleted', 'p1', 'bob'));
    expect(received).toEqual(['created p1 ada', 'updated p1 ada', 'updated p1 bob', 'deleted p1 bob']);
  });

  it('a user receives others’ changes to projects that are named, or that the user changed or was told of', async () => {
    const { received } = listen('ada', { projects: ['named'] });
    await publish(event('updated', 'named', 'bob'));
    await publish(event('updated', 'unknown', 'bob'));
    await publish(event('updated', 'shared', 'bob'), ['ada', 'carol']);
    await publish(event('updated', 'shared', 'bob'));
    await publish(event('updated', 'own', 'ada'));
    await publish(event('updated', 'own', 'bob'));
    await publish(event('created', 'gift', 'bob'), ['ada']);
    await publish(event('deleted', 'gift', 'bob'));
    expect(received).toEqual([
      'updated named bob',
      'updated shared bob',
      'updated shared bob',
      'updated own ada',
      'updated own bob',
      'created gift bob',
      'deleted gift bob',
    ]);
  });

  it('events of a program that publishes as the bus document says are received in the same way', async () => {
    const { received } = listen('ada');
    await publishForeign('slate.project.created.ada', event('created', 'p1', 'ada'));
    await publishForeign('slate.project.updated.p1', event('updated', 'p1', 'bob'));
    await publishForeign('slate.project.deleted.p1', event('deleted', 'p1', 'bob'));
    expect(received).toEqual(['created p1 ada', 'updated p1 bob', 'deleted p1 bob']);
  });

  it('without ids, the same text on another subject is a copy, and on the same subject a second event', async () => {
    const { received } = listen('ada', { projects: ['p1'] });
    const same = event('updated', 'p1', 'ada');
    await publishForeign('slate.project.updated.p1', same);
    await publishForeign('slate.project.updated.ada', same);
    await publishForeign('slate.project.updated.p1', same);
    expect(received).toEqual(['updated p1 ada', 'updated p1 ada']);
  });

  it('events of another program with the same id are no copies of each other', async () => {
    const { received } = listen('ada', { projects: ['p1'] });
    await publishForeign('slate.project.updated.p1', { ...event('updated', 'p1', 'bob'), id: 'p1' });
    await publishForeign('slate.project.updated.p1', { ...event('updated', 'p1', 'bob'), id: 'p1' });
    expect(received).toHaveLength(2);
  });

  it('a deleted project is forgotten, and may be created again', async () => {
    start({ wildcards: false });
    const { received } = listen('ada');
    await publish(event('created', 'p1', 'ada'));
    expect(subscribed).toContain('slate.project.updated.p1');
    await publish(event('deleted', 'p1', 'bob'));
    expect(subscribed).not.toContain('slate.project.updated.p1');
    await publish(event('created', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'bob'));
    expect(received.at(-1)).toBe('updated p1 bob');
  });

  it('a project with the id of a user does not belong to that user', async () => {
    const { received } = listen('ada');
    await publish(event('updated', 'ada', 'bob'));
    expect(received).toEqual([]);
    await publish(event('updated', 'ada', 'ada'));
    await publish(event('updated', 'ada', 'bob')); // now the listener knows the project
    expect(received).toEqual(['updated ada ada', 'updated ada bob']);
  });

  it('without a user, the changes of the named projects are received', async () => {
    const { received } = listen(undefined, { projects: ['p1'] });
    await publish(event('updated', 'p1', 'ada'));
    await publish(event('updated', 'p2', 'ada'));
    expect(received).toEqual(['updated p1 ada']);
  });

  it('a listener names projects only for itself, and a bad id among them leaves nothing behind', async () => {
    start({ wildcards: false });
    const first = listen('ada');
    await turns();
    const cost = subscribed.length;
    const second = listen('ada', { projects: ['p1'] });
    await publish(event('updated', 'p1', 'bob'));
    await publish(event('updated', 'p2', 'bob'), ['ada']);
    expect([first.received, second.received]).toEqual([['updated p2 bob'], ['updated p1 bob', 'updated p2 bob']]);
    second.unsubscribe();
    await turns();
    expect(subscribed).toHaveLength(cost + 2); // those of p2, which the first listener has received an event of
    first.unsubscribe();
    await turns();
    expect(subscribed).toEqual([]);
    expect(() => listen('ada', { projects: [''] })).toThrow(expect.objectContaining({ name: 'InvalidIdError' }));
    await turns();
    expect(subscribed).toEqual([]);
  });

  it('without a user, a project with the id of a user is not taken for that user', async () => {
    const { received } = listen(undefined, { projects: ['ada'] });
    await publish(event('updated', 'p2', 'ada'));
    expect(received).toEqual([]);
  });

  it('changes of a named project are received again after it was deleted', async () => {
    const { received } = listen(undefined, { projects: ['p1'] });
    await publish(event('deleted', 'p1', 'ada'));
    await publish(event('created', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'ada'));
    expect(received).toEqual(['deleted p1 ada', 'updated p1 ada']);
  });

  it('beyond 500 projects the oldest one that no listener named is forgotten', async () => {
    start({ wildcards: false });
    const { received } = listen('ada', { projects: ['named'] });
    for (let i = 0; i <= 500; i++) await publishForeign('slate.project.created.ada', event('created', `p${i}`, 'ada'));
    expect(subscribed).toHaveLength(3 + 2 + 2 * 500);
    received.length = 0;
    await publishForeign('slate.project.updated.p0', event('updated', 'p0', 'bob'));
    await publishForeign('slate.project.updated.p1', event('updated', 'p1', 'bob'));
    await publishForeign('slate.project.updated.named', event('updated', 'named', 'bob'));
    expect(received).toEqual(['updated p1 bob', 'updated named bob']);
  });

  it('copies are recognised among the last thousand events, in bounded memory', async () => {
    const { received } = listen('ada');
    const first = { ...event('updated', 'p1', 'ada'), id: 'first' };
    const others = (count: number) => {
      for (let i = 0; i < count; i++) other.publish('slate.project.updated.ada', event('updated', 'p1', 'ada'));
    };
    await publishForeign('slate.project.updated.ada', first);
    others(1000);
    await publishForeign('slate.project.updated.ada', first);
    expect(received).toHaveLength(1001);
    others(1001);
    await publishForeign('slate.project.updated.ada', first);
    expect(received).toHaveLength(2003);
  });

  it('copies of large events without an id are recognised within a megabyte of text', async () => {
    const { received } = listen('ada');
    const large = (name: string) => ({ ...event('updated', 'p1', 'ada'), timestamp: 1, data: name.repeat(400_000) });
    const publishLarge = (name: string) => {
      for (const subject of ['slate.project.updated.ada', 'slate.project.updated.p1'])
        other.publish(subject, large(name));
    };
    await publishForeign('slate.project.created.ada', event('created', 'p1', 'ada'));
    received.length = 0;
    for (const name of ['a', 'b', 'c']) publishLarge(name);
    await turns();
    expect(received).toHaveLength(3); // the copy on the second subject is recognised
    for (const name of ['d', 'e', 'f', 'g', 'h']) publishLarge(name);
    await turns();
    received.length = 0;
    other.publish('slate.project.updated.p1', large('a'));
    await turns();
    expect(received).toHaveLength(1); // forgotten
  });

  it('an event without an id is received however deep its data is nested', async () => {
    const { received } = listen('ada');
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const text = JSON.stringify({ ...event('updated', 'p1', 'ada'), data: '?' }).replace('"?"', deep);
    for (const _ of [1, 2]) other.publish('slate.project.updated.ada', new TextEncoder().encode(text));
    await turns();
    expect(received).toHaveLength(2); // twice on one subject: two events
    expect(errors).toEqual([]);
  });

  it('an id in notify must be valid', async () => {
    await expect(publishProjectEvent(event('updated', 'p1', 'ada'), { bus, notify: [''] })).rejects.toMatchObject({
      name: 'InvalidIdError',
    });
  });
});

describe('files and assets', () => {
  const file = (type: FileEvent['type'], fileId: string, projectId = 'p1'): FileEvent => ({
    type,
    fileId,
    projectId,
    userId: 'bob',
    timestamp: timestamp++,
  });
  const listen = (files?: string[]) => {
    const received: string[] = [];
    onFileEvents('p1', ({ type, fileId }) => received.push(`${type} ${fileId}`), { bus, ...(files && { files }) });
    return received;
  };

  it('events of Slate reach listeners of the project without a subscription for each file', async () => {
    const received = listen();
    const cost = subscribed.length;
    for (const type of ['created', 'updated', 'content_changed', 'deleted'] as const) {
      await publishFileEvent(file(type, 'f1'), { bus: other });
    }
    await turns();
    expect(received).toEqual(['created f1', 'updated f1', 'content_changed f1', 'deleted f1']);
    expect(subscribed).toHaveLength(cost);
  });

  it('without wildcards, events of other programs reach them for files that were named or heard of', async () => {
    start({ wildcards: false });
    const received = listen(['src/main.ts']);
    await publishForeign('slate.file.updated.src/main%2Ets', file('updated', 'src/main.ts'));
    await publishForeign('slate.file.updated.f1', file('updated', 'f1'));
    await publishForeign('slate.file.created.p1', file('created', 'f1'));
    await publishForeign('slate.file.updated.f1', file('content_changed', 'f1'));
    await publishForeign('slate.file.deleted.f1', file('deleted', 'f1'));
    expect(received).toEqual(['updated src/main.ts', 'created f1', 'content_changed f1', 'deleted f1']);
    expect(subscribed).not.toContain('slate.file.updated.f1');
  });

  it('the same holds where the other program gives ids to its events', async () => {
    const received = listen();
    await publishForeign('slate.file.created.p1', { ...file('created', 'f1'), id: 'theirs-1' });
    await publishForeign('slate.file.updated.f1', { ...file('updated', 'f1'), id: 'theirs-2' });
    expect(received).toEqual(['created f1', 'updated f1']);
  });

  it('a file of another project with the same id is left out', async () => {
    const received = listen(['f1']);
    await publishFileEvent(file('updated', 'f1', 'p2'), { bus: other });
    await turns();
    expect(received).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('assets work in the same way', async () => {
    const received: string[] = [];
    onAssetEvents('p1', ({ type, assetId }) => received.push(`${type} ${assetId}`), { bus, assets: ['a0'] });
    const asset = (type: AssetEvent['type'], assetId: string) => ({ ...file('updated', 'x'), type, assetId });
    await publishForeign('slate.asset.component.added.a0', asset('component_added', 'a0'));
    await publishForeign('slate.asset.created.p1', asset('created', 'a1'));
    await publishForeign('slate.asset.component.added.a1', asset('component_added', 'a1'));
    await publishForeign('slate.asset.updated.a1', asset('updated', 'a1'));
    expect(received).toEqual(['component_added a0', 'created a1', 'component_added a1', 'updated a1']);
  });
});

describe('sessions, builds and people', () => {
  it.each([
    ['slate.runtime.started.s1', { type: 'started', sessionId: 's2', projectId: 'p1' }, 'sessionId'],
    ['slate.build.started.s1', { type: 'started', projectId: 'p2' }, 'projectId'],
    ['slate.collab.joined.s1', { type: 'joined', projectId: 'p2', userId: 'u1' }, 'projectId'],
  ])('an event on %s that names another id is refused', async (subject, event, path) => {
    const fail = () => expect.unreachable('the event names another id');
    onRuntimeEvents('s1', fail, { bus });
    onBuildEvents('s1', fail, { bus });
    onCollaborationEvents('s1', fail, { bus });
    await publishForeign(subject, { ...event, timestamp });
    expect(errors).toMatchObject([{ name: 'EventError', subject, path }]);
  });

  it('the same log line twice in one millisecond is two events', async () => {
    const received: string[] = [];
    onRuntimeEvents('s1', (event) => event.type === 'log' && received.push(event.data.message), { bus });
    const line = { type: 'log' as const, sessionId: 's1', projectId: 'p1', timestamp, data: { message: 'tick' } };
    for (const _ of [1, 2]) await publishRuntimeEvent(line, { bus: other });
    for (const _ of [1, 2]) await publishForeign('slate.runtime.log.s1', line);
    expect(received).toHaveLength(4);
  });

  it('the bytes of a room are no error, also on a bus that was first given to a responder', async () => {
    await respond('anything', () => undefined, { bus });
    onCollaborationEvents('p1', () => undefined, { bus });
    await publishForeign(NatsSubjects.collaboration.presence('p1'), new Uint8Array([1, 2]));
    expect(errors).toEqual([]);
  });

  it('events of a room and of JSON programs are received, and the bytes of the room are no error', async () => {
    const received: string[] = [];
    onCollaborationEvents('p1', ({ type, userId }) => received.push(`${type} ${userId}`), { bus });
    const room = await joinRoom(other, { project: 'p1', user: { id: 'bob' } });
    await publishForeign('slate.collab.presence.p1', { type: 'presence', projectId: 'p1', userId: 'ada', timestamp });
    await room.leave();
    await turns();
    expect(received).toEqual(['joined bob', 'presence ada', 'left bob']);
    expect(errors).toEqual([]);
  });
});

describe('editors', () => {
  const listen = (scope: string | EditorScope) => {
    const received: string[] = [];
    onEditorEvents(scope, ({ userId, fileId }) => received.push(`${userId} ${fileId}`), { bus });
    return received;
  };
  const publish = async (userId: string, fileId: string, more = {}) => {
    const data = { position: 5 };
    await publishEditorEvent({ type: 'cursor', userId, fileId, timestamp: timestamp++, data, ...more }, { bus: other });
    await turns();
  };

  it('are received for a file, for a user, or for a user in a file', async () => {
    const file = listen('a.ts');
    const user = listen({ userId: 'ada' });
    const both = listen({ userId: 'ada', fileId: 'a.ts' });
    await publish('ada', 'a.ts');
    await publish('bob', 'a.ts');
    await publish('ada', 'b.ts');
    expect(file).toEqual(['ada a.ts', 'bob a.ts']);
    expect(user).toEqual(['ada a.ts', 'ada b.ts']);
    expect(both).toEqual(['ada a.ts']);
  });

  it('of another project are left out where the scope names a project', async () => {
    const received = listen({ fileId: 'a.ts', projectId: 'p1' });
    await publish('ada', 'a.ts', { projectId: 'p1' });
    await publish('bob', 'a.ts', { projectId: 'p2' });
    await publish('carol', 'a.ts');
    expect(received).toEqual(['ada a.ts', 'carol a.ts']);
  });

  it('are refused where their user is not the one in the subject', async () => {
    const received = listen('a');
    const event = { type: 'cursor', userId: 'ada', fileId: 'a', timestamp, data: { position: 5 } };
    await publishForeign('slate.editor.cursor.mallory.a', event);
    await publishForeign('slate.editor.cursor.x%2Eada.a', event);
    expect(received).toEqual([]);
    expect(errors).toMatchObject([
      { name: 'EventError', path: 'userId' },
      { name: 'EventError', path: 'userId' },
    ]);
  });

  it('need a scope with a file or a user', () => {
    for (const scope of [{}, { projectId: 'p1' }, untyped<EditorScope>(undefined)]) {
      expect(() => onEditorEvents(scope, () => undefined, { bus })).toThrow(
        expect.objectContaining({ name: 'OptionError' }),
      );
    }
    expect(() => onEditorEvents(untyped<EditorScope>(null), () => undefined, { bus })).toThrow(
      expect.objectContaining({ name: 'InvalidIdError' }),
    );
  });
});
