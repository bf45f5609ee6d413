/** The rules for `data` of each type of event, where the bus document gives some. */
import { expect, it } from 'vitest';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import {
  type BuildEvent,
  type CollaborationEvent,
  type EditorEvent,
  publishBuildEvent,
  publishCollaborationEvent,
  publishEditorEvent,
  publishRuntimeEvent,
  type RuntimeEvent,
} from '../../../src/index.js';

const bus = new MemoryHub().connect();
const timestamp = 1_700_000_000_000;
const build = (type: string, data?: unknown) =>
  publishBuildEvent({ type, projectId: 'p1', timestamp, ...(data !== undefined && { data }) } as BuildEvent, { bus });
const runtime = (type: string, data?: unknown) =>
  publishRuntimeEvent({ type, sessionId: 's1', projectId: 'p1', timestamp, data } as RuntimeEvent, { bus });
const editor = (type: string, data?: unknown) =>
  publishEditorEvent({ type, userId: 'u1', fileId: 'f1', timestamp, data } as EditorEvent, { bus });
const presence = (data?: unknown) =>
  publishCollaborationEvent(
    { type: 'presence', projectId: 'p1', userId: 'u1', timestamp, data } as CollaborationEvent,
    {
      bus,
    },
  );

it.each([
  ['a percentage', () => build('progress', { percent: 0 })],
  ['all of it', () => build('progress', { percent: 100, message: 'done', step: 7 })],
  ['a failure with a reason', () => build('failed', { error: 'out of disk' })],
  ['a failure without', () => build('failed')],
  ['a start with anything', () => build('started', ['anything'])],
  ['a line of a log', () => runtime('log', { message: '' })],
  ['a line with a level', () => runtime('log', { message: 'x', level: 'trace' })],
  ['an error', () => runtime('error', { error: 'x' })],
  ['a status with anything', () => runtime('status', 5)],
  ['a cursor at an offset', () => editor('cursor', { position: 0 })],
  ['a cursor that is not shown', () => editor('cursor', { position: null })],
  ['a location', () => presence({ location: 'src/main.ts' })],
  ['no location', () => presence({ location: undefined, other: 1 })],
  ['a location that is null', () => presence({ location: null })],
  ['presence alone', () => presence()],
])('%s may be published', async (_, publish) => {
  await publish();
});

it.each([
  ['progress without data', () => build('progress'), 'data'],
  ['progress without a percentage', () => build('progress', {}), 'data.percent'],
  ['a percentage below 0', () => build('progress', { percent: -1 }), 'data.percent'],
  ['a percentage above 100', () => build('progress', { percent: 100.5 }), 'data.percent'],
  ['a percentage that is not a number', () => build('progress', { percent: '50' }), 'data.percent'],
  ['a percentage that JSON cannot write', () => build('progress', { percent: Number.NaN }), 'data.percent'],
  ['a failure whose error is not a text', () => build('failed', { error: { code: 1 } }), 'data.error'],
  ['a log without data', () => runtime('log'), 'data'],
  ['a log without a message', () => runtime('log', { text: 'x' }), 'data.message'],
  ['a level that is not a text', () => runtime('log', { message: 'x', level: 3 }), 'data.level'],
  ['an error without a text', () => runtime('error', { message: 'x' }), 'data.error'],
  ['a cursor without data', () => editor('cursor'), 'data'],
  ['a cursor without a position', () => editor('cursor', {}), 'data.position'],
  ['a position that JSON leaves out', () => editor('cursor', { position: undefined }), 'data.position'],
  ['a location that is not a text', () => presence({ location: 5 }), 'data.location'],
  ['presence with a list', () => presence([1]), 'data'],
  ['a failure with a list', () => build('failed', ['no']), 'data'],
])('%s is refused, with the path', async (_, publish, path) => {
  await expect(publish()).rejects.toMatchObject({ name: 'EventError', path });
});

it('the reason of an EventError is short, whatever was refused', async () => {
  const error = await build('progress', { percent: 'x'.repeat(10_000) }).catch((thrown: unknown) => thrown);
  expect((error as { reason: string }).reason.length).toBeLessThanOrEqual(300);
});
