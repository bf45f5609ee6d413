/**
 * The monitoring pages of a nats-server, as far as `slate top` needs them. A field that is missing reads as 0 or ''.
 */
import { MonitorError } from '../errors.js';

const TIMEOUT_MS = 3000;
/** How many connections are asked for, the last active first; more than fit on a screen. */
const CONNECTIONS = 256;

export interface Varz {
  readonly name: string;
  readonly version: string;
  readonly uptime: string;
  readonly connections: number;
  readonly subscriptions: number;
  readonly slowConsumers: number;
  readonly routes: number;
  readonly inMessages: number;
  readonly outMessages: number;
  readonly inBytes: number;
  readonly outBytes: number;
  readonly memory: number;
  /** Percent of one core. */
  readonly cpu: number;
  readonly jetstream: boolean;
}

export interface Connection {
  readonly cid: number;
  /** The name that the client gave itself, else its address. */
  readonly name: string;
  readonly user: string;
  readonly address: string;
  readonly subscriptions: number;
  /** Bytes that wait at the server because the client reads too slowly. */
  readonly pending: number;
  readonly inMessages: number;
  readonly outMessages: number;
  readonly inBytes: number;
  readonly outBytes: number;
  readonly rtt: string;
}

export interface Closed {
  readonly cid: number;
  readonly name: string;
  readonly address: string;
  /** When it ended: an ISO time, as the server writes it. */
  readonly stop: string;
  readonly reason: string;
}

/** A queue of durable jobs. */
export interface QueueState {
  readonly stream: string;
  readonly queue: string;
  readonly waiting: number;
  readonly running: number;
  /** Jobs that were delivered more than once. */
  readonly again: number;
}

type Json = Record<string, unknown>;

/** Rejects with {@link MonitorError}, as the other `read…` functions do. */
export async function readVarz(monitor: string, signal: AbortSignal): Promise<Varz> {
  const url = page(monitor, 'varz');
  const json = await get(url, signal);
  if (typeof json.server_id !== 'string') throw new MonitorError(url, 'it does not come from a nats-server');
  const jetstream = typeof json.jetstream === 'object' && json.jetstream !== null && 'config' in json.jetstream;
  return {
    name: text(json.server_name),
    version: text(json.version),
    uptime: text(json.uptime),
    connections: number(json.connections),
    subscriptions: number(json.subscriptions),
    slowConsumers: number(json.slow_consumers),
    routes: number(json.routes),
    ...traffic(json),
    memory: number(json.mem),
    cpu: number(json.cpu),
    jetstream,
  };
}

export async function readConnections(monitor: string, signal: AbortSignal): Promise<Connection[]> {
  const json = await get(page(monitor, `connz?auth=true&sort=last&limit=${CONNECTIONS}`), signal);
  return list(json.connections).map((each) => ({
    ...who(each),
    user: text(each.authorized_user),
    subscriptions: number(each.subscriptions),
    pending: number(each.pending_bytes),
    ...traffic(each),
    rtt: text(each.rtt),
  }));
}

/** The connections that ended last, for any reason. */
export async function readClosed(monitor: string, signal: AbortSignal): Promise<Closed[]> {
  const json = await get(page(monitor, `connz?state=closed&sort=stop&limit=${CONNECTIONS}`), signal);
  return list(json.connections).map((each) => ({ ...who(each), stop: text(each.stop), reason: text(each.reason) }));
}

export async function readQueues(monitor: string, signal: AbortSignal): Promise<QueueState[]> {
  const json = await get(page(monitor, 'jsz?streams=true&consumers=true'), signal);
  const streams = list(json.account_details).flatMap((account) => list(account.stream_detail));
  return streams.flatMap((stream) =>
    list(stream.consumer_detail).map((consumer) => ({
      stream: text(stream.name),
      queue: text(consumer.name),
      waiting: number(consumer.num_pending),
      running: number(consumer.num_ack_pending),
      again: number(consumer.num_redelivered),
    })),
  );
}

function page(monitor: string, path: string): string {
  return `${monitor.replace(/\/+$/, '')}/${path}`;
}

async function get(url: string, signal: AbortSignal): Promise<Json> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(url, { signal: limit });
    if (!response.ok) throw new MonitorError(url, `HTTP status ${response.status}`);
    return (await response.json()) as Json;
  } catch (cause) {
    if (cause instanceof MonitorError) throw cause;
    const { name, message, cause: inner } = cause as Error & { cause?: { code?: string } };
    const reason =
      name === 'TimeoutError' ? `there was no answer within ${TIMEOUT_MS / 1000} s` : (inner?.code ?? message);
    throw new MonitorError(url, reason, { cause });
  }
}

function traffic(json: Json) {
  return {
    inMessages: number(json.in_msgs),
    outMessages: number(json.out_msgs),
    inBytes: number(json.in_bytes),
    outBytes: number(json.out_bytes),
  };
}

function who(json: Json) {
  const address = `${text(json.ip)}:${number(json.port)}`;
  return { cid: number(json.cid), name: text(json.name) || address, address };
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
