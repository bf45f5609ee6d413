/** The ids of events, written into their JSON. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOurs, withId } from '../../../src/events/event-id.js';

const read = (json: string) => JSON.parse(new TextDecoder().decode(withId(json))) as { id: string };

it('gives each event another id: the name of the program, and a count', () => {
  const ids = Array.from({ length: 36 ** 3 + 1 }, () => read('{"a":1}').id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.map((id) => id.slice(0, 11))).size).toBe(1);
  const counts = ids.map((id) => Number.parseInt(id.slice(11), 36));
  expect(counts.map((count, index) => count - index)).toEqual(counts.map(() => counts[0]));
  for (const id of [ids[0], ids.at(-1)]) {
    expect(id).toMatch(/^~[0-9a-z]{15}$/);
    expect(isOurs(id as string)).toBe(true);
  }
});

it('leaves the other fields of any object as they are, however long', () => {
  const object = fc.record({ text: fc.string({ unit: 'binary' }), more: fc.jsonValue(), times: fc.nat(300) });
  fc.assert(
    fc.property(object, ({ text, more, times }) => {
      const json = JSON.stringify({ more, text: text.repeat(times) });
      const { id, ...rest } = read(json);
      expect(JSON.stringify(rest)).toBe(json);
      expect(isOurs(id)).toBe(true);
    }),
  );
});

it('never touches what it gave before', () => {
  const given = Array.from({ length: 500 }, (_, index) => withId(`{"index":${index},"text":"é"}`));
  const texts = given.map((bytes) => new TextDecoder().decode(bytes));
  for (let n = 0; n < 500; n++) withId('{"other":true}');
  expect(given.map((bytes) => new TextDecoder().decode(bytes))).toEqual(texts);
  expect(texts.map((text) => JSON.parse(text).index)).toEqual(texts.map((_, index) => index));
});
