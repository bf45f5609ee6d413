/**
 * The load of the servers, in figures: two readings of the monitoring pages give a rate. It keeps the last reading and
 * the errors since the first one. `screen.ts` draws the figures.
 */
import type { Clock } from '../../clock.js';
import type { MonitorError } from '../errors.js';
import {
  type Closed,
  type Connection,
  type QueueState,
  readClosed,
  readConnections,
  readQueues,
  readVarz,
  type Varz,
} from './monitor.js';

/** Traffic per second: messages and bytes that the server received (in) and sent (out). */
export interface Rates {
  readonly inMessages: number;
  readonly outMessages: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

export interface ServerLoad extends Varz {
  readonly monitor: string;
  /** Absent in the first reading, and in the first after a restart. */
  readonly rates?: Rates;
}

export interface ConnectionLoad extends Connection {
  readonly server: string;
  readonly rates?: Rates;
}

export interface Fault extends Closed {
  readonly server: string;
}

export interface Load {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly servers: readonly (ServerLoad | { readonly monitor: string; readonly error: string })[];
  readonly total: Pick<Varz, 'connections' | 'subscriptions' | 'slowConsumers'> & { readonly rates?: Rates };
  /** Busiest first. */
  readonly connections: readonly ConnectionLoad[];
  readonly queues: readonly QueueState[];
  /** Connections that an error ended since the first reading, newest first. */
  readonly faults: readonly Fault[];
}

interface Reading {
  readonly at: number;
  readonly varz: Varz;
  readonly connections: readonly Connection[];
}

/** Reasons that are no error. */
const ORDERLY = new Set(['Client Closed', 'Server Shutdown', '']);
const MAX_FAULTS = 100;

export class LoadMeter {
  readonly #monitors: readonly string[];
  readonly #clock: Clock;
  readonly #last = new Map<string, Reading>();
  /** The ended connections of the last reading, by server. */
  readonly #closed = new Map<string, Set<string>>();
  #faults: Fault[] = [];

  constructor(monitors: readonly string[], clock: Clock) {
    this.#monitors = monitors;
    this.#clock = clock;
  }

  /** Reads all servers. Rejects with {@link MonitorError} where no server can be read. */
  async read(signal: AbortSignal): Promise<Load> {
    const results = await Promise.allSettled(this.#monitors.map((monitor) => this.#readOne(monitor, signal)));
    signal.throwIfAborted();
    const good = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const [failed] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (good.length === 0) throw failed;
    const servers = results.map((result, index) =>
      result.status === 'fulfilled'
        ? result.value.server
        : { monitor: this.#monitors[index] ?? '', error: (result.reason as MonitorError).reason },
    );
    const loads = good.map(({ server }) => server);
    const rates = sumRates(loads);
    return {
      at: this.#clock.date(),
      servers,
      total: {
        connections: sum(loads, 'connections'),
        subscriptions: sum(loads, 'subscriptions'),
        slowConsumers: sum(loads, 'slowConsumers'),
        ...(rates && { rates }),
      },
      connections: good.flatMap(({ connections }) => connections).sort((a, b) => busyness(b) - busyness(a)),
      queues: uniqueQueues(good.flatMap(({ queues }) => queues)),
      faults: this.#faults,
    };
  }

  async #readOne(monitor: string, signal: AbortSignal) {
    const varz = await readVarz(monitor, signal);
    const [list, closed, queues] = await Promise.all([
      readConnections(monitor, signal),
      readClosed(monitor, signal),
      varz.jetstream ? readQueues(monitor, signal) : [],
    ]);
    const now: Reading = { at: this.#clock.now(), varz, connections: list };
    const last = this.#last.get(monitor);
    this.#last.set(monitor, now);
    this.#collectFaults(monitor, varz.name, closed);
    const seconds = last ? (now.at - last.at) / 1000 : 0;
    const rates = last && ratesBetween(last.varz, varz, seconds);
    const before = new Map(last?.connections.map((each) => [each.cid, each]));
    const connections = list.map((each): ConnectionLoad => {
      const earlier = before.get(each.cid);
      const its = earlier && ratesBetween(earlier, each, seconds);
      return { ...each, server: varz.name, ...(its && { rates: its }) };
    });
    const server: ServerLoad = { monitor, ...varz, ...(rates && { rates }) };
    return { server, connections, queues };
  }

  #collectFaults(monitor: string, server: string, closed: readonly Closed[]): void {
    const known = this.#closed.get(monitor);
    const keys = closed.map(({ cid, stop }) => `${cid} ${stop}`);
    this.#closed.set(monitor, new Set(keys));
    if (!known) return; // the first reading: what ended before does not count
    const fresh = closed.filter(({ reason }, index) => !known.has(keys[index] ?? '') && !ORDERLY.has(reason));
    this.#faults = [...fresh.map((each) => ({ ...each, server })), ...this.#faults]
      .sort((a, b) => b.stop.localeCompare(a.stop))
      .slice(0, MAX_FAULTS);
  }
}

/** `undefined` where a counter is smaller than before: the server has restarted, or is another one. */
function ratesBetween(before: Rates, after: Rates, seconds: number): Rates | undefined {
  if (!(seconds > 0)) return undefined;
  const rates = ratesBy((key) => (after[key] - before[key]) / seconds);
  return Object.values(rates).every((value) => value >= 0) ? rates : undefined;
}

function sumRates(servers: readonly ServerLoad[]): Rates | undefined {
  const all = servers.flatMap(({ rates }) => (rates ? [rates] : []));
  if (all.length === 0) return undefined;
  return ratesBy((key) => sum(all, key));
}

function ratesBy(value: (key: keyof Rates) => number): Rates {
  return {
    inMessages: value('inMessages'),
    outMessages: value('outMessages'),
    inBytes: value('inBytes'),
    outBytes: value('outBytes'),
  };
}

function sum<K extends string>(list: readonly Readonly<Record<K, number>>[], key: K): number {
  return list.reduce((total, each) => total + each[key], 0);
}

function busyness({ rates }: ConnectionLoad): number {
  return rates ? rates.inMessages + rates.outMessages : 0;
}

/** Each server of a cluster lists the streams that it holds a copy of; each queue is kept once. */
function uniqueQueues(queues: readonly QueueState[]): QueueState[] {
  const seen = new Map<string, QueueState>();
  for (const queue of queues) {
    const key = `${queue.stream} ${queue.queue}`;
    const other = seen.get(key);
    if (!other || queue.waiting + queue.running > other.waiting + other.running) seen.set(key, queue);
  }
  return [...seen.values()];
}
