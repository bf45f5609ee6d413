/** What screen readers are told: how often, and in which words. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Arrivals } from '../../../elements/avatars/arrivals.js';
import { roomWords } from '../../../elements/shared/english.js';
import { LiveRegion, SPEAK_EVERY_MS } from '../../../elements/shared/live-region.js';
import { Speech } from '../../../elements/shared/speech.js';
import type { Member } from '../../../src/index.js';
import { untyped } from '../../support/untyped.js';

const GATHER_MS = 500;

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
});

/** A live region, and what it has spoken: an update of its host is a sentence. */
function setUp(compose: () => string) {
  const spoken: unknown[] = [];
  const requestUpdate = () => void spoken.push(region.render().values[0]);
  const region = new LiveRegion({ requestUpdate }, compose);
  return { region, spoken };
}

describe('a live region', () => {
  it('waits a moment, then speaks at most one sentence in 5 s', () => {
    let count = 0;
    const { region, spoken } = setUp(() => `sentence ${++count}`);
    region.schedule();
    region.schedule();
    vi.advanceTimersByTime(GATHER_MS - 1);
    expect(spoken).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(spoken).toEqual(['sentence 1']);
    region.schedule();
    vi.advanceTimersByTime(SPEAK_EVERY_MS - 1);
    expect(spoken).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(spoken).toEqual(['sentence 1', 'sentence 2']);
  });

  it('does not wait after a time when there was nothing to say', () => {
    let sentence = '';
    const { region, spoken } = setUp(() => sentence);
    region.schedule();
    vi.advanceTimersByTime(GATHER_MS);
    sentence = 'something';
    region.schedule();
    vi.advanceTimersByTime(GATHER_MS);
    expect(spoken).toEqual(['something']);
  });

  it('changes its text when it says the same again, since screen readers speak only of changes', () => {
    const { region, spoken } = setUp(() => 'the same');
    for (let time = 0; time < 3; time++) {
      region.schedule();
      vi.advanceTimersByTime(SPEAK_EVERY_MS);
    }
    expect(spoken).toEqual(['the same', 'the same\u00a0', 'the same']);
  });

  it('says nothing about what was withdrawn before, and leaves no timer', () => {
    let sentence = 'something';
    const { region, spoken } = setUp(() => sentence);
    region.schedule();
    sentence = '';
    vi.advanceTimersByTime(SPEAK_EVERY_MS);
    expect(spoken).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('arrivals and departures', () => {
  const member = (name: string): Member => ({
    user: { id: name, name, color: '#000' },
    label: name,
    self: name === 'Alice',
    status: 'active',
    sessions: [],
  });

  it('of 5 s are one sentence', () => {
    const arrivals = new Arrivals(new Speech(untyped<Element>(null), roomWords));
    const { region, spoken } = setUp(() => arrivals.compose());
    const note = (...names: string[]) => {
      arrivals.note(names.map(member));
      region.schedule();
    };
    note('Alice', 'Bob');
    vi.advanceTimersByTime(1000);
    note('Alice', 'Bob', 'Cleo');
    note('Alice', 'Bob', 'Cleo', 'Dora');
    vi.advanceTimersByTime(1000);
    expect(spoken).toEqual(['Cleo and Dora joined.']);
    note('Alice', 'Cleo', 'Dora', 'Emil');
    note('Alice', 'Bob', 'Cleo', 'Emil', 'Fay', 'Gus', 'Hal'); // Bob was away for a moment only
    vi.advanceTimersByTime(SPEAK_EVERY_MS - 1100);
    expect(spoken).toHaveLength(1);
    vi.advanceTimersByTime(1100);
    expect(spoken[1]).toBe('Emil, Fay, and 2 others joined. Dora left.');
    arrivals.reset();
    note('Alice');
    vi.advanceTimersByTime(20_000);
    expect(spoken).toHaveLength(2);
  });
});
