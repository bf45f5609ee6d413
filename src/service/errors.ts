/**
 * The error classes of what runs in Node only: workers, the local nats-server, and the `slate` command. They are apart
 * from src/errors.ts so that a page does not load them.
 */
import { SlateError } from '../errors.js';

/**
 * Why a job was not done:
 * - `failed`: its handler threw or rejected, or every attempt that its queue allows ended without an answer;
 * - `cancelled`: somebody called `cancelJob`;
 * - `stopped`: its worker was stopped; another worker gets a durable job;
 * - `unreadable`: its payload or its headers are not those of a job;
 * - `refused`: the worker had no room for it;
 * - `lost`: the server gave it to another worker in the meantime.
 */
export type JobFailure = 'failed' | 'cancelled' | 'stopped' | 'unreadable' | 'refused' | 'lost';

/**
 * A job that a worker did not do. The bus reports it as one `error` event; the handler's `signal` has it as its reason.
 */
export class JobError extends SlateError {
  override name = 'JobError';
  constructor(
    /** The subject that the job was published on. */
    readonly subject: string,
    /** The id of the job. */
    readonly id: string,
    readonly reason: JobFailure,
    /** What happened, as a sentence for a person. */
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`The job "${id}" on "${subject}" was not done (${reason}): ${detail}`, options);
  }
}

/**
 * The monitoring page of a nats-server could not be read. Check the address, and that the server's configuration sets
 * `http_port`.
 */
export class MonitorError extends SlateError {
  override name = 'MonitorError';
  constructor(
    readonly url: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The monitoring page ${url} could not be read: ${reason}.`, options);
  }
}

/** No `nats-server` program was found, and none could be downloaded. The message says how to install one. */
export class ServerNotFoundError extends SlateError {
  override name = 'ServerNotFoundError';
  constructor(
    /** The places that were searched, in order. */
    readonly looked: readonly string[],
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `No nats-server was found (looked at ${looked.join(', ')}) and it could not be fetched: ${reason}. ` +
        'Install it (Debian, Ubuntu: apt-get install nats-server; macOS: brew install nats-server; ' +
        'others: https://docs.nats.io/running-a-nats-service/introduction/installation), ' +
        'or set NATS_SERVER to the path of the program.',
      options,
    );
  }
}

/** A local `nats-server` ended before it was ready, or was not ready in time. */
export class ServerStartError extends SlateError {
  override name = 'ServerStartError';
  constructor(
    readonly reason: string,
    /** What the program wrote to its standard output and error; it usually names the cause. */
    readonly output: string,
    options?: ErrorOptions,
  ) {
    super(`nats-server did not start: ${reason}.${output ? `\n${output}` : ''}`, options);
  }
}

/** Another program already uses a port that the local `nats-server` was told to use. */
export class PortTakenError extends SlateError {
  override name = 'PortTakenError';
  constructor(
    readonly port: number,
    /** Who connects to the port, such as `NATS WebSocket`. */
    readonly listener: string,
    /** The option of `startNatsServer` that sets the port. */
    readonly setting: string,
    options?: ErrorOptions,
  ) {
    super(`Port ${port} (${listener}) is taken by another program. Move it with ${setting}.`, options);
  }
}

const JANITOR_REASONS = {
  system:
    'the user of its system connection is not in the system account of the server, which alone hears of connections ' +
    'that end. Give one that is, with --system-user or --system-creds; see "slate janitor --help"',
  global:
    'the server says nothing of connections in its global account. Put the users of the rooms into an account of ' +
    'their own; see "slate janitor --help"',
  watched:
    'somebody subscribes to the alive subjects of all clients, as with "slate.>", so the server cannot say who is ' +
    'gone. Rooms find out themselves, later. Watch fewer subjects, as "slate tail" does',
} as const;

/**
 * A janitor cannot do its work (docs/PROTOCOL.md, V8): `system` and `global` say that the server tells it nothing of
 * connections that end, `watched` that the server cannot tell who is gone.
 */
export class JanitorError extends SlateError {
  override name = 'JanitorError';
  constructor(
    readonly reason: keyof typeof JANITOR_REASONS,
    options?: ErrorOptions,
  ) {
    super(`The janitor learns nothing: ${JANITOR_REASONS[reason]}.`, options);
  }
}
