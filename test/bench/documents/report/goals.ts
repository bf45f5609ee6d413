/** The goals of documents, each with what this run found. A row that is not met says so. */
import { num, percent, table, times } from '../../report/table.js';
import type { JoinResult } from '../parts/paper.js';
import type { TypingResult } from '../parts/typing.js';
import type { Results } from '../results.js';
import { LONG_MS } from '../tasks.js';
import { medianOf, ratioOf } from './figures.js';

export interface Goal {
  readonly what: string;
  /** NaN: not measured in this run. */
  readonly value: number;
  readonly shown: string;
  readonly goal: string;
  readonly met: boolean;
}

const SLATE = 'slate';
const FLOOR = 'nats';
const JOIN_BYTES = 165_000;
const TAIL_MS = 2000;
/** The measured minute counts with what precedes and follows it, so a message a second may come out a little higher. */
const SAVES_PER_SECOND = 1.1;

const bytes = (value: number) => `${value < 1000 ? num(value) : Math.round(value).toLocaleString('en')} B`;
const milliseconds = (value: number) => `${num(value)} ms`;

function atMost(what: string, value: number, limit: number, goal: string, show: (value: number) => string): Goal {
  return { what, value, shown: show(value), goal, met: value <= limit };
}

function typingGoals(all: readonly TypingResult[], people: number): Goal[] {
  const rows = all.filter((row) => row.people === people);
  const own = rows.filter(({ system }) => system === SLATE);
  const share = own.reduce((sum, row) => sum + row.delivered, 0) / own.reduce((sum, row) => sum + row.expected, 0);
  const what = `${people} typists: edit → remote`;
  return [
    atMost(
      `${what}, p50`,
      ratioOf(rows, SLATE, FLOOR, (row) => row.p50),
      1.5,
      '≤ 1.5 × raw nats.ws',
      times,
    ),
    atMost(
      `${what}, p99`,
      ratioOf(rows, SLATE, FLOOR, (row) => row.p99),
      2,
      '≤ 2 × raw nats.ws',
      times,
    ),
    {
      what: `${people} typists: keystrokes delivered`,
      value: share,
      shown: percent(share, 1),
      goal: 'all',
      met: share === 1,
    },
  ];
}

/** Of a join that opens the paper from the disk, beside y-websocket where the server holds it in memory. */
function joinGoals(joins: readonly JoinResult[]): Goal[] {
  const cold = joins.filter(({ how }) => how === 'cold');
  const warm = joins.filter(({ how }) => how === 'warm');
  const ratio = ratioOf(cold, SLATE, 'y-websocket', (row) => row.held, warm);
  const down = medianOf(cold, SLATE, (row) => row.down);
  return [
    atMost('paper, cold join: time', ratio, 1.5, '≤ 1.5 × y-websocket from memory', times),
    atMost('paper, cold join: bytes received', down, JOIN_BYTES, `≤ ${bytes(JOIN_BYTES)}`, bytes),
  ];
}

export function goalsOf({ typing, bytes: lines, history, joins, tails, tailEdits, pages }: Results): Goal[] {
  const live = 'slate-live';
  return [
    ...[2, 10, 50].flatMap((people) => typingGoals(typing, people)),
    atMost(
      'keystroke: payload sent, live',
      medianOf(lines, live, (row) => row.payloadUp),
      21,
      '≤ 21 B',
      bytes,
    ),
    atMost(
      'keystroke: payload received',
      medianOf(lines, live, (row) => row.payloadDown),
      21,
      '≤ 21 B',
      bytes,
    ),
    atMost(
      'keystroke: line of a receiver',
      medianOf(lines, live, (row) => row.otherLine),
      80,
      '≤ 80 B',
      bytes,
    ),
    atMost(
      'history: messages a second of a typist',
      medianOf(history, SLATE, (row) => row.writesPerSecond),
      SAVES_PER_SECOND,
      '≤ 1',
      num,
    ),
    atMost(
      'history: 20 keystrokes in a second',
      medianOf(history, SLATE, (row) => row.burstBytes),
      60,
      '≤ 60 B',
      bytes,
    ),
    ...joinGoals(joins),
    atMost(
      `${tailEdits.toLocaleString('en')} edits without a snapshot: cold join`,
      medianOf(tails, SLATE, (row) => row.held),
      TAIL_MS,
      '≤ 2 s',
      milliseconds,
    ),
    atMost(
      'paper in Chromium: longest task',
      medianOf(pages, SLATE, (row) => row.longest),
      LONG_MS,
      `≤ ${LONG_MS} ms`,
      milliseconds,
    ),
  ];
}

export function goalTable(goals: readonly Goal[]): string {
  const verdict = ({ value, met }: Goal) => (Number.isNaN(value) ? 'not measured' : met ? 'met' : '**missed**');
  const measured = goals.filter(({ value }) => !Number.isNaN(value));
  return [
    table(
      ['', 'Slate', 'goal', 'verdict'],
      goals.map((each) => [each.what, Number.isNaN(each.value) ? '–' : each.shown, each.goal, verdict(each)]),
    ),
    '',
    `Goals met: ${measured.filter(({ met }) => met).length} of ${measured.length}; ` +
      `${goals.length - measured.length} not measured in this run.`,
  ].join('\n');
}
