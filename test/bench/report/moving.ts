/** The tables of the moving part. */
import { type MovingResult, MUCH_ELSE } from '../parts/moving.js';
import { NO_OTHER } from './goals.js';
import { num, percent, table, times } from './table.js';

const three = ({ p50, p95, p99 }: { p50: number; p95: number; p99: number }) =>
  `${num(p50)} / ${num(p95)} / ${num(p99)}`;

/** Below so few updates the ticks of the clock and the start of the programs are most of what is measured. */
const FEW_UPDATES = 20_000;

function arrival(rows: readonly MovingResult[]): string {
  return table(
    [
      'system',
      'update, ms (p50 / p95 / p99)',
      'newest move, ms',
      'every position, ms',
      'on time',
      'updates held',
      'positions held',
      'last position held',
    ],
    rows.map(({ title, analysis }) => [
      title,
      three(analysis.update),
      three(analysis.newest),
      three(analysis.sample),
      percent(analysis.onTime, analysis.expected),
      percent(analysis.held, analysis.expected),
      percent(analysis.samples, analysis.samplesExpected),
      percent(analysis.finals, analysis.finalsExpected),
    ]),
  );
}

function cost(rows: readonly MovingResult[]): string {
  return table(
    [
      'system',
      'B in / client·s',
      'B out / client·s',
      'messages in / client·s',
      'B / update',
      'B / position',
      'server µs / delivery',
      'client µs / update',
      'server CPU',
      'driver CPU',
      'machine CPU',
      'other programs',
      'moves made',
    ],
    rows.map((row) => {
      const enough = row.analysis.held >= FEW_UPDATES;
      return [
        row.title,
        num(row.bytesIn, 0),
        num(row.bytesOut, 0),
        num(row.messagesIn, 0),
        num(row.bytesPerUpdate, 0),
        num(row.bytesPerSample, 1),
        enough ? num(row.serverPerDelivery) : '(few)',
        enough ? num(row.clientPerUpdate) : '(few)',
        percent(row.serverLoad, 1),
        row.driverLoads.map((load) => percent(load, 1)).join(' '),
        percent(row.machineLoad, 1),
        percent(row.othersLoad, 1),
        percent(row.moves, row.moves + row.missed),
      ];
    }),
  );
}

export function movingSection(results: readonly MovingResult[], unthrottled: boolean): string {
  const rows = results.filter((row) => row.system.endsWith('-60') === unthrottled);
  const slate = unthrottled ? results.filter((row) => row.system === 'slate') : [];
  const sizes = [...new Set(rows.map((row) => row.people))];
  return sizes
    .map((people) => {
      const here = [...slate, ...rows].filter((row) => row.people === people);
      const notes = here
        .filter((row) => !row.joined)
        .map((row) => `${row.title}: the room was not complete after 30 s; the figures are of an incomplete room.`);
      const disturbed = here.filter((row) => row.othersLoad >= MUCH_ELSE).map((row) => row.title);
      if (disturbed.length > 0) {
        notes.push(`Other programs disturbed: ${disturbed.join(', ')}. Their times are worse than they should be.`);
      }
      return [`### ${people} people`, arrival(here), cost(here), ...notes].join('\n\n');
    })
    .join('\n\n');
}

export function ratioTable(results: readonly MovingResult[]): string {
  const rows = results.filter((row) => !row.system.endsWith('-60'));
  const sizes = [...new Set(rows.filter((row) => row.system === 'slate').map((row) => row.people))];
  const measures: [string, (row: MovingResult) => number][] = [
    ['update p50', (row) => row.analysis.update.p50],
    ['update p95', (row) => row.analysis.update.p95],
    ['update p99', (row) => row.analysis.update.p99],
    ['bytes received per client', (row) => row.bytesIn],
    ['messages received per client', (row) => row.messagesIn],
    ['bytes per position', (row) => row.bytesPerSample],
    ['server time per delivery', (row) => row.serverPerDelivery],
    ['client time per update', (row) => row.clientPerUpdate],
  ];
  const ratio = (people: number, read: (row: MovingResult) => number): string => {
    const here = rows.filter((row) => row.people === people);
    const own = here.find((row) => row.system === 'slate');
    const floor = here.find((row) => row.system === 'nats');
    const others = here.filter((row) => !NO_OTHER.includes(row.system)).map(read);
    if (own === undefined) return '–';
    const toFloor = floor === undefined ? Number.NaN : read(own) / read(floor);
    return `${times(read(own) / Math.min(...others))} / ${times(toFloor)}`;
  };
  return table(
    ['Slate ÷ best other / Slate ÷ raw nats.ws', ...sizes.map((people) => `${people} people`)],
    measures.map(([name, read]) => [name, ...sizes.map((people) => ratio(people, read))]),
  );
}

export function moveCostTable(results: readonly MovingResult[]): string {
  const rows = results.filter((row) => !row.system.endsWith('-60'));
  const sizes = [...new Set(rows.map((row) => row.people))];
  const systems = [...new Set(rows.map((row) => row.title))];
  return table(
    ['messages sent + delivered', ...sizes.map((people) => `${people} people`)],
    systems.map((title) => [
      title,
      ...sizes.map((people) => {
        const row = rows.find((each) => each.title === title && each.people === people);
        return row && `${num(row.cost.publishes, 1)} + ${num(row.cost.deliveries, 1)}`;
      }),
    ]),
  );
}
