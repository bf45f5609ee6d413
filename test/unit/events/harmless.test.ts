/** D2: keys that could change what an object is reach no listener of events, wherever in an event they stand. */
import { expect, it } from 'vitest';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import type { SlateError } from '../../../src/errors.js';
import { onEditorEvents } from '../../../src/index.js';
import { RESOURCES } from '../../support/event-samples.js';
import { turns } from '../../support/virtual-clock.js';

const EVIL =
  '{"__proto__":{"admin":true},"constructor":{"prototype":{}},"prototype":1,"kept":[[{"\\u005f_proto__":2}]]}';
const HARMLESS = { kept: [[{}]] };
const utf8 = new TextEncoder();

it.each(RESOURCES)('D2: not in $name events: in data, in fields without a schema, at any depth', async (resource) => {
  const hub = new MemoryHub();
  const [bus, other] = [hub.connect(), hub.connect()];
  const received: unknown[] = [];
  const raw: unknown[] = [];
  const errors: SlateError[] = [];
  bus.on('error', (error) => errors.push(error));
  bus.subscribe('slate.>', (message) => raw.push(message.json()));
  resource.listen(resource.scope, (event) => received.push(event), { bus });
  for (const [index, sample] of resource.samples.entries()) {
    const data = { ...(sample.data as object | undefined), more: 'EVIL' };
    const text = JSON.stringify({ ...sample, data, extra: 'EVIL', list: [1, 'EVIL'] }).replaceAll('"EVIL"', EVIL);
    const evil = text.replace(/\}$/, ',"__proto__":{"admin":true},"constructor":1}');
    other.publish(resource.subjects[index]?.[0] ?? '', utf8.encode(evil));
    await turns();
    expect(received.at(-1)).toEqual({
      ...sample,
      data: { ...data, more: HARMLESS },
      extra: HARMLESS,
      list: [1, HARMLESS],
    });
    expect(Object.keys(received.at(-1) as object)).not.toContain('__proto__');
    expect(JSON.stringify(received.at(-1))).not.toMatch(/proto|constructor/);
    expect(JSON.stringify(raw.at(-1))).toMatch(/__proto__/); // a plain subscription changes nothing
  }
  expect(received).toHaveLength(resource.samples.length);
  expect(errors).toEqual([]);
});

it('D2: not in batches of cursors, and not however deep', async () => {
  const hub = new MemoryHub();
  const bus = hub.connect();
  const received: unknown[] = [];
  onEditorEvents('f1', (event) => received.push(event), { bus });
  const deep = `${'['.repeat(20_000)}${EVIL}${']'.repeat(20_000)}`;
  const cursor = { type: 'cursor', userId: 'ada', fileId: 'f1', timestamp: 1, data: { position: 'HERE' } };
  const publish = (position: string) =>
    bus.publish('slate.editor.cursors.batch', utf8.encode(JSON.stringify([cursor]).replace('"HERE"', position)));
  publish(EVIL);
  publish(deep);
  await turns();
  expect(received).toHaveLength(2);
  expect(received[0]).toEqual({ ...cursor, data: { position: HARMLESS } });
  let inmost = (received[1] as { data: { position: unknown } }).data.position;
  while (Array.isArray(inmost)) inmost = inmost[0];
  expect(Object.keys(inmost as object)).toEqual(['kept']);
});
