/**
 * Keeps a bus connected, and tells it who it is. Where credentials end, it loads what renews them (`renewer.ts`, V10):
 * from then on one dialer after another makes the connection.
 */
import { PartMissingError, type SlateError } from '../../errors.js';
import { encodeToken } from '../../token.js';
import { INBOX } from '../inbox.js';
import type { Ticket } from './credentials.js';
import type { ConnectClient, DialedBus, Dialer } from './dialer.js';
import type { NatsBus } from './nats-bus.js';
import type { NatsConnectionLike } from './nats-connection.js';
import type { Settings } from './options.js';
import type { Renewer } from './renewer.js';

type LoadRenewer = () => Promise<{ readonly Renewer: typeof Renewer }>;

export class Redialer implements DialedBus {
  readonly #settings: Settings;
  readonly #bus: NatsBus;
  readonly #dialer: Dialer;
  readonly #connect: ConnectClient;
  readonly #load: LoadRenewer;
  #renewer: Renewer | undefined;
  /** What the server has accepted for the connection that there is. */
  #ticket: Ticket | undefined;
  /** It was told that there will be no renewals. */
  #told = false;

  /** `dialer` makes the connections of `bus` until a renewal. */
  constructor(
    settings: Settings,
    bus: NatsBus,
    dialer: Dialer,
    connect: ConnectClient,
    load: LoadRenewer = () => import('./renewer.js'),
  ) {
    this.#settings = settings;
    this.#bus = bus;
    this.#dialer = dialer;
    this.#connect = connect;
    this.#load = load;
    bus.on('status', ({ type }) => {
      if (type === 'connected') return;
      this.#ticket = undefined;
      this.#renewer?.stop();
    });
  }

  /** Makes the first connection. */
  start(): void {
    void this.#dialer.start(this, this.#connect);
  }

  get crowdSize(): number {
    return this.#bus.crowdSize;
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
    this.#ticket = ticket;
    if (this.#renewer) this.#renewer.accepted(ticket);
    else if (ticket.lifeMs !== undefined) void this.#loadRenewer();
  }

  /** Where that fails, the end of the credentials is a loss (P7), and the next connection tries to load it again. */
  async #loadRenewer(): Promise<void> {
    try {
      const { Renewer } = await this.#load();
      this.#renewer ??= new Renewer(this.#settings, this.#bus, this.#dialer, this.#connect, this);
      if (this.#ticket) this.#renewer.accepted(this.#ticket);
    } catch (cause) {
      if (!this.#told) this.#bus.report(new PartMissingError('renews credentials before they end', { cause }));
      this.#told = true;
    }
  }
}
