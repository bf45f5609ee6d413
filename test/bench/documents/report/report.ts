/** The words and tables of docs/benchmarks-documents.md, from the figures of one run. */
import { num, percent, table, times } from '../../report/table.js';
import { paceOf } from '../parts/typing.js';
import type { Results } from '../results.js';
import { SYSTEMS, systemOf } from '../systems.js';
import { medianOf, ratioOf } from './figures.js';
import { goalsOf, goalTable } from './goals.js';
import { HOW } from './how.js';

const FLOOR = 'nats';
const thousands = (value: number) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–');
const mebibytes = (value: number) => num(value / 2 ** 20);
/** The systems that have a row, in the order of all tables. */
const among = (rows: readonly { system: string }[]) =>
  SYSTEMS.filter(({ id }) => rows.some(({ system }) => system === id));

function typingTable({ typing }: Results): string {
  const peoples = [...new Set(typing.map(({ people }) => people))].sort((a, b) => a - b);
  const rows = peoples.flatMap((people) => {
    const here = typing.filter((row) => row.people === people);
    return among(here).map(({ id, title }) => {
      const own = here.filter(({ system }) => system === id);
      const sum = (read: (row: (typeof own)[number]) => number) => own.reduce((all, row) => all + read(row), 0);
      return [
        `${people}, ${1000 / paceOf(people)}/s`,
        title,
        num(medianOf(here, id, (row) => row.p50)),
        num(medianOf(here, id, (row) => row.p99)),
        times(ratioOf(here, id, FLOOR, (row) => row.p50)),
        times(ratioOf(here, id, FLOOR, (row) => row.p99)),
        percent(
          sum((row) => row.delivered),
          sum((row) => row.expected),
        ),
        num(medianOf(here, id, (row) => row.equalAfter)),
      ];
    });
  });
  return table(['typists', '', 'p50, ms', 'p99, ms', 'p50 ÷ raw', 'p99 ÷ raw', 'delivered', 'equal after, ms'], rows);
}

function bytesTable({ bytes }: Results): string {
  return table(
    ['bytes a keystroke', 'payload sent', 'payload received', 'line of the typist', 'line of another'],
    among(bytes).map(({ id, title }) => [
      title,
      num(medianOf(bytes, id, (row) => row.payloadUp)),
      num(medianOf(bytes, id, (row) => row.payloadDown)),
      num(medianOf(bytes, id, (row) => row.typistLine)),
      num(medianOf(bytes, id, (row) => row.otherLine)),
    ]),
  );
}

function historyTable({ history }: Results): string {
  return table(
    ['stored', '20 keystrokes, bytes', 'in writes', 'writes a second', 'bytes an hour', 'on the disk, an hour'],
    history.map((row) => [
      systemOf(row.system).title,
      row.burstBytes,
      row.burstWrites,
      num(row.writesPerSecond),
      thousands(row.bytesPerSecond * 3600),
      thousands(row.diskPerSecond * 3600),
    ]),
  );
}

function joinTable({ joins, papers }: Results): string {
  const warm = joins.filter(({ how }) => how === 'warm');
  const rows = (['cold', 'warm'] as const).flatMap((how) => {
    const here = joins.filter((row) => row.how === how);
    return among(here).map(({ id, title }) => [
      title,
      how,
      num(medianOf(here, id, (row) => row.held)),
      num(medianOf(here, id, (row) => row.synced)),
      times(ratioOf(here, id, 'y-websocket', (row) => row.held, warm)),
      thousands(medianOf(here, id, (row) => row.down)),
      thousands(medianOf(here, id, (row) => row.up)),
      mebibytes(medianOf(here, id, (row) => row.memoryBefore)),
      mebibytes(medianOf(here, id, (row) => row.memoryAfter)),
      thousands(papers[id]?.onDisk ?? Number.NaN),
    ]);
  });
  const head = ['', '', 'whole text, ms', 'synced, ms', '÷ y-websocket warm', 'bytes received', 'bytes sent'];
  return table([...head, 'server before, MiB', 'with it, MiB', 'store on the disk, bytes'], rows);
}

function tailTable({ tails, tailEdits }: Results): string {
  return table(
    [`${tailEdits.toLocaleString('en')} edits, each an entry`, 'whole text, ms', 'bytes received'],
    among(tails).map(({ id, title }) => [
      title,
      num(medianOf(tails, id, (row) => row.held)),
      thousands(medianOf(tails, id, (row) => row.down)),
    ]),
  );
}

function pageTable({ pages }: Results): string {
  return table(
    ['', 'longest task, ms', 'over 50 ms, in all', 'whole text, ms', 'heap, MiB'],
    among(pages).map(({ id, title }) => [
      title,
      num(medianOf(pages, id, (row) => row.longest)),
      num(medianOf(pages, id, (row) => row.blocked)),
      num(medianOf(pages, id, (row) => row.took)),
      mebibytes(medianOf(pages, id, (row) => row.heap)),
    ]),
  );
}

function circumstances({ machine, chromium, rounds, seconds, quick }: Results): string {
  const { date, cores, cpu, memoryGiB, system, node, versions } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date}, ${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}.`,
    `${[...programs, ...(chromium === '' ? [] : [`Chromium ${chromium}`])].join(', ')}.`,
    `${rounds} round${rounds === 1 ? '' : 's'}, ${num(seconds / 60)} minutes.${quick ? ' A quick run.' : ''}`,
  ].join('\n');
}

export function markdown(results: Results): string {
  const { trace, failures } = results;
  const parts = [
    ['Typing', results.typing, typingTable],
    ['Bytes of a keystroke', results.bytes, bytesTable],
    ['What the history takes', results.history, historyTable],
    ['Opening a paper', results.joins, joinTable],
    ['A history that nobody has folded', results.tails, tailTable],
    ['Opening the paper in a page', results.pages, pageTable],
  ] as const;
  const sections = parts.map(([title, rows, draw]) => {
    const body = rows.length === 0 ? 'Not measured in this run.' : draw(results);
    return `## ${title}\n\n${body}\n`;
  });
  const failed = failures.map(({ system, part, reason }) => `- ${systemOf(system).title}, ${part}: ${reason}`);
  return `# Benchmarks of documents

Slate, [y-websocket](https://github.com/yjs/y-websocket) with its own server and store, and
[Hocuspocus](https://tiptap.dev/docs/hocuspocus) share the same Yjs documents in one run on one machine. Raw \`nats.ws\`
with Yjs and nothing else shows the least that anything built on NATS can cost. The run itself writes this file:

\`\`\`sh
npm run bench:documents                                           # everything, about half an hour, writes this file
npm run bench:documents -- --trace automerge-paper.json.gz        # with the keystrokes of a real paper
npm run bench:documents -- --quick                                # about three minutes
npm run bench:documents -- --only slate,y-websocket,typing,join   # some systems or parts
\`\`\`

${circumstances(results)}

## In short

${goalTable(goalsOf(results))}

${sections.join('\n')}
${failed.length === 0 ? '' : `## What failed\n\n${failed.join('\n')}\n`}
The paper is ${trace.title}: ${trace.edits.toLocaleString('en')} edits.

${HOW}`;
}
