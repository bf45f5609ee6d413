/**
 * Renews credentials that end (V10): each time on a connection of its own, made by a dialer of its own, which then
 * takes the place of the one before. Loaded late, because most credentials have no end.
 */
import { ConnectionClosedError } from '../../errors.js';
import type { Ticket } from './credentials.js';
import { type ConnectClient, type DialedBus, Dialer, type Shared } from './dialer.js';
import type { NatsBus } from './nats-bus.js';
import type { NatsConnectionLike } from './nats-connection.js';
import type { Settings } from './options.js';
import { Renewal } from './renewal.js';
import { takeOver } from './takeover.js';

export class Renewer {
  readonly #settings: Settings;
  readonly #bus: NatsBus;
  readonly #shared: Shared;
  readonly #connect: ConnectClient;
  readonly #owner: Required<DialedBus>;
  readonly #renewal: Renewal;
  /** Makes the connection of a renewal, until there is one. */
  #trial: Dialer | undefined;

  /** `owner`: whom each dialer tells, and who hears what the server has accepted. */
  constructor(settings: Settings, bus: NatsBus, shared: Shared, connect: ConnectClient, owner: Required<DialedBus>) {
    this.#settings = settings;
    this.#bus = bus;
    this.#shared = shared;
    this.#connect = connect;
    this.#owner = owner;
    this.#renewal = new Renewal({
      ...settings,
      ask: () => shared.tickets.next(),
      replace: (ticket) => this.#replace(ticket),
      failed: (error) => bus.report(error),
    });
  }

  /** The server has accepted these: they are renewed before they end. */
  accepted(ticket: Ticket): void {
    this.#renewal.accepted(ticket);
  }

  /** There is no connection. */
  stop(): void {
    this.#renewal.stop();
    this.#trial?.close();
  }

  async #replace(ticket: Ticket): Promise<void> {
    const [dialer, connection] = await this.#dial(ticket);
    dialer.bus = this.#owner; // where both connections are lost at once, it goes on with this one
    await takeOver(this.#bus, connection, dialer);
    if (this.#bus.status.type === 'connected') this.#owner.accepted(dialer.ticket ?? ticket);
  }

  /** Tries once. Rejects with why there is no connection. */
  #dial(ticket: Ticket): Promise<[Dialer, NatsConnectionLike]> {
    const dialer = new Dialer(this.#settings, this.#shared, ticket);
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
