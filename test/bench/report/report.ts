/**
 * Writes docs/benchmarks.md from the results of one run. The text says how to read it; every figure comes from the run.
 */
import type { Ghost } from '../parts/life.js';
import { MUCH_ELSE } from '../parts/moving.js';
import type { Results } from '../results.js';
import { goalsOf, goalTable } from './goals.js';
import { moveCostTable, movingSection, ratioTable } from './moving.js';
import { num, table } from './table.js';
import { verificationSection } from './verification.js';

const ghost = ({ dimmed, gone }: Ghost) =>
  (dimmed === undefined ? '' : `dimmed ${num(dimmed)} s, `) +
  (gone === undefined ? 'still there' : `gone ${num(gone)} s`);

function introduction({ machine, quick, seconds, moving }: Results): string {
  const { versions } = machine;
  const disturbed = moving.filter((row) => row.othersLoad >= MUCH_ELSE).length;
  return `# Benchmarks

Slate, [y-websocket](https://github.com/yjs/y-websocket) and [Hocuspocus](https://tiptap.dev/docs/hocuspocus) do the
same work in one run on one machine. Raw \`nats.ws\` without presence shows the least that anything built on NATS can
cost. [benchmarks-motion.md](benchmarks-motion.md) compares how smooth pointers are and how many bytes they take,
[benchmarks-drawing.md](benchmarks-drawing.md) what drawing them costs. The run itself writes this file:

\`\`\`sh
npm run bench                      # everything, about twelve minutes, writes this file
npm run bench -- --quick           # about two minutes, writes .cache/bench/benchmarks.md
npm run bench -- --only slate,idle # some systems or parts: moving joining idle life verification
\`\`\`

${quick ? '**A quick run: shorter, with fewer people. Not for quoting.**\n\n' : ''}${machine.date}, \
${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, \
nats-server ${versions['nats-server'] ?? '(not run)'}.
${Object.entries(versions)
  .filter(([name]) => name !== 'nats-server')
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')}.
The run took ${num(seconds / 60, 1)} minutes.${
    disturbed === 0
      ? ''
      : `\n\n**Other programs were busy on this machine during ${disturbed} of ${moving.length} loads (each is named \
below): times and processor figures of those are too high.**`
  }`;
}

const HOW_TO_READ = `## How to read it

- The servers, the clients and the measurement are separate processes on one machine; the clients share two driver
  processes. With two cores the drivers compete with the server: **machine CPU** near 100 % means that the machine is
  fully used, and then latencies say more about the total cost of a system than about its server. **moves made** below
  100 % means that the drivers could not make 60 moves a second.
- Everyone joins, the room comes to rest, then everyone moves 60 times a second on a smooth path. Slate sends batches,
  each with the whole path since the last one. It leaves out a position that is within 1/700 of the surface from the
  straight line between two others; since the path contains it, it counts as held. With more than 48 moving people it
  sends less often (rule M6; every 210 ms at 100), so fewer updates share the fixed costs of a client than in the other
  systems. The others send the newest position: through a 100 ms throttle in the page (leading and trailing, like
  lodash's), or through the \`flushDelay\` of Hocuspocus (100 ms in the provider, 16 ms in the server). Raw \`nats.ws\`
  publishes 30 bytes through the same throttle.
- **update**: from the moment a client gives an update to its library (for Slate and \`flushDelay\`: from the moment the
  library sends it) until another client holds it: its awareness \`change\` event has it, or, for Slate, the batch is
  validated and in its playout. **newest move**: from the newest pointer move in that update. **every position**: from
  every move that arrived. These figures do not include drawing: in no system do the clients read the positions to draw.
- **on time**: the share of updates that were held within 100 ms, of all that the other people should get. **positions
  held**: the share of all moves. A throttle drops five of six, so it can reach at most 17 %. **last position held**:
  in the end everyone sees everyone in the right place.
- **B** are bytes on the TCP connection, including WebSocket frames and protocol lines. A **delivery** is one update of
  one person that reaches one other person, however many came in one message.
- **server µs**: user and system time of the server process per delivery. **client µs**: that of the driver processes
  per received update, including their own moving and measuring. "(few)": too few updates to tell.`;

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
        'Without a throttle, like a page that sets awareness in its pointer handler. Slate always delivers every ' +
          'position, so its row is the one above.',
        movingSection(moving, true),
      );
    }
    sections.push(
      '## One move of one person',
      'In a room at rest, minus what the room sends at rest. The ideal is 1 sent and N − 1 delivered.',
      moveCostTable(moving),
    );
  }
  if (joining.length > 0) {
    sections.push(
      '## A newcomer',
      `Medians of ${joining[0]?.times} newcomers, one after the other, in their own process that has joined before. ` +
        'Messages are those of all clients together, minus what the room sends at rest.',
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
  const verification = verificationSection(results);
  if (verification !== undefined) sections.push(verification);
  if (life.length > 0) {
    sections.push(
      '## When something breaks',
      'Alice, Bob and Carol are in a room, and something happens to Alice. The times are those of the slower of Bob ' +
        'and Carol. *Back*: from the new socket until both sides see each other. *Dimmed*: shown as unreachable; ' +
        'only Slate has that state.',
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
      'A central server removes a person as soon as the socket closes. So it is faster when a process is killed, ' +
        'and every cut of the network causes a leave and a join. Slate waits a few seconds for the person to come ' +
        'back, and shows meanwhile that the person cannot be reached.',
    );
  }
  return `${sections.join('\n\n')}\n`;
}
