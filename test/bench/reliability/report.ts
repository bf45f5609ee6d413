/** The measured table of docs/reliability.md, between its two marks. */
import type { Machine } from '../machine.js';
import { table } from '../report/table.js';
import type { Outcome } from './property.js';

const [BEGIN, END] = ['<!-- measured: npm run reliability writes this -->', '<!-- end -->'];

export function withTable(
  page: string,
  results: ReadonlyMap<string, readonly Outcome[]>,
  { cpu, cores, system, node, date, versions }: Machine,
  nats: string,
): string {
  const numbers = [...new Set([...results.values()].flat().map(({ number }) => number))].sort((a, b) => a - b);
  const cell = (outcomes: readonly Outcome[], number: number) => {
    const outcome = outcomes.find((each) => each.number === number);
    return outcome && `${outcome.pass ? 'holds' : '**fails**'}: ${outcome.value}`;
  };
  const rows = numbers.map((number) => [number, ...[...results.values()].map((outcomes) => cell(outcomes, number))]);
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const text = [
    BEGIN,
    '',
    `Measured on ${date}: ${cpu}, ${cores} cores, ${system}, Node ${node}; nats-server ${nats}; ${used.join(', ')}.`,
    '',
    table(['property', ...results.keys()], rows),
    '',
    END,
  ].join('\n');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('docs/reliability.md has lost the marks between which its table stands.');
  return page.slice(0, from) + text + page.slice(to + END.length);
}
