/** The changes of a `Y.Text` as Yjs tells them, and what they do to a text, a position and to ranges. */
import type { YTextEvent } from 'yjs';

export type Delta = YTextEvent['delta'];
export type Range = readonly [from: number, to: number];

/** Stands for what a `Y.Text` holds besides characters, such as a picture: each is one unit long. */
const OBJECT = '\ufffc';

const textOf = (insert: unknown): string => (typeof insert === 'string' ? insert : OBJECT);

/** What a `Y.Text` holds, as characters: as many as it has units. */
export function plain(text: { readonly length: number; toString(): string; toDelta(): Delta }): string {
  const characters = text.toString();
  if (characters.length === text.length) return characters;
  return text
    .toDelta()
    .map(({ insert }) => textOf(insert))
    .join('');
}

/** The text after the change. */
export function applied(text: string, delta: Delta): string {
  let result = '';
  let at = 0;
  for (const { retain = 0, insert, delete: gone = 0 } of delta) {
    if (insert !== undefined) result += textOf(insert);
    result += text.slice(at, at + retain);
    at += retain + gone;
  }
  return result + text.slice(at);
}

/** Where a position is after the change. What is inserted at the position itself comes `after` it, or before. */
export function moved(position: number, delta: Delta, inserted: 'after' | 'before'): number {
  let at = 0;
  let result = position;
  for (const { retain = 0, insert, delete: gone = 0 } of delta) {
    const length = insert === undefined ? 0 : textOf(insert).length;
    if (at < result || (at === result && inserted === 'before')) result += length;
    if (at < result) result = Math.max(at, result - gone);
    at += retain + length;
  }
  return result;
}

/** Where ranges are after the change, without what it deletes in them and without what it inserts into them. */
export function movedRanges(ranges: readonly Range[], delta: Delta): readonly Range[] {
  let at = 0;
  let result = ranges;
  for (const { retain = 0, insert, delete: gone = 0 } of delta) {
    const length = insert === undefined ? 0 : textOf(insert).length;
    const here = at;
    if (length > 0) result = result.flatMap((range) => parted(range, here, length));
    const back = (position: number) => (position <= here ? position : Math.max(here, position - gone));
    if (gone > 0) result = result.map(([from, to]): Range => [back(from), back(to)]).filter(([from, to]) => from < to);
    at += retain + length;
  }
  return result;
}

function parted([from, to]: Range, at: number, length: number): readonly Range[] {
  if (to <= at) return [[from, to]];
  if (from >= at) return [[from + length, to + length]];
  return [
    [from, at],
    [at + length, to + length],
  ];
}

/** Where the last change of it ends, in the text after it. */
export function endOf(delta: Delta): number {
  let at = 0;
  let end = 0;
  for (const { retain = 0, insert } of delta) {
    at += retain + (insert === undefined ? 0 : textOf(insert).length);
    if (retain === 0) end = at;
  }
  return end;
}
