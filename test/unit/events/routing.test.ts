/**
 * Who hears of what: changes by others, programs that know nothing of copies, ids that collide, and what is remembered.
 * Past 300 lines: one cast of publishers and listeners, and a test for each who must hear.
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
import { turns } from '../../support/virtual-clock.js';

let hub: MemoryHub;
/** The listener's. */
let bus: MemoryBus;
/** Someone else's: another page, or another program. */
let other: MemoryBus;
let errors: SlateError[];
let subscribed: string[];
let timestamp = 1_700_000_000_000;

beforeEach(() => {
  hub = new MemoryHub();
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
});
afterEach(() => bus.close());

/** A message of a program that knows the bus document and nothing else: one subject, no id. */
async function say(subject: string, event: object): Promise<void> {
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
    const heard: string[] = [];
    const undo = onProjectEvents(
      userId,
      ({ type, projectId, userId: by }) => heard.push(`${type} ${projectId} ${by}`),
      {
        bus,
        ...options,
      },
    );
    return { heard, undo };
  };
  const publish = async (of: ProjectEvent, notify?: string[]) => {
    await publishProjectEvent(of, { bus: other, ...(notify && { notify }) });
    await turns();
  };

  it('a user hears once of all that happens to a project since it was created for him, whoever does it', async () => {
    const { heard } = listen('ada');
    await publish(event('created', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'bob'));
    await publish(event('deleted', 'p1', 'bob'));
    expect(heard).toEqual(['created p1 ada', 'updated p1 ada', 'updated p1 bob', 'deleted p1 bob']);
  });

  it('a user hears of others’ changes to projects that he names, that he is notified of, or has changed himself', async () => {
    const { heard } = listen('ada', { projects: ['named'] });
    await publish(event('updated', 'named', 'bob'));
    await publish(event('updated', 'unknown', 'bob'));
    await publish(event('updated', 'shared', 'bob'), ['ada', 'carol']);
    await publish(event('updated', 'shared', 'bob'));
    await publish(event('updated', 'own', 'ada'));
    await publish(event('updated', 'own', 'bob'));
    await publish(event('created', 'gift', 'bob'), ['ada']);
    await publish(event('deleted', 'gift', 'bob'));
    expect(heard).toEqual([
      'updated named bob',
      'updated shared bob',
      'updated shared bob',
      'updated own ada',
      'updated own bob',
      'created gift bob',
      'deleted gift bob',
    ]);
  });

  it('a program that publishes as the document says is heard in the same way', async () => {
    const { heard } = listen('ada');
    await say('slate.project.created.ada', event('created', 'p1', 'ada'));
    await say('slate.project.updated.p1', event('updated', 'p1', 'bob'));
    await say('slate.project.deleted.p1', event('deleted', 'p1', 'bob'));
    expect(heard).toEqual(['created p1 ada', 'updated p1 bob', 'deleted p1 bob']);
  });

  it('a copy by a program that gives no ids is dropped; the same words again on one subject are a second event', async () => {
    const { heard } = listen('ada', { projects: ['p1'] });
    const same = event('updated', 'p1', 'ada');
    await say('slate.project.updated.p1', same);
    await say('slate.project.updated.ada', same);
    await say('slate.project.updated.p1', same);
    expect(heard).toEqual(['updated p1 ada', 'updated p1 ada']);
  });

  it('an id that another program gives to many events does not make copies of them', async () => {
    const { heard } = listen('ada', { projects: ['p1'] });
    await say('slate.project.updated.p1', { ...event('updated', 'p1', 'bob'), id: 'p1' });
    await say('slate.project.updated.p1', { ...event('updated', 'p1', 'bob'), id: 'p1' });
    expect(heard).toHaveLength(2);
  });

  it('a deleted project is forgotten, and may come again', async () => {
    const { heard } = listen('ada');
    await publish(event('created', 'p1', 'ada'));
    expect(subscribed).toContain('slate.project.updated.p1');
    await publish(event('deleted', 'p1', 'bob'));
    expect(subscribed).not.toContain('slate.project.updated.p1');
    await publish(event('created', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'bob'));
    expect(heard.at(-1)).toBe('updated p1 bob');
  });

  it('a project that is called like a user is not that user’s', async () => {
    const { heard } = listen('ada');
    await publish(event('updated', 'ada', 'bob'));
    expect(heard).toEqual([]);
    await publish(event('updated', 'ada', 'ada'));
    await publish(event('updated', 'ada', 'bob')); // now it is known
    expect(heard).toEqual(['updated ada ada', 'updated ada bob']);
  });

  it('without a user, the changes of the projects that were named are heard', async () => {
    const { heard } = listen(undefined, { projects: ['p1'] });
    await publish(event('updated', 'p1', 'ada'));
    await publish(event('updated', 'p2', 'ada'));
    expect(heard).toEqual(['updated p1 ada']);
  });

  it('a second listener names projects for itself alone, and a bad one among them leaves nothing behind', async () => {
    const first = listen('ada');
    const cost = subscribed.length;
    const second = listen('ada', { projects: ['p1'] });
    await publish(event('updated', 'p1', 'bob'));
    await publish(event('updated', 'p2', 'bob'), ['ada']);
    expect([first.heard, second.heard]).toEqual([['updated p2 bob'], ['updated p1 bob', 'updated p2 bob']]);
    second.undo();
    await turns();
    expect(subscribed).toHaveLength(cost + 2); // those of p2, which the first one has heard of
    first.undo();
    await turns();
    expect(subscribed).toEqual([]);
    expect(() => listen('ada', { projects: [''] })).toThrow(expect.objectContaining({ name: 'InvalidIdError' }));
    await turns();
    expect(subscribed).toEqual([]);
  });

  it('without a user, a project that is called like one is not taken for that user', async () => {
    const { heard } = listen(undefined, { projects: ['ada'] });
    await publish(event('updated', 'p2', 'ada'));
    expect(heard).toEqual([]);
  });

  it('a project that was named is heard of again after it was deleted', async () => {
    const { heard } = listen(undefined, { projects: ['p1'] });
    await publish(event('deleted', 'p1', 'ada'));
    await publish(event('created', 'p1', 'ada'));
    await publish(event('updated', 'p1', 'ada'));
    expect(heard).toEqual(['deleted p1 ada', 'updated p1 ada']);
  });

  it('of many projects the oldest that nobody named is forgotten', async () => {
    const { heard } = listen('ada', { projects: ['named'] });
    for (let i = 0; i <= 500; i++) await say('slate.project.created.ada', event('created', `p${i}`, 'ada'));
    expect(subscribed).toHaveLength(3 + 2 + 2 * 500);
    heard.length = 0;
    await say('slate.project.updated.p0', event('updated', 'p0', 'bob'));
    await say('slate.project.updated.p1', event('updated', 'p1', 'bob'));
    await say('slate.project.updated.named', event('updated', 'named', 'bob'));
    expect(heard).toEqual(['updated p1 bob', 'updated named bob']);
  });

  it('copies are known among the last thousand events, and memory is bounded', async () => {
    const { heard } = listen('ada');
    const first = { ...event('updated', 'p1', 'ada'), id: 'first' };
    const others = (count: number) => {
      for (let i = 0; i < count; i++) other.publish('slate.project.updated.ada', event('updated', 'p1', 'ada'));
    };
    await say('slate.project.updated.ada', first);
    others(1000);
    await say('slate.project.updated.ada', first);
    expect(heard).toHaveLength(1001);
    others(1001);
    await say('slate.project.updated.ada', first);
    expect(heard).toHaveLength(2003);
  });

  it('copies of large events without an id are known in a megabyte of them', async () => {
    const { heard } = listen('ada');
    const large = (name: string) => ({ ...event('updated', 'p1', 'ada'), timestamp: 1, data: name.repeat(400_000) });
    const sayLarge = (name: string) => {
      for (const subject of ['slate.project.updated.ada', 'slate.project.updated.p1'])
        other.publish(subject, large(name));
    };
    await say('slate.project.created.ada', event('created', 'p1', 'ada'));
    heard.length = 0;
    for (const name of ['a', 'b', 'c']) sayLarge(name);
    await turns();
    expect(heard).toHaveLength(3); // each is known again on the second subject
    for (const name of ['d', 'e', 'f', 'g', 'h']) sayLarge(name);
    await turns();
    heard.length = 0;
    other.publish('slate.project.updated.p1', large('a'));
    await turns();
    expect(heard).toHaveLength(1); // long past
  });

  it('an event without an id is heard however deep its data goes', async () => {
    const { heard } = listen('ada');
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const text = JSON.stringify({ ...event('updated', 'p1', 'ada'), data: '?' }).replace('"?"', deep);
    for (const _ of [1, 2]) other.publish('slate.project.updated.ada', new TextEncoder().encode(text));
    await turns();
    expect(heard).toHaveLength(2); // one subject: news again
    expect(errors).toEqual([]);
  });

  it('a user to be notified must be one', async () => {
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
    const heard: string[] = [];
    onFileEvents('p1', ({ type, fileId }) => heard.push(`${type} ${fileId}`), { bus, ...(files && { files }) });
    return heard;
  };

  it('ours reach the project without a subscription for each file', async () => {
    const heard = listen();
    const cost = subscribed.length;
    for (const type of ['created', 'updated', 'content_changed', 'deleted'] as const) {
      await publishFileEvent(file(type, 'f1'), { bus: other });
    }
    await turns();
    expect(heard).toEqual(['created f1', 'updated f1', 'content_changed f1', 'deleted f1']);
    expect(subscribed).toHaveLength(cost);
  });

  it('another program’s reach it for files that it has spoken of, or that were named', async () => {
    const heard = listen(['src/main.ts']);
    await say('slate.file.updated.src/main%2Ets', file('updated', 'src/main.ts'));
    await say('slate.file.updated.f1', file('updated', 'f1'));
    await say('slate.file.created.p1', file('created', 'f1'));
    await say('slate.file.updated.f1', file('content_changed', 'f1'));
    await say('slate.file.deleted.f1', file('deleted', 'f1'));
    expect(heard).toEqual(['updated src/main.ts', 'created f1', 'content_changed f1', 'deleted f1']);
    expect(subscribed).not.toContain('slate.file.updated.f1');
  });

  it('another program’s do so though it gives its events ids', async () => {
    const heard = listen();
    await say('slate.file.created.p1', { ...file('created', 'f1'), id: 'theirs-1' });
    await say('slate.file.updated.f1', { ...file('updated', 'f1'), id: 'theirs-2' });
    expect(heard).toEqual(['created f1', 'updated f1']);
  });

  it('a file of another project with the same id is none of its business', async () => {
    const heard = listen(['f1']);
    await publishFileEvent(file('updated', 'f1', 'p2'), { bus: other });
    await turns();
    expect(heard).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('assets go the same way', async () => {
    const heard: string[] = [];
    onAssetEvents('p1', ({ type, assetId }) => heard.push(`${type} ${assetId}`), { bus, assets: ['a0'] });
    const asset = (type: AssetEvent['type'], assetId: string) => ({ ...file('updated', 'x'), type, assetId });
    await say('slate.asset.component.added.a0', asset('component_added', 'a0'));
    await say('slate.asset.created.p1', asset('created', 'a1'));
    await say('slate.asset.component.added.a1', asset('component_added', 'a1'));
    await say('slate.asset.updated.a1', asset('updated', 'a1'));
    expect(heard).toEqual(['component_added a0', 'created a1', 'component_added a1', 'updated a1']);
  });
});

describe('sessions, builds and people', () => {
  it.each([
    ['slate.runtime.started.s1', { type: 'started', sessionId: 's2', projectId: 'p1' }, 'sessionId'],
    ['slate.build.started.s1', { type: 'started', projectId: 'p2' }, 'projectId'],
    ['slate.collab.joined.s1', { type: 'joined', projectId: 'p2', userId: 'u1' }, 'projectId'],
  ])('an event on %s that names another is refused', async (subject, event, path) => {
    const fail = () => expect.unreachable('it names another');
    onRuntimeEvents('s1', fail, { bus });
    onBuildEvents('s1', fail, { bus });
    onCollaborationEvents('s1', fail, { bus });
    await say(subject, { ...event, timestamp });
    expect(errors).toMatchObject([{ name: 'EventError', subject, path }]);
  });

  it('the same line of a log twice in one millisecond is two lines', async () => {
    const heard: string[] = [];
    onRuntimeEvents('s1', (event) => event.type === 'log' && heard.push(event.data.message), { bus });
    const line = { type: 'log' as const, sessionId: 's1', projectId: 'p1', timestamp, data: { message: 'tick' } };
    for (const _ of [1, 2]) await publishRuntimeEvent(line, { bus: other });
    for (const _ of [1, 2]) await say('slate.runtime.log.s1', line);
    expect(heard).toHaveLength(4);
  });

  it('the bytes of a room disturb nobody on a bus that was first given to a responder', async () => {
    await respond('anything', () => undefined, { bus });
    onCollaborationEvents('p1', () => undefined, { bus });
    await say(NatsSubjects.collaboration.presence('p1'), new Uint8Array([1, 2]));
    expect(errors).toEqual([]);
  });

  it('people in a room and people who send JSON are heard of, and the bytes of the room disturb nobody', async () => {
    const heard: string[] = [];
    onCollaborationEvents('p1', ({ type, userId }) => heard.push(`${type} ${userId}`), { bus });
    const room = await joinRoom(other, { project: 'p1', user: { id: 'bob' } });
    await say('slate.collab.presence.p1', { type: 'presence', projectId: 'p1', userId: 'ada', timestamp });
    await room.leave();
    await turns();
    expect(heard).toEqual(['joined bob', 'presence ada', 'left bob']);
    expect(errors).toEqual([]);
  });
});

describe('editors', () => {
  const listen = (scope: string | EditorScope) => {
    const heard: string[] = [];
    onEditorEvents(scope, ({ userId, fileId }) => heard.push(`${userId} ${fileId}`), { bus });
    return heard;
  };
  const publish = async (userId: string, fileId: string, more = {}) => {
    const data = { position: 5 };
    await publishEditorEvent({ type: 'cursor', userId, fileId, timestamp: timestamp++, data, ...more }, { bus: other });
    await turns();
  };

  it('are heard of a file, of a user, or of both', async () => {
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

  it('of another project are left out where a project was given', async () => {
    const heard = listen({ fileId: 'a.ts', projectId: 'p1' });
    await publish('ada', 'a.ts', { projectId: 'p1' });
    await publish('bob', 'a.ts', { projectId: 'p2' });
    await publish('carol', 'a.ts');
    expect(heard).toEqual(['ada a.ts', 'carol a.ts']);
  });

  it('by one who is not the user of the subject are refused', async () => {
    const heard = listen('a');
    const event = { type: 'cursor', userId: 'ada', fileId: 'a', timestamp, data: { position: 5 } };
    await say('slate.editor.cursor.mallory.a', event);
    await say('slate.editor.cursor.x%2Eada.a', event);
    expect(heard).toEqual([]);
    expect(errors).toMatchObject([
      { name: 'EventError', path: 'userId' },
      { name: 'EventError', path: 'userId' },
    ]);
  });

  it('need something to listen to', () => {
    for (const scope of [{}, { projectId: 'p1' }, undefined as never]) {
      expect(() => onEditorEvents(scope, () => undefined, { bus })).toThrow(
        expect.objectContaining({ name: 'OptionError' }),
      );
    }
    expect(() => onEditorEvents(null as never, () => undefined, { bus })).toThrow(
      expect.objectContaining({ name: 'InvalidIdError' }),
    );
  });
});
