/** Ids that are written as bytes: each is different, in valid JSON, and is read again as its number. */
import { describe, expect, it } from 'vitest';
import { numberOf, sourceOf, withId } from '../../../../src/events/fast/id-bytes.js';

const idOf = (json: string) => (JSON.parse(new TextDecoder().decode(withId(json))) as { id: string }).id;

describe('the id of an event', () => {
  it('counts on, digit by digit, and is read again', () => {
    const first = idOf('{"a":1}');
    expect(first).toMatch(/^~[a-z0-9]{11,}$/);
    for (let more = 1; more < 5_000; more++) {
      const id = idOf('{"a":1}');
      expect(numberOf(id)).toBe(numberOf(first) + more);
      expect(sourceOf(id)).toBe(sourceOf(first));
      expect(id.slice(sourceOf(id).length)).toBe((numberOf(first) + more).toString(36));
    }
  });

  it.each([
    ['a short text', 10],
    ['a text that fills a block', 1_300],
    ['a long text', 5_000],
    ['a very long text', 30_000],
  ])('follows %s, and the bytes of the event before stay as they are', (_, length) => {
    const text = 'é'.repeat(length);
    const one = withId(JSON.stringify({ text }));
    const copy = one.slice();
    const other = withId(JSON.stringify({ text: `${text}!` }));
    expect(one).toEqual(copy);
    expect(JSON.parse(new TextDecoder().decode(one))).toEqual({ text, id: expect.any(String) });
    expect(JSON.parse(new TextDecoder().decode(other))).toEqual({ text: `${text}!`, id: expect.any(String) });
  });

  it.each([
    ['', -1],
    ['~', -1],
    ['~0123456789', -1],
    ['~01234567890', 0],
    ['~0123456789z', 35],
    ['~012345678910', 36],
    ['~0123456789zzzzzzzzzz', 36 ** 10 - 1],
    ['~0123456789zzzzzzzzzzz', -1],
    ['~012345678900', -1],
    ['~0123456789A', -1],
    ['~0123456789 ', -1],
    ['~0123456789{', -1],
    ['~0123456789é', -1],
    ['~0123456789:', -1],
    ['00123456789a', -1],
    ['of another program', -1],
  ])('%j is the number %d', (id, number) => {
    expect(numberOf(id)).toBe(number);
  });
});
