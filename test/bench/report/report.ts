/** docs/benchmarks.md, from the results of one run. The words explain how to read it; every figure comes from the run. */
import type { Ghost } from '../parts/life.js';
import { MUCH_ELSE } from '../parts/moving.js';
import type { Results } from '../results.js';
import { goalsOf, goalTable } from './goals.js';
import { moveCostTable, movingSection, ratioTable } from './moving.js';
import { num, table } from './table.js';

const ghost = ({ dimmed, gone }: Ghost) =>
  `${dimmed === undefined ? '' : `dimmed ${num(dimmed)} s, `}${gone === undefined ? 'still there' : `gone ${num(gone)} s`}`;

function introduction({ machine, quick, seconds, moving }: Results): string {
  const { versions } = machine;
  const disturbed = moving.filter((row) => row.othersLoad >= MUCH_ELSE).length;
  return `# Benchmarks

Slate, [y-websocket](https://github.com/yjs/y-websocket) and [Hocuspocus](https://tiptap.dev/docs/hocuspocus) doing the same
work in one run on one machine, and raw \`nats.ws\` without any presence as the floor under everything built on NATS.
How smooth and how light pointers are beside other methods is in [benchmarks-motion.md](benchmarks-motion.md), what drawing
them costs in [benchmarks-drawing.md](benchmarks-drawing.md). This file is written by the run itself:

\`\`\`sh
npm run bench                      # everything, about ten minutes, writes this file
npm run bench -- --quick           # about two minutes, writes .cache/bench/benchmarks.md
npm run bench -- --only slate,idle # some systems or parts: moving joining idle life
\`\`\`

${quick ? '**A quick run: shorter, with fewer people. Not for quoting.**\n\n' : ''}${machine.date}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, nats-server ${versions['nats-server'] ?? '(not run)'}.
${Object.entries(versions)
  .filter(([name]) => name !== 'nats-server')
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')}.
The run took ${num(seconds / 60, 1)} minutes.${
    disturbed === 0
      ? ''
      : `\n\n**Other programs were busy on this machine during ${disturbed} of ${moving.length} loads (each is named below): times and processor figures of those are too high.**`
  }`;
}

const HOW_TO_READ = `## How to read it

- Servers, clients and the measuring process are separate processes on one machine; the clients share two driver processes.
  With two cores the drivers compete with the server: **machine CPU** near 100 % means the machine is full, and latencies
  then say more about the total cost of a system than about its server. **moves made** below 100 % means the drivers
  could not even keep 60 moves a second.
- Everyone joins, the room comes to rest, then everyone moves 60 times a second on a smooth path.
  Slate sends batches by itself, each with the whole way since the last: a position within 1/700 of the surface of the
  straight way between two others is left out, for the path says it, and counts as held. Above 48 movers it sends more
  seldom (rule M6; each 210 ms at 100), so what each client does anyway is shared by fewer updates than the others have. The others send the newest position: through a
  100 ms throttle of the page (leading and trailing, as lodash's), or through Hocuspocus' own \`flushDelay\` (100 ms in the
  provider, 16 ms in the server). Raw \`nats.ws\` publishes 30 bytes through the same throttle.
- **update**: from the moment a client hands an update to its library (for Slate and \`flushDelay\`: from the moment the
  library sends it) until another client holds it: its awareness \`change\` event has it, or, for Slate, the batch is
  validated and its playout holds it. **newest move**: from the newest pointer move inside that update. **every position**: from every
  move that arrived. What a page then draws, and how smoothly, is not in these figures: no client reads where the pointers
  are to be drawn, of no system.
- **on time**: held within 100 ms, of all updates every other person should get. **positions held**: of all moves made.
  A throttle drops five of six, so a position count of 17 % is its best. **last position held**: everyone ends up seeing everyone in the right place.
- **B** are bytes on the TCP connection, WebSocket frames and protocol lines included. A **delivery** is one update of one
  person reaching one other person, however many came in one message.
- **server µs**: user and system time of the server process per delivery; **client µs**: of the driver processes per
  update received, their own moving and measuring included. "(few)": too few updates to tell.`;

export function markdown(results: Results): string {
  const { moving, joining, idle, life } = results;
  const sections = [introduction(results)];
  const goals = goalsOf(results);
  if (goals.length > 0) sections.push('## In short', goalTable(goals));
  sections.push(HOW_TO_READ);
  if (moving.length > 0) {
    sections.push('## Everyone moves', movingSection(moving, false));
    if (moving.some((row) => row.system === 'slate')) sections.push('### Ratios', ratioTable(moving));
    if (moving.some((row) => row.system.endsWith('-60'))) {
      sections.push(
        '## Everyone moves, every move is sent',
        'Without a throttle, as a page does that sets awareness in its pointer handler. Slate, which delivers every position anyway, is the row above, again.',
        movingSection(moving, true),
      );
    }
    sections.push(
      '## One move of one person',
      'In a room at rest, what the room sends by itself taken off. The ideal is 1 sent and N − 1 delivered.',
      moveCostTable(moving),
    );
  }
  if (joining.length > 0) {
    sections.push(
      '## A newcomer',
      `Medians of ${joining[0]?.times} newcomers, one after the other, from a process of their own that has joined before. Messages are those of all clients together, above what the room sends by itself.`,
      table(
        [
          'system',
          'people',
          'roster complete, ms from the call',
          'slowest',
          'ms from the opened socket',
          'all pointers held, ms',
          'messages delivered',
          'messages sent',
        ],
        joining.map((row) => [
          row.title,
          row.people,
          num(row.fromCall, 1),
          num(row.worst, 1),
          num(row.fromOpen, 1),
          num(row.toPointers, 1),
          num(row.deliveries, 0),
          num(row.publishes, 0),
        ]),
      ),
    );
  }
  if (idle.length > 0) {
    sections.push(
      '## A room at rest',
      `${idle[0]?.people} people, each with a resting pointer, over ${num(idle[0]?.seconds, 0)} s.`,
      table(
        ['system', 'B in / client·s', 'B out / client·s', 'messages in / client·s', 'server µs / client·s'],
        idle.map((row) => [
          row.title,
          num(row.bytesIn, 0),
          num(row.bytesOut, 0),
          num(row.messagesIn),
          num(row.serverCpu, 0),
        ]),
      ),
    );
  }
  if (life.length > 0) {
    sections.push(
      '## When something breaks',
      'Alice, Bob and Carol in a room; something happens to Alice. What the slower of Bob and Carol sees. *Back*: from the new socket until both sides see each other. *Dimmed*: shown as unreachable; only Slate tells that apart.',
      table(
        [
          'system',
          'socket dropped: back',
          'missing for',
          '3 s cut: leave and join pairs',
          'process killed',
          'process frozen',
          'clean leave',
        ],
        life.map((row) => [
          row.title,
          `${num(row.back)} s`,
          `${num(row.missing)} s`,
          row.pairs,
          ghost(row.killed),
          ghost(row.frozen),
          ghost(row.closed),
        ]),
      ),
      'A central server removes a person as soon as it sees the socket close: that is why it is faster when a process is killed, and why every cut of the network makes a leave and a join. Slate waits a few seconds for the person to come back, and shows meanwhile that the person cannot be reached.',
    );
  }
  return `${sections.join('\n\n')}\n`;
}
