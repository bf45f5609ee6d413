/**
 * Programs that follow the bus document alone: listeners hear them before they know the file, asset or project, and
 * hear batches of cursors; what that costs has a bound, and a server may forbid it.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MemoryBus } from '../../../src/bus/memory/memory-bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import type { SlateError } from '../../../src/errors.js';
import {
  type EditorScope,
  onAssetEvents,
  onEditorEvents,
  onFileEvents,
  onProjectEvents,
  publishFileEvent,
  publishProjectEvent,
} from '../../../src/index.js';
import { turns, VirtualClock } from '../../support/virtual-clock.js';

let clock: VirtualClock;
let hub: MemoryHub;
let bus: MemoryBus;
let other: MemoryBus;
let errors: SlateError[];
let timestamp = 1_700_000_000_000;

function start(permits: (subject: string) => boolean = () => true): void {
  clock = new VirtualClock();
  hub = new MemoryHub({ clock, permits: (_, subject, client) => client !== bus || permits(subject) });
  bus = hub.connect();
  other = hub.connect();
  errors = [];
  bus.on('error', (error) => errors.push(error));
}
beforeEach(() => start());

async function publish(subject: string, ...events: unknown[]): Promise<void> {
  for (const event of events) other.publish(subject, event);
  await clock.advance(1);
}

const file = (type: string, fileId: string, projectId = 'p1', more: object = {}) => ({
  type,
  fileId,
  projectId,
  userId: 'bob',
  timestamp: timestamp++,
  ...more,
});

function files(projectId = 'p1', options: { files?: string[] } = {}) {
  const received: string[] = [];
  const unsubscribe = onFileEvents(projectId, ({ type, fileId }) => received.push(`${type} ${fileId}`), {
    bus,
    ...options,
  });
  return { received, unsubscribe };
}

describe('a listener of a project hears', () => {
  it('changes of files that it has never heard of, and not those of other projects', async () => {
    const { received } = files();
    await publish('slate.file.updated.f9', file('updated', 'f9'), file('content_changed', 'f9'));
    await publish('slate.file.deleted.f9', file('deleted', 'f9'));
    await publish('slate.file.updated.src/a%2Ets', file('updated', 'src/a.ts'));
    await publish('slate.file.updated.f8', file('updated', 'f8', 'p2'), { projectId: 'p2' }, 'text', null, [1]);
    expect(received).toEqual(['updated f9', 'content_changed f9', 'deleted f9', 'updated src/a.ts']);
    expect(errors).toEqual([]);
  });

  it('what follows a creation at once', async () => {
    const { received } = files();
    other.publish('slate.file.created.p1', file('created', 'f1'));
    other.publish('slate.file.updated.f1', file('updated', 'f1'));
    other.publish('slate.file.deleted.f1', file('deleted', 'f1'));
    await turns();
    expect(received).toEqual(['created f1', 'updated f1', 'deleted f1']);
  });

  it('each event once, whoever publishes it, and on however many subjects', async () => {
    const { received } = files('p1', { files: ['known'] });
    await publishFileEvent({ ...file('updated', 'f1'), type: 'updated' }, { bus: other });
    await publish('slate.file.updated.known', file('updated', 'known'));
    const same = file('updated', 'f2');
    await publish('slate.file.updated.f2', same);
    await publish('slate.file.updated.p1', same);
    await publish('slate.file.updated.f2', same); // the same text twice on one subject is two events
    await clock.advance(1);
    expect(received).toEqual(['updated f1', 'updated known', 'updated f2', 'updated f2']);
  });

  it('the changes of assets', async () => {
    const received: string[] = [];
    onAssetEvents('p1', ({ type, assetId }) => received.push(`${type} ${assetId}`), { bus });
    const asset = (type: string, assetId: string) => ({ ...file(type, 'x'), assetId });
    await publish('slate.asset.component.added.a9', asset('component_added', 'a9'));
    await publish('slate.asset.updated.a8', asset('updated', 'a8'));
    await publish('slate.asset.deleted.a7', asset('deleted', 'a7'));
    expect(received).toEqual(['component_added a9', 'updated a8', 'deleted a7']);
  });

  it('an event that is not valid, and names the project, as one error for each message', async () => {
    const { received } = files('p1', { files: ['known'] });
    await publish('slate.file.updated.f9', file('updated', 'f9', 'p1', { timestamp: 'soon' }));
    await publish('slate.file.updated.f9', new TextEncoder().encode('{"half'));
    await publish('slate.file.updated.known', new TextEncoder().encode('{"half'));
    expect(received).toEqual([]);
    expect(errors.map(({ name }) => name)).toEqual(['EventError', 'PayloadError', 'PayloadError']);
  });

  it('nothing about a file on the subject of another one, which a server may reserve', async () => {
    const { received } = files();
    await publish('slate.file.updated.theirs', file('updated', 'f9'));
    expect(received).toEqual([]);
  });
});

describe('a listener of a user hears', () => {
  const project = (type: 'created' | 'updated' | 'deleted', projectId: string, userId: string) => ({
    type,
    projectId,
    userId,
    timestamp: timestamp++,
  });
  const listen = () => {
    const received: string[] = [];
    onProjectEvents('ada', ({ type, projectId, userId }) => received.push(`${type} ${projectId} ${userId}`), { bus });
    return received;
  };

  it('what the user does, and every change of projects that it has heard of, at once', async () => {
    const received = listen();
    other.publish('slate.project.updated.p9', project('updated', 'p9', 'ada'));
    other.publish('slate.project.deleted.p9', project('deleted', 'p9', 'bob'));
    other.publish('slate.project.created.ada', project('created', 'p1', 'ada'));
    other.publish('slate.project.updated.p1', project('updated', 'p1', 'bob'));
    other.publish('slate.project.updated.p2', project('updated', 'p2', 'bob'));
    await turns();
    expect(received).toEqual(['updated p9 ada', 'deleted p9 bob', 'created p1 ada', 'updated p1 bob']);
  });

  it('nothing that others are notified of', async () => {
    const received = listen();
    await publishProjectEvent(project('updated', 'p2', 'bob'), { bus: other, notify: ['carol'] });
    await clock.advance(1);
    expect(received).toEqual([]);
  });
});

describe('batches of cursors (M2, M9)', () => {
  const cursor = (userId: string, fileId: string, more: object = {}) => ({
    type: 'cursor',
    userId,
    fileId,
    timestamp: timestamp++,
    data: { position: 5 },
    ...more,
  });
  const listen = (scope: string | EditorScope) => {
    const received: string[] = [];
    onEditorEvents(scope, ({ type, userId, fileId }) => received.push(`${type} ${userId} ${fileId}`), { bus });
    return received;
  };

  it('reach listeners of the file and of the user, as arrays and as single events, on every subject of batches', async () => {
    const inFile = listen('f1');
    const ofUser = listen({ userId: 'ada' });
    const both = listen({ userId: 'ada', fileId: 'f1', projectId: 'p1' });
    await publish('slate.editor.cursors.batch', [cursor('ada', 'f1'), cursor('bob', 'f1'), cursor('ada', 'f2')]);
    await publish('slate.editor.cursors.batch', cursor('eve', 'f1', { type: 'selection' }));
    await publish('slate.editor.cursors.batch.p1', [cursor('cy', 'f1')]);
    await publish('slate.editor.cursors.batch.p1.f1', [cursor('ada', 'f1', { projectId: 'p1' })]);
    await publish('slate.editor.cursors.batch.p2.f1', [cursor('dan', 'f1', { projectId: 'p2' })]);
    const [ada, bob, eve] = ['cursor ada f1', 'cursor bob f1', 'selection eve f1'];
    expect(inFile).toEqual([ada, bob, eve, 'cursor cy f1', ada, 'cursor dan f1']);
    expect(ofUser).toEqual([ada, 'cursor ada f2', ada]);
    expect(both).toEqual([ada, ada]);
    expect(errors).toEqual([]);
  });

  it('are taken whole or not at all; what is for others, or names another place than its subject, is left out', async () => {
    const received = listen('f1');
    await publish('slate.editor.cursors.batch', [cursor('ada', 'f1'), cursor('bob', 'f1', { timestamp: -1 })]);
    expect(errors).toMatchObject([{ name: 'EventError', path: 'timestamp' }]);
    await publish('slate.editor.cursors.batch', [cursor('ada', 'f1'), cursor('bob', 'f2', { timestamp: -1 }), 7, null]);
    await publish('slate.editor.cursors.batch.p1.f1', [cursor('eve', 'f1', { projectId: 'p2' })]);
    await publish('slate.editor.cursors.batch.p1.f2', [cursor('eve', 'f1')]);
    await publish('slate.editor.cursors.batch.p1.f1', new Uint8Array([1, 2, 3])); // what rooms send
    expect(received).toEqual(['cursor ada f1']);
    expect(errors).toHaveLength(1);
    await publish(
      'slate.editor.cursors.batch',
      Array.from({ length: 257 }, () => cursor('ada', 'f1')),
    );
    expect(received).toHaveLength(1);
    expect(errors).toMatchObject([{ path: 'timestamp' }, { name: 'EventError' }]);
  });

  it('two equal events of one batch are two, and the same batch on a second subject is a copy', async () => {
    const received = listen('f1');
    const one = cursor('ada', 'f1');
    await publish('slate.editor.cursors.batch', [one, one]);
    await publish('slate.editor.cursors.batch.p1.f1', [one, one]);
    expect(received).toHaveLength(2);
  });
});

describe('everyone’s events (M9)', () => {
  const flood = async (count: number) => {
    for (let n = 0; n < count; n++) other.publish(`slate.file.updated.x${n}`, file('updated', `x${n}`, 'p2'));
    await turns();
  };

  it('share one subscription for each pattern, which ends with the last listener', async () => {
    const before = bus.stats.messagesIn;
    const [one, two] = [files('p1'), files('p3')];
    await publish('slate.file.updated.f1', file('updated', 'f1', 'p3'));
    expect([one.received, two.received]).toEqual([[], ['updated f1']]);
    expect(bus.stats.messagesIn - before).toBe(1);
    one.unsubscribe();
    await publish('slate.file.updated.f2', file('updated', 'f2', 'p3'));
    expect(two.received).toEqual(['updated f1', 'updated f2']);
    two.unsubscribe();
    await publish('slate.file.updated.f3', file('updated', 'f3', 'p3'));
    expect(bus.stats.messagesIn - before).toBe(2);
  });

  it('are left for 30 s when over 200 a second are for others: one error, and what is known is still heard', async () => {
    const { received } = files();
    await publish('slate.file.created.p1', file('created', 'f1'));
    await flood(200);
    expect(errors).toEqual([]);
    await flood(1);
    expect(errors).toMatchObject([{ name: 'ProtocolError', reason: 'limit', subject: 'slate.file.updated.*' }]);
    const before = bus.stats.messagesIn;
    await flood(500);
    expect(bus.stats.messagesIn).toBe(before);
    await publish('slate.file.updated.f1', file('updated', 'f1'));
    await publishFileEvent({ ...file('updated', 'f2'), type: 'updated' }, { bus: other });
    await publish('slate.file.updated.f3', file('updated', 'f3')); // this one is missed
    await clock.advance(30_000);
    await publish('slate.file.updated.f4', file('updated', 'f4'));
    expect(received).toEqual(['created f1', 'updated f1', 'updated f2', 'updated f4']);
    await flood(201);
    expect(errors).toHaveLength(1);
  });

  it('stay while the messages are for some listener of the page', async () => {
    const [one, two] = [files('p1'), files('p2')];
    await flood(1_000);
    expect([one.received.length, two.received.length]).toEqual([0, 1_000]);
    expect(errors).toEqual([]);
  });

  it('may be forbidden: one error for each pattern, and files that were named or heard of are heard', async () => {
    start((subject) => !subject.endsWith('.*'));
    const { received } = files('p1', { files: ['named'] });
    await clock.advance(1);
    files('p3');
    await clock.advance(1);
    expect(errors.map((error) => [error.name, (error as { subject?: string }).subject])).toEqual([
      ['PermissionError', 'slate.file.updated.*'],
      ['PermissionError', 'slate.file.deleted.*'],
    ]);
    await publish('slate.file.updated.named', file('updated', 'named'));
    await publish('slate.file.updated.f1', file('updated', 'f1')); // nobody here has heard of it
    await publish('slate.file.created.p1', file('created', 'f1'));
    await publish('slate.file.updated.f1', file('updated', 'f1'));
    expect(received).toEqual(['updated named', 'created f1', 'updated f1']);
  });

  it('that the server allows after a reconnection are heard by the next listener, and so by all', async () => {
    let isAllowed = false;
    start((subject) => isAllowed || !subject.endsWith('.*'));
    const { received } = files();
    await clock.advance(1);
    isAllowed = true;
    bus.disconnect();
    bus.reconnect();
    files('p3');
    await publish('slate.file.updated.f1', file('updated', 'f1'));
    expect(received).toEqual(['updated f1']);
  });
});
