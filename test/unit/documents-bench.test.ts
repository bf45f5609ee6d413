/** What the benchmark of documents computes from what it measured, and the trace that it makes up. */
import { describe, expect, it } from 'vitest';
import { Doc, encodeStateAsUpdateV2 } from 'yjs';
import { BEGIN_MARK, END_MARK } from '../bench/documents/marks.js';
import { parseOptions, wantsPart, wantsSystem } from '../bench/documents/options.js';
import { latencies } from '../bench/documents/parts/typing.js';
import { medianOf, ratioOf } from '../bench/documents/report/figures.js';
import { tasksOf } from '../bench/documents/tasks.js';
import { play, readTrace } from '../bench/documents/trace.js';

describe('the trace that is made up', () => {
  it('has the size and the shape of the real one', () => {
    const { edits } = readTrace(undefined);
    const doc = new Doc();
    const text = doc.getText('text');
    for (let i = 0; i < edits.length; i += 1000) doc.transact(() => play(text, edits.slice(i, i + 1000)));
    expect(edits.length).toBe(259_778);
    expect(edits.filter(([, deleted]) => deleted > 0).length).toBe(77_463);
    expect(text.length).toBe(104_852);
    const state = encodeStateAsUpdateV2(doc).length;
    expect(state / 159_929).toBeGreaterThan(0.85);
    expect(state / 159_929).toBeLessThan(1.15);
  });

  it('is always the same one', () => {
    const [one, other] = [readTrace(undefined), readTrace(undefined)].map((each) => JSON.stringify(each));
    expect(one === other).toBe(true);
  });
});

describe('latencies', () => {
  const typed = [
    { client: 1, clock: 0, at: 100 },
    { client: 1, clock: 1, at: 110 },
  ];

  it('are those of each keystroke at each other person, several in one message included', () => {
    const arrived = [
      { observer: 1, client: 1, from: 0, to: 2, at: 112 },
      { observer: 2, client: 1, from: 0, to: 1, at: 103 },
    ];
    expect(latencies(typed, arrived, 3)).toEqual({ p50: 3, p99: 12, delivered: 3, expected: 4 });
  });

  it('leave out what was typed before, and are no number where nothing arrived', () => {
    const early = [{ observer: 1, client: 2, from: 0, to: 9, at: 90 }];
    expect(latencies(typed, early, 2)).toEqual({ p50: Number.NaN, p99: Number.NaN, delivered: 0, expected: 2 });
  });
});

describe('the tasks of a page', () => {
  const task = (ts: number, dur: number, tid = 1) => ({
    name: 'ThreadControllerImpl::RunTask',
    ph: 'X',
    pid: 1,
    tid,
    ts,
    dur,
  });
  const mark = (name: string, ts: number) => ({ name, ph: 'I', pid: 1, tid: 1, ts });

  it('are those of its main thread between the marks', () => {
    const traceEvents = [
      task(0, 400_000),
      task(900_000, 120_000),
      mark(BEGIN_MARK, 1_000_000),
      task(1_100_000, 60_000),
      task(1_200_000, 500_000, 2),
      mark(END_MARK, 1_150_000),
      task(1_300_000, 300_000),
    ];
    expect(tasksOf(JSON.stringify({ traceEvents }))).toEqual({ longest: 120, blocked: 80, took: 150 });
  });

  it('cannot be told without the marks', () => {
    expect(() => tasksOf('{"traceEvents":[]}')).toThrow('no marks');
  });
});

describe('the figures of a run', () => {
  const rows = [
    { system: 'a', round: 0, value: 2 },
    { system: 'b', round: 0, value: 1 },
    { system: 'a', round: 1, value: 9 },
    { system: 'b', round: 1, value: 3 },
    { system: 'a', round: 2, value: undefined },
    { system: 'b', round: 2, value: 1 },
  ];

  it('are medians, in which what never came counts as endless', () => {
    expect(medianOf(rows, 'a', (row) => row.value)).toBe(9);
    expect(ratioOf(rows, 'a', 'b', (row) => row.value)).toBe(3);
  });

  it('are no numbers where a system did not run', () => {
    expect(medianOf(rows, 'c', (row) => row.value)).toBeNaN();
    expect(ratioOf(rows, 'a', 'c', (row) => row.value)).toBeNaN();
  });
});

describe('the arguments', () => {
  it('choose systems and parts', () => {
    const options = parseOptions(['--quick', '--only', 'slate,typing', '--trace', 'x.json.gz']);
    if (options === undefined) throw new Error('These are arguments.');
    expect([options.quick, options.rounds, options.trace]).toEqual([true, 1, 'x.json.gz']);
    expect([wantsPart(options, 'typing'), wantsPart(options, 'page')]).toEqual([true, false]);
    expect([wantsSystem(options, 'slate'), wantsSystem(options, 'nats')]).toEqual([true, false]);
  });

  it.each([['--rounds', '0'], ['--rounds', '21'], ['--only', 'slate,typo'], ['--slow']])(
    'are refused: %s %s',
    (...args) => {
      expect(parseOptions(args)).toBeUndefined();
    },
  );
});
