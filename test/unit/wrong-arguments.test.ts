/** A call without what it needs, as plain JavaScript allows, is a typed error at the call, and no raw TypeError. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as slate from '../../src/index.js';
import { cancelJob, enqueue, worker } from '../../src/service/index.js';
import { type MemoryBus, MemoryHub } from '../../src/testing.js';
import { untyped } from '../support/untyped.js';

let bus: MemoryBus;
beforeEach(() => {
  bus = new MemoryHub().connect();
  slate.configure({ bus, warn: false });
});
afterEach(() => slate.closeNatsConnection());

type Loose = Record<string, (...args: unknown[]) => unknown>;
const loose = (value: unknown) => untyped<Loose>(value);
const api = loose({ ...slate, worker, enqueue, cancelJob });
const KINDS = ['Project', 'File', 'Asset', 'Build', 'Runtime', 'Editor', 'Collaboration'];
const user = { id: 'ada', name: 'Ada' };

const withoutCallback: [string, (bad: unknown) => unknown][] = [
  ['subscribe', (bad) => api.subscribe?.('a.b', bad)],
  ['respond', (bad) => api.respond?.('a.b', bad)],
  ...KINDS.map((kind): [string, (bad: unknown) => unknown] => [
    `on${kind}Events`,
    (bad) => api[`on${kind}Events`]?.('p1', bad),
  ]),
  ['onProjectEvents of no user', (bad) => api.onProjectEvents?.(undefined, bad)],
  ['onBusError', (bad) => api.onBusError?.(bad)],
  ['onNatsStatus', (bad) => api.onNatsStatus?.(bad)],
  ['onInvalidate', (bad) => api.onInvalidate?.(bad)],
  ['onInvalidate of a key', (bad) => api.onInvalidate?.(['a'], bad)],
  ['worker', (bad) => api.worker?.('a.b', bad, { bus })],
  ['Bus.subscribe', (bad) => loose(bus).subscribe?.('a.b', bad)],
  ['Bus.on', (bad) => loose(bus).on?.('status', bad)],
  ['Room.on', async (bad) => loose(await slate.joinRoom(bus, { user })).on?.('members', bad)],
];
const withoutSubject: [string, (bad: unknown) => unknown][] = [
  ['publish', (bad) => api.publish?.(bad)],
  ['subscribe', (bad) => api.subscribe?.(bad, () => undefined)],
  ['request', (bad) => api.request?.(bad)],
  ['respond', (bad) => api.respond?.(bad, () => undefined)],
  ['worker', (bad) => api.worker?.(bad, () => undefined, { bus })],
  ['enqueue', (bad) => api.enqueue?.(bad, {}, { bus })],
  ['cancelJob', (bad) => api.cancelJob?.(bad, 'job', { bus })],
  ['Bus.publish', (bad) => loose(bus).publish?.(bad)],
  ['Bus.subscribe', (bad) => loose(bus).subscribe?.(bad, () => undefined)],
  ['Bus.request', (bad) => loose(bus).request?.(bad, 1, 100)],
];
const withoutOptions: [string, (bad: unknown) => unknown][] = [
  ['configure', (bad) => api.configure?.(bad)],
  ['connect', (bad) => api.connect?.(bad)],
  ['openBus', (bad) => api.openBus?.(bad)],
  ['joinRoom', (bad) => api.joinRoom?.(bus, bad)],
  ['joinRoom without a bus', (bad) => api.joinRoom?.(bad, { user })],
  ['Bus.request', (bad) => loose(bus).request?.('a.b', 1, bad)],
];

const rejection = async (call: () => unknown) => {
  try {
    return `it returned ${await call()}`;
  } catch (error) {
    return error;
  }
};

it.each(withoutCallback)('%s without a callback is an OptionError', async (_, call) => {
  for (const bad of [undefined, null, 5, {}]) {
    expect(await rejection(() => call(bad))).toBeInstanceOf(slate.OptionError);
  }
});

it.each(withoutSubject)('%s without a subject is an InvalidSubjectError', async (_, call) => {
  for (const bad of [undefined, null, 5, {}, [], '']) {
    expect(await rejection(() => call(bad))).toBeInstanceOf(slate.InvalidSubjectError);
  }
});

it.each(withoutOptions)('%s without options is an OptionError', async (_, call) => {
  await slate.closeNatsConnection();
  for (const bad of [undefined, null, '']) {
    expect(await rejection(() => call(bad))).toBeInstanceOf(slate.OptionError);
  }
});

it('an event that is none is an EventError', async () => {
  for (const kind of KINDS) {
    for (const bad of [undefined, null, 5, []]) {
      expect(await rejection(() => api[`publish${kind}Event`]?.(bad))).toBeInstanceOf(slate.EventError);
    }
  }
});
