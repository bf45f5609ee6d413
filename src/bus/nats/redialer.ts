/**
 * Keeps a bus connected over one dialer after another: each renewal of credentials that end (`renewal.ts`) makes a
 * connection of its own, which then takes the place of the one before (V10).
 */
import { ConnectionClosedError, type SlateError } from '../../errors.js';
import { encodeToken } from '../../token.js';
import { INBOX } from '../inbox.js';
import type { Ticket } from './credentials.js';
import { type ConnectClient, type DialedBus, Dialer } from './dialer.js';
import type { NatsBus } from './nats-bus.js';
import type { NatsConnectionLike } from './nats-connection.js';
import type { Settings } from './options.js';
import { Renewal } from './renewal.js';

export class Redialer implements DialedBus {
  readonly #settings: Settings;
  readonly #bus: NatsBus;
  readonly #connect: ConnectClient;
  readonly #renewal: Renewal;
  #dialer: Dialer;
  /** Makes the connection of a renewal, until there is one. */
  #trial: Dialer | undefined;

  /** `dialer` makes the connections of `bus` until a renewal. */
  constructor(settings: Settings, bus: NatsBus, dialer: Dialer, connect: ConnectClient) {
    this.#settings = settings;
    this.#bus = bus;
    this.#dialer = dialer;
    this.#connect = connect;
    this.#renewal = new Renewal({
      ...settings,
      ask: () => dialer.tickets.next(),
      replace: (ticket) => this.#replace(ticket),
      failed: (error) => bus.report(error),
    });
    bus.on('status', ({ type }) => {
      if (type === 'connected') return;
      this.#renewal.stop();
      this.#trial?.close();
    });
  }

  /** Makes the first connection. */
  start(): void {
    void this.#dialer.start(this, this.#connect);
  }

  attach(connection: NatsConnectionLike): void {
    this.#bus.attach(connection);
  }

  attemptFailed(error: SlateError): void {
    this.#bus.attemptFailed(error);
  }

  fail(fault: unknown): void {
    this.#bus.fail(fault);
  }

  accepted(ticket: Ticket): void {
    const user = ticket.identity?.user;
    const moves = user !== undefined && !this.#settings.hasInboxPrefix;
    this.#bus.identify(ticket.identity, moves ? `${INBOX}.${encodeToken('user', user)}` : undefined);
    this.#renewal.accepted(ticket);
  }

  async #replace(ticket: Ticket): Promise<void> {
    const [dialer, connection] = await this.#dial(ticket);
    await this.#bus.takeOver(connection, dialer);
    this.#dialer = dialer;
    dialer.bus = this;
    this.accepted(ticket);
  }

  /** Tries once. Rejects with why there is no connection. */
  #dial(ticket: Ticket): Promise<[Dialer, NatsConnectionLike]> {
    const dialer = new Dialer(this.#settings, this.#dialer, ticket);
    this.#trial = dialer;
    return new Promise<[Dialer, NatsConnectionLike]>((resolve, reject) => {
      const failed = (fault: unknown) => {
        dialer.close();
        reject(fault);
      };
      const attach = (connection: NatsConnectionLike) => resolve([dialer, connection]);
      void dialer
        .start({ attach, attemptFailed: failed, fail: failed }, this.#connect)
        .finally(() => reject(new ConnectionClosedError())); // closed meanwhile
    }).finally(() => {
      this.#trial = undefined;
    });
  }
}
