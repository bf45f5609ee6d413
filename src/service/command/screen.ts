/** Draws the load as lines of text that fit a terminal. Pure: figures in, lines out. */
import { isoTime } from '../../clock.js';
import type { ConnectionLoad, Load, Rates, ServerLoad } from './load.js';
import { clip, type Paint, type Palette, pad, plain, safe, short, width } from './text.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Column<T> {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
  /** Takes the width that the other columns leave. One column of a table. */
  readonly grows?: boolean;
  readonly value: (row: T) => string;
  readonly paint?: (row: T, palette: Palette) => Paint | undefined;
}

const rate = (rates: Rates | undefined, key: keyof Rates) => (rates ? short(rates[key]) : '–');

const SERVERS: readonly Column<ServerLoad>[] = [
  { title: 'SERVER', width: 12, grows: true, value: ({ name }) => name },
  { title: 'VERSION', width: 8, value: ({ version }) => version },
  { title: 'UP', width: 9, right: true, value: ({ uptime }) => uptime },
  { title: 'CONNS', width: 6, right: true, value: ({ connections }) => short(connections) },
  { title: 'SUBS', width: 6, right: true, value: ({ subscriptions }) => short(subscriptions) },
  { title: 'IN/S', width: 7, right: true, value: ({ rates }) => rate(rates, 'inMessages') },
  { title: 'OUT/S', width: 7, right: true, value: ({ rates }) => rate(rates, 'outMessages') },
  { title: 'IN B/S', width: 7, right: true, value: ({ rates }) => rate(rates, 'inBytes') },
  { title: 'OUT B/S', width: 7, right: true, value: ({ rates }) => rate(rates, 'outBytes') },
  { title: 'CPU %', width: 6, right: true, value: ({ cpu }) => cpu.toFixed(0) },
  { title: 'MEM', width: 6, right: true, value: ({ memory }) => short(memory) },
  {
    title: 'SLOW',
    width: 5,
    right: true,
    value: ({ slowConsumers }) => short(slowConsumers),
    paint: ({ slowConsumers }, { bad }) => (slowConsumers > 0 ? bad : undefined),
  },
];

const CONNECTIONS: readonly Column<ConnectionLoad>[] = [
  { title: 'CONNECTION', width: 14, grows: true, value: ({ name }) => name },
  { title: 'USER', width: 12, value: ({ user }) => user || '–' },
  { title: 'FROM', width: 21, value: ({ address }) => address },
  { title: 'SUBS', width: 6, right: true, value: ({ subscriptions }) => short(subscriptions) },
  { title: 'IN/S', width: 7, right: true, value: ({ rates }) => rate(rates, 'inMessages') },
  { title: 'OUT/S', width: 7, right: true, value: ({ rates }) => rate(rates, 'outMessages') },
  {
    title: 'PENDING',
    width: 8,
    right: true,
    value: ({ pending }) => short(pending),
    paint: ({ pending }, { warn }) => (pending > 0 ? warn : undefined),
  },
  { title: 'RTT', width: 9, right: true, value: ({ rtt }) => shortDuration(rtt) },
];

/** At most `rows` lines of at most `columns` characters. Connections take the rows that are left. */
export function draw(load: Load, size: Size, palette: Palette): string[] {
  const { bold, dim, bad, good } = palette;
  const { total, faults, queues } = load;
  const count = (n: number, what: string) => `${short(n)} ${what}${n === 1 ? '' : 's'}`;
  const head = [
    `${bold('slate top')}  ${isoTime(load.at).slice(11, 19)}`,
    count(total.connections, 'connection'),
    count(total.subscriptions, 'subscription'),
    `${rate(total.rates, 'inMessages')} msgs/s in, ${rate(total.rates, 'outMessages')} out`,
    (total.slowConsumers > 0 ? bad : good)(count(total.slowConsumers, 'slow consumer')),
    (faults.length > 0 ? bad : good)(count(faults.length, 'error')),
  ];
  const lines = [...headlines(head, size.columns), ''];
  const servers = load.servers.filter((server): server is ServerLoad => 'version' in server);
  lines.push(...table(SERVERS, servers, size.columns, palette));
  for (const server of load.servers) {
    if ('error' in server)
      lines.push(bad(clip(safe(`${server.monitor} cannot be read: ${server.error}`), size.columns)));
  }
  for (const { stream, queue, waiting, running, again } of queues) {
    const words = `jobs ${stream} / ${queue}: ${waiting} waiting, ${running} running, ${again} delivered again`;
    lines.push(dim(clip(safe(words), size.columns)));
  }
  const last = faults.slice(0, 5).map(({ stop, server, name, address, reason }) => {
    return bad(clip(safe(`${stop.slice(11, 19)}  ${server}  ${name} (${address}): ${reason}`), size.columns));
  });
  if (last.length > 0) last.unshift('', bold('ERRORS'));
  const room = size.rows - lines.length - last.length - 2; // an empty line and the titles
  if (room > 0) {
    lines.push('', ...table(CONNECTIONS, load.connections.slice(0, room), size.columns, palette));
    const hidden = total.connections - Math.min(room, load.connections.length);
    if (hidden > 0 && room > 1) lines[lines.length - 1] = dim(`… and ${hidden + 1} more`);
  }
  // A line that does not fit is cut and loses its colours. If it wrapped, the whole screen would scroll.
  const fit = (line: string) => (width(line) <= size.columns ? line : clip(plain(line), size.columns));
  return [...lines, ...last].slice(0, size.rows).map(fit);
}

/** Puts the parts side by side, on as many lines as they need. */
function headlines(parts: readonly string[], columns: number): string[] {
  const lines = [''];
  for (const part of parts) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = part;
    else if (width(line) + 3 + width(part) <= columns) lines[lines.length - 1] = `${line}   ${part}`;
    else lines.push(part);
  }
  return lines;
}

/** On a narrow terminal, columns on the right are left out, but never the first column. */
function table<T>(columns: readonly Column<T>[], rows: readonly T[], room: number, palette: Palette): string[] {
  let used = 0;
  const shown = columns.filter((column, index) => {
    const needs = column.width + (index > 0 ? 2 : 0);
    if (index > 0 && used + needs > room) return false;
    used += needs;
    return true;
  });
  const spare = Math.max(0, room - used);
  const cell = (column: Column<T>, text: string) => {
    const columns = column.width + (column.grows ? spare : 0);
    return pad(clip(safe(text), columns), columns, column.right);
  };
  const line = (row: T) =>
    shown
      .map((column) => {
        const text = cell(column, column.value(row));
        return column.paint?.(row, palette)?.(text) ?? text;
      })
      .join('  ')
      .trimEnd();
  const titles = shown.map((column) => cell(column, column.title)).join('  ');
  return [palette.dim(titles.trimEnd()), ...rows.map(line)];
}

/** Shortens a duration as Go writes it: `1.234567ms` → `1.2ms`. */
function shortDuration(text: string): string {
  return text.replace(/^(\d+\.\d)\d*(\D+)$/, '$1$2') || '–';
}
