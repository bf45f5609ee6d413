/**
 * Publishes the events of `npm run demo:events`: a build with its progress, changes of files, assets and the project,
 * and the log of a program. The import resolves when all are sent, after 30 seconds or SLATE_DEMO_SECONDS.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AssetEvent,
  type Bus,
  type BusStatus,
  type FileEvent,
  openBus,
  publishAssetEvent,
  publishBuildEvent,
  publishFileEvent,
  publishProjectEvent,
  publishRuntimeEvent,
} from '../src/index.js';
import { serversOfEnvironment } from './slate-json.js';

const PROJECT = 'demo';
const SESSION = 'demo';
const STEPS: readonly (readonly [from: number, what: string])[] = [
  [4, 'Resolving packages'],
  [18, 'Compiling scripts'],
  [42, 'Compiling shaders'],
  [67, 'Packing textures'],
  [88, 'Writing the archive'],
];
const LOG: readonly (readonly [level: string, message: string])[] = [
  ['debug', 'watching assets/'],
  ['info', 'loaded scene "shore" in 182 ms'],
  ['info', 'physics: 412 bodies, 3 sleeping islands'],
  ['debug', 'garbage collected 12.4 MB'],
  ['info', 'frame 16.4 ms, 214 draw calls'],
  ['warn', 'texture "water_normal" has no mip maps'],
  ['info', 'audio: 14 voices of 32'],
  ['debug', 'cache hit for shader "foam"'],
];

const stepAt = (percent: number): string => STEPS.findLast(([from]) => percent >= from)?.[1] ?? 'Preparing';

/** Each event with its time, as a fraction of the whole duration. */
function play(bus: Bus): [part: number, send: () => Promise<void>][] {
  const buildId = `b-${Date.now().toString(36)}`;
  const at = () => ({ projectId: PROJECT, timestamp: Date.now() });
  const build = (
    event: { type: 'started' | 'completed' } | { type: 'progress'; data: { percent: number; message: string } },
  ) => publishBuildEvent({ ...at(), buildId, ...event }, { bus });
  const file = (type: FileEvent['type'], userId: string, path: string) =>
    publishFileEvent({ ...at(), type, userId, fileId: path, data: { path } }, { bus });
  const asset = (type: AssetEvent['type'], userId: string, name: string) =>
    publishAssetEvent({ ...at(), type, userId, assetId: name, data: { name } }, { bus });
  const session = () => ({ ...at(), sessionId: SESSION });
  const log = (level: string, message: string) =>
    publishRuntimeEvent({ ...session(), type: 'log', data: { level, message } }, { bus });

  const percents = Array.from({ length: 49 }, (_, index) => 2 * (index + 1));
  const lines = Array.from(
    { length: 240 },
    (_, index) => LOG[(index * 5 + (index >> 3)) % LOG.length] ?? ['info', 'tick'],
  );
  const all: [number, () => Promise<void>][] = [
    [0, () => publishRuntimeEvent({ ...session(), type: 'started' }, { bus })],
    [0.02, () => file('created', 'Grace', 'src/shore/waves.ts')],
    [0.05, () => build({ type: 'started' })],
    ...percents.map((percent): [number, () => Promise<void>] => [
      0.09 + (percent / 100) * 0.72,
      () => build({ type: 'progress', data: { percent, message: stepAt(percent) } }),
    ]),
    [0.2, () => asset('created', 'Alan', 'water_normal')],
    ...[0.3, 0.36, 0.44].map((when): [number, () => Promise<void>] => [
      when,
      () => file('content_changed', 'Grace', 'src/shore/waves.ts'),
    ]),
    [0.5, () => publishProjectEvent({ ...at(), type: 'updated', userId: 'Mary', data: { name: 'Demo' } }, { bus })],
    [0.58, () => file('deleted', 'Alan', 'src/shore/old-waves.ts')],
    [
      0.6,
      () =>
        publishRuntimeEvent(
          {
            ...session(),
            type: 'error',
            data: { error: 'shader "foam": undeclared identifier “tide”\n  at shaders/foam.frag:41' },
          },
          { bus },
        ),
    ],
    [0.7, () => asset('component_added', 'Mary', 'lighthouse')],
    [0.88, () => build({ type: 'completed' })],
    ...lines.map(([level = '', message = ''], index): [number, () => Promise<void>] => [
      0.03 + (index / lines.length) * 0.9,
      () => log(level, message),
    ]),
    [0.95, () => publishRuntimeEvent({ ...session(), type: 'stopped' }, { bus })],
  ];
  return all.sort(([one], [other]) => one - other);
}

/** Rejects after the first failed attempt, because a person waits for the result. */
function connected(bus: Bus): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (status: BusStatus) => {
      if (status.type === 'connected') resolve();
      else if (status.error) reject(status.error);
    };
    bus.on('status', look);
    look(bus.status);
  });
}

const seconds = Number(process.env.SLATE_DEMO_SECONDS || 30);
if (!(seconds > 0 && seconds <= 600)) throw new Error('SLATE_DEMO_SECONDS must be above 0 and at most 600.');
const servers = serversOfEnvironment();
const bus = openBus({ servers });
const leaving = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => leaving.abort());
try {
  await connected(bus);
  console.log(`Sending events for ${seconds} s to ${servers.join(', ')}. Watch "Events" on the demo page.`);
  const start = performance.now();
  for (const [part, send] of play(bus)) {
    await sleep(Math.max(0, start + part * seconds * 1000 - performance.now()), undefined, leaving);
    await send();
  }
  console.log('Done.');
} catch (error) {
  if (!leaving.signal.aborted) throw error;
  console.log('Stopped.');
} finally {
  if (bus.status.type === 'connected') await bus.drain();
  else await bus.close();
}
