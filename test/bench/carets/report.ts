/** Writes docs/benchmarks-carets.md from what one run found. */
import type { Machine } from '../machine.js';
import { num, table } from '../report/table.js';

/** Of one system, rhythm and number of people: medians of the rounds. */
export interface Row {
  readonly title: string;
  readonly people: number;
  readonly rhythm: string;
  readonly p50: number;
  readonly p95: number;
  /** Carets that nobody was shown, nor a newer one; of all rounds together. */
  readonly missing: number;
  /** Bytes on the TCP connections, divided by the carets that were set: sent, and received by each other person. */
  readonly bytesOut: number;
  readonly bytesIn: number;
}

export interface Results {
  readonly machine: Machine;
  readonly natsVersion: string;
  readonly rounds: number;
  readonly moves: number;
  readonly quick: boolean;
  readonly rows: readonly Row[];
}

const HEAD = ['', 'p50, ms', 'p95, ms', 'never seen', 'B sent a caret', 'B received a caret'];

export function report({ machine, natsVersion, rounds, moves, quick, rows }: Results): string {
  const groups = [...new Set(rows.map(({ people, rhythm }) => `${people} people, ${rhythm}`))];
  const tables = groups.map((group) => {
    const of = rows.filter(({ people, rhythm }) => `${people} people, ${rhythm}` === group);
    const cells = of.map((row) => [
      row.title,
      num(row.p50),
      num(row.p95),
      row.missing,
      num(row.bytesOut, 0),
      num(row.bytesIn, 0),
    ]);
    return `## ${group}\n\n${table(HEAD, cells)}`;
  });
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return `# Carets beside y-websocket and Hocuspocus

How long it takes until the others see where somebody's caret is: from the \`cursor\` that an editor's binding sets in
Awareness to the event \`change\` in the Awareness of each other person. All systems in one run on one machine. The run
itself writes this file:

\`\`\`sh
npm run bench:carets             # about five minutes, writes this file
npm run bench:carets -- --quick  # some seconds, prints
\`\`\`

${quick ? '**A quick run: shorter, with fewer rounds. Not for quoting.**\n\n' : ''}${machine.date}, \
${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, \
nats-server ${natsVersion}.
${versions.join(', ')}.

${tables.join('\n\n')}

## How to read it

- Everyone sets ${moves} carets as y-codemirror.next writes them. *Typing*: 120 to 300 ms between two of one person, by
  chance. *An arrow key held*: 33 ms, the rate at which a keyboard repeats. ${rounds} rounds, in which the systems take
  turns; the table has the medians of the rounds.
- A caret counts as seen when the other has it, or a newer one of the same person. The clients share two processes; the
  servers have processes of their own.
- Slate sends what comes after a rest at once, and then at most every 100 ms (rules M1 and M10), with what is newest
  then: carets that follow each other sooner wait for that. The others send each caret at once, as they come.
- **B** are bytes on the TCP connections, with WebSocket frames, protocol lines and what a room sends to stay alive.
  *Sent*: by all clients together, divided by the carets that were set. *Received*: the same for each person who sees
  it. In y-websocket everyone also gets their own carets back.
`;
}
