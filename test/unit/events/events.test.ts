/** Every kind of event: its subjects, its listeners, and what is refused when it is published or received. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemoryBus } from '../../../src/bus/memory/memory-bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import { EventError, PayloadError, type SlateError } from '../../../src/errors.js';
import { RESOURCES, type Sample } from '../../support/event-samples.js';
import { untyped } from '../../support/untyped.js';
import { turns } from '../../support/virtual-clock.js';

let hub: MemoryHub;
let bus: MemoryBus;
/** Everything that was published, with its subject. */
let sent: { subject: string; data: unknown }[];
let errors: SlateError[];

beforeEach(() => {
  hub = new MemoryHub();
  sent = [];
  errors = [];
  hub.connect().subscribe('>', ({ subject, data }) => sent.push({ subject, data: parse(data) }));
  bus = hub.connect();
  bus.on('error', (error) => errors.push(error));
});
afterEach(() => bus.close());

function parse(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return data;
  }
}

const without = (event: Sample, key: string) =>
  Object.fromEntries(Object.entries(event).filter(([name]) => name !== key));

describe.each(RESOURCES)('$name events', ({ name, publish, listen, scope, samples, subjects, ids, accepts }) => {
  const collect = () => {
    const received: Sample[] = [];
    const unsubscribe = listen(scope, (event) => received.push(event), { bus });
    return { received, unsubscribe };
  };

  it('are published to the subjects of the bus document, and to everyone else concerned, with one id', async () => {
    for (const [index, sample] of samples.entries()) {
      sent.length = 0;
      await publish(sample, { bus });
      expect(sent.map(({ subject }) => subject)).toEqual(subjects[index]);
      for (const { data } of sent) expect(data).toEqual({ ...sample, id: expect.stringMatching(/^~[a-z0-9]{11,}$/) });
      expect(new Set(sent.map(({ data }) => (data as Sample).id)).size).toBe(1);
    }
  });

  it('are received once each, whoever publishes them', async () => {
    const { received, unsubscribe } = collect();
    const other = hub.connect();
    for (const sample of samples) await publish(sample, { bus: other });
    for (const sample of samples) await publish(sample, { bus });
    await turns();
    expect(received.map(({ type }) => type)).toEqual([...samples, ...samples].map(({ type }) => type));
    expect(received[0]).toMatchObject(samples[0] as object);
    unsubscribe();
    await publish(samples[0] as Sample, { bus });
    await turns();
    expect(received).toHaveLength(samples.length * 2);
    expect(errors).toEqual([]);
  });

  it('may be instances of a class, and inherit fields', async () => {
    const { received } = collect();
    const [sample] = samples as [Sample];
    await publish(Object.create(sample) as Sample, { bus });
    await publish(Object.assign(new (class Kind {})(), sample) as Sample, { bus });
    await turns();
    expect(received).toEqual([
      { ...sample, id: expect.any(String) },
      { ...sample, id: expect.any(String) },
    ]);
  });

  it('are refused where toJSON returns something else', async () => {
    const odd = (as: unknown) => ({ ...(samples[0] as Sample), toJSON: () => as });
    for (const as of ['text', [], {}, null]) {
      await expect(publish(odd(as), { bus })).rejects.toThrow(PayloadError);
      await expect(publish({ ...odd(as), id: 'mine' }, { bus })).rejects.toThrow(PayloadError);
    }
    expect(sent).toEqual([]);
  });

  it('keep their id, and fields that the schema does not name', async () => {
    const { received } = collect();
    const event = { ...(samples[0] as Sample), id: 'mine', extra: { deep: [1] } };
    await publish(event, { bus });
    await turns();
    expect(received).toEqual([event]);
  });

  const [sample] = samples as [Sample];
  const bad: [string, unknown, string][] = [
    ['no type', without(sample, 'type'), 'type'],
    ['an unknown type', { ...sample, type: 'exploded' }, 'type'],
    ['no timestamp', without(sample, 'timestamp'), 'timestamp'],
    ...[0, -1, Number.NaN, Infinity, 9e15, '5', null].map((timestamp): [string, unknown, string] => [
      `the timestamp ${timestamp}`,
      { ...sample, timestamp },
      'timestamp',
    ]),
    ...ids.flatMap((id): [string, unknown, string][] => [
      [`no ${id}`, without(sample, id), id],
      ...['', 'x'.repeat(257), '\ud800', 5, null].map((value): [string, unknown, string] => [
        `the ${id} ${JSON.stringify(value).slice(0, 12)}`,
        { ...sample, [id]: value },
        id,
      ]),
    ]),
    ['an id that is not valid', { ...sample, id: '' }, 'id'],
  ];

  it.each(bad.filter(([, each]) => !accepts(each as Sample, 'published')))(
    'with %s are refused when published',
    async (_, event, path) => {
      const error = await publish(event as Sample, { bus }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EventError);
      expect(error).toMatchObject({ path, subject: expect.stringMatching(new RegExp(`^slate\\.${name}`)) });
      expect((error as EventError).reason).not.toBe('');
      expect(sent).toEqual([]);
      expect(bus.stats.messagesOut).toBe(0);
    },
  );

  it.each([null, undefined, 5, 'text', [], [sample]])('that are %j are refused when published', async (event) => {
    await expect(publish(untyped(event), { bus })).rejects.toThrow(EventError);
    expect(sent).toEqual([]);
  });

  it('that break the rules cost one error each when received, and reach no listener', async () => {
    const { received } = collect();
    collect(); // the errors stay the same with a second listener
    const other = hub.connect();
    const subject = subjects[0]?.[0] ?? '';
    for (const [, event, path] of bad.filter(([, each]) => !accepts(each as Sample, 'received'))) {
      const onTheWire = JSON.parse(JSON.stringify(event)) as unknown; // JSON writes NaN as null
      errors.length = 0;
      other.publish(subject, onTheWire);
      await turns();
      expect(errors).toHaveLength(1);
      expect(errors[0]).toBeInstanceOf(EventError);
      expect(errors[0]).toMatchObject({ subject, path });
    }
    errors.length = 0;
    for (const value of [null, 5, 'text', [], [sample]]) other.publish(subject, value);
    other.publish(subject);
    other.publish(subject, new TextEncoder().encode('{"half'));
    await turns();
    expect(errors.map(({ name: each }) => each)).toEqual([...Array(6).fill('EventError'), 'PayloadError']);
    expect(received).toEqual([]);
    other.publish(subject, sample);
    await turns();
    expect(received).toEqual([sample]);
  });

  it('share their subscriptions, which end with the last listener', async () => {
    const active = new Set<object>();
    let asked = 0;
    const subscribe = bus.subscribe.bind(bus);
    bus.subscribe = (...args) => {
      asked++;
      const subscription = subscribe(...args);
      active.add(subscription);
      void subscription.closed.then(() => active.delete(subscription));
      return subscription;
    };
    const all = Array.from({ length: 100 }, () => collect().unsubscribe);
    const cost = asked;
    expect(cost).toBeLessThanOrEqual(7);
    await publish(sample, { bus }); // from this event a listener may learn further items
    for (const unsubscribe of all.slice(1)) unsubscribe();
    expect(active.size).toBeGreaterThanOrEqual(cost);
    for (const unsubscribe of all) unsubscribe();
    for (const unsubscribe of all) unsubscribe(); // a second time, which has no effect
    await turns();
    expect(active.size).toBe(0);
    asked = 0;
    const { received } = collect();
    expect(asked).toBe(cost);
    await publish(sample, { bus });
    await turns();
    expect(received).toHaveLength(1);
  });

  it('are ignored where they expect an answer, because those are requests', async () => {
    const { received } = collect();
    bus.publish(subjects[0]?.[0] ?? '', { query: 'status' }, { reply: bus.inbox() });
    await turns();
    expect(received).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('wait while the connection is lost; of cursors, selections and presence, the last of each user does', async () => {
    const { received } = collect();
    const fleeting = new Set(['cursor', 'selection', 'presence']);
    bus.disconnect();
    const all = samples.flatMap((each) => [1, 2].map((more) => publish({ ...each, more }, { bus })));
    bus.reconnect();
    await Promise.all(all);
    await turns();
    const kept = samples.flatMap((each) => (fleeting.has(each.type) ? [2] : [1, 2]).map((more) => ({ ...each, more })));
    expect(received).toEqual(kept.map((each) => expect.objectContaining(each)));
    bus.disconnect();
    await expect(publish(sample, { bus, whenOffline: 'reject' })).rejects.toMatchObject({ name: 'NotConnectedError' });
  });

  it('that were sent twice, because the connection was lost before a confirmation, are received once', async () => {
    const received: Sample[] = [];
    listen(scope, (event) => received.push(event), { bus: hub.connect() });
    const publishing = publish(sample, { bus });
    bus.disconnect();
    await turns();
    bus.reconnect();
    await publishing;
    await turns();
    expect(sent.length).toBe(2 * (subjects[0]?.length ?? 0)); // it was sent twice
    expect(received).toHaveLength(1);
  });

  it('have no listeners for a scope that is not an id', () => {
    for (const each of ['', 'x'.repeat(257), untyped<string>(5)]) {
      expect(() => listen(each, () => undefined, { bus })).toThrow(expect.objectContaining({ name: 'InvalidIdError' }));
    }
  });
});
