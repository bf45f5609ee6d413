/** From the logs of all workers to figures: pure, no clock, no process. */
import type { LogPage } from './logbook.js';

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

export interface Analysis {
  /** Updates sent that carry a new position. */
  updates: number;
  /** (update, other person) pairs there should be, and those that were held. */
  expected: number;
  held: number;
  /** Of the expected: held within 100 ms of being sent. */
  onTime: number;
  /** Of (person, other person) pairs: the very last position was held. */
  finals: number;
  finalsExpected: number;
  /** Positions (moves) that reached another person, and those there were. */
  samples: number;
  samplesExpected: number;
  /** Milliseconds from the send to the hold. */
  update: Percentiles;
  /** Milliseconds from the newest move in the update to the hold. */
  newest: Percentiles;
  /** Milliseconds from each move in the update to the hold. */
  sample: Percentiles;
}

const ON_TIME_MS = 100;

export function percentiles(values: Float64Array): Percentiles {
  if (values.length === 0) return { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
  const sorted = values.slice().sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

interface Sent {
  by: number;
  first: number;
  last: number;
  at: number;
  final: boolean;
}

function sentUpdates(pages: readonly LogPage[]): Map<number, Sent> {
  const updates = new Map<number, Sent>();
  const finals = new Map<number, Sent>();
  for (const page of pages) {
    for (let i = 0; i < page.sentKey.length; i++) {
      const first = page.sentFirst[i] ?? 0;
      const last = page.sentLast[i] ?? 0;
      if (first > last) continue;
      const sent = { by: page.sentBy[i] ?? 0, first, last, at: page.sentAt[i] ?? 0, final: false };
      updates.set(page.sentKey[i] ?? 0, sent);
      const final = finals.get(sent.by);
      if (final === undefined || final.last < last) finals.set(sent.by, sent);
    }
  }
  for (const sent of finals.values()) sent.final = true;
  return updates;
}

/** `firstMove`: how many moves each person had made before the logs began. */
export function analyse(pages: readonly LogPage[], people: number, firstMove: ReadonlyMap<number, number>): Analysis {
  const updates = sentUpdates(pages);
  const moves = new Map<number, Float64Array>(pages.flatMap((page) => [...page.moves]));
  const moveAt = (by: number, k: number): number => moves.get(by)?.[k - 1 - (firstMove.get(by) ?? 0)] ?? Number.NaN;

  const total = pages.reduce((sum, page) => sum + page.heldKey.length, 0);
  const update = new Float64Array(total);
  const newest = new Float64Array(total);
  const sample: number[] = [];
  let held = 0;
  let onTime = 0;
  let finals = 0;
  let samples = 0;
  for (const page of pages) {
    for (let i = 0; i < page.heldKey.length; i++) {
      const sent = updates.get(page.heldKey[i] ?? 0);
      if (sent === undefined || sent.by === page.heldBy[i]) continue;
      const at = page.heldAt[i] ?? 0;
      update[held] = at - sent.at;
      newest[held] = at - moveAt(sent.by, sent.last);
      held += 1;
      if (at - sent.at <= ON_TIME_MS) onTime += 1;
      if (sent.final) finals += 1;
      samples += sent.last - sent.first + 1;
      // Every seventh is enough for percentiles of millions.
      if (held % 7 === 0 || total < 100_000) {
        for (let k = sent.first; k <= sent.last; k++) sample.push(at - moveAt(sent.by, k));
      }
    }
  }
  const made = [...moves.values()].reduce((sum, times) => sum + times.length, 0);
  return {
    updates: updates.size,
    expected: updates.size * (people - 1),
    held,
    onTime,
    finals,
    finalsExpected: moves.size * (people - 1),
    samples,
    samplesExpected: made * (people - 1),
    update: percentiles(update.subarray(0, held)),
    newest: percentiles(newest.subarray(0, held)),
    sample: percentiles(Float64Array.from(sample)),
  };
}
