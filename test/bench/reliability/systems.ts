/**
 * The systems of docs/reliability.md, each as its manual says: a person in a room has a real Awareness, a line of its
 * own that can be cut, and a way to say bytes that its library would not. Nothing here helps or hinders a system.
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import * as encoding from 'lib0/encoding';
import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { connect, joinRoom } from '../../../src/index.js';
import type { Address, System, Ticket } from '../adapter.js';
import { ticketOf } from '../adapters/slate.js';
import { CutProxy } from '../proxy.js';
import { messageCounter } from '../socket.js';

export interface Person {
  readonly awareness: Awareness;
  readonly line: Pick<CutProxy, 'cut' | 'mend'>;
  connected(): boolean;
  counts(): { readonly up: number; readonly down: number };
  /** Sends these bytes as an awareness update, past the library's own checks. */
  say(update: Uint8Array): void;
  /** The clean way out. */
  leave(): Promise<void>;
}

interface Seat {
  readonly address: Address;
  readonly room: string;
  readonly name: string;
  readonly doc: Doc;
  /** What the app's own login gave, where the server asks for it. */
  readonly ticket: Ticket | undefined;
}

type Sitting = Omit<Person, 'line'>;

export interface Contender {
  readonly title: string;
  readonly server: System['server'];
  readonly sit: (seat: Seat) => Promise<Sitting>;
  readonly logIn?: (address: Address, room: string, name: string) => Promise<Ticket>;
}

/** Where the server knows its users, the room is a verified one, and each publishes on subjects of their own (V1). */
async function slate({ address, room: project, name, doc, ticket }: Seat): Promise<Sitting> {
  const bus = await connect({ servers: address.url, ...ticket });
  const room = await joinRoom(bus, { project, file: 'a', doc, user: { id: name, name } });
  return {
    awareness: room.awareness,
    connected: () => bus.status.type === 'connected',
    counts: () => ({ up: bus.stats.messagesOut, down: bus.stats.messagesIn }),
    say: (update) => bus.publish(`slate.collab.presence.${project}${ticket ? `.${name}` : ''}`, update),
    async leave() {
      await room.leave();
      await bus.close();
    },
  };
}

async function yWebsocket({ address: { url }, room, name, doc }: Seat): Promise<Sitting> {
  const { Socket, counts } = messageCounter();
  const awareness = new Awareness(doc);
  awareness.setLocalStateField('user', { name });
  const WebSocketPolyfill = Socket as unknown as typeof WebSocket;
  const provider = new WebsocketProvider(url, room, doc, { awareness, disableBc: true, WebSocketPolyfill });
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
  return {
    awareness,
    connected: () => provider.wsconnected,
    counts,
    say(update) {
      const message = encoding.createEncoder();
      encoding.writeVarUint(message, 1);
      encoding.writeVarUint8Array(message, update);
      provider.ws?.send(encoding.toUint8Array(message) as Uint8Array<ArrayBuffer>);
    },
    async leave() {
      provider.destroy();
    },
  };
}

const hocuspocus = (flushDelay: number | false) =>
  async function sit({ address: { url }, room, name, doc }: Seat): Promise<Sitting> {
    const { Socket, counts } = messageCounter();
    const awareness = new Awareness(doc);
    awareness.setLocalStateField('user', { name });
    const socket = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: Socket });
    const provider = new HocuspocusProvider({
      websocketProvider: socket,
      name: room,
      document: doc,
      awareness,
      flushDelay,
    });
    provider.attach();
    await new Promise<void>((resolve) => (provider.isSynced ? resolve() : provider.on('synced', () => resolve())));
    return {
      awareness,
      connected: () => (socket.status as string) === 'connected',
      counts,
      say(update) {
        const message = encoding.createEncoder();
        encoding.writeVarString(message, room);
        encoding.writeVarUint(message, 1);
        encoding.writeVarUint8Array(message, update);
        socket.webSocket?.send(encoding.toUint8Array(message) as Uint8Array<ArrayBuffer>);
      },
      async leave() {
        provider.destroy();
        socket.destroy();
      },
    };
  };

export const CONTENDERS: readonly Contender[] = [
  { title: 'Slate', server: 'nats', sit: slate },
  { title: 'Slate, verified', server: 'nats-verified', sit: slate, logIn: ticketOf },
  { title: 'y-websocket', server: 'y-websocket', sit: yWebsocket },
  { title: 'Hocuspocus', server: 'hocuspocus', sit: hocuspocus(false) },
  { title: 'Hocuspocus, flushDelay', server: 'hocuspocus-16', sit: hocuspocus(100) },
];

/** Rooms of one contender on one server, for one property. */
export class World {
  readonly #people = new Set<Person>();
  readonly #tickets = new Map<string, Ticket | undefined>();
  readonly #contender: Contender;
  readonly #address: Address;
  readonly #room: string;

  constructor(contender: Contender, address: Address, room: string) {
    this.#contender = contender;
    this.#address = address;
    this.#room = room;
  }

  /** Gets ready to join: what an app's own login takes is no time of the system. */
  async logIn(name: string): Promise<void> {
    if (this.#tickets.has(name)) return;
    this.#tickets.set(name, await this.#contender.logIn?.(this.#address, this.#room, name));
  }

  /** `client`: the client id, where it is not a new one; `line`: shared with others. */
  async join(name: string, { client, line }: { client?: number; line?: CutProxy } = {}): Promise<Person> {
    const proxy = line ?? new CutProxy(this.#address.url);
    if (!line) await proxy.mend();
    const doc = new Doc();
    if (client !== undefined) doc.clientID = client;
    await this.logIn(name);
    const sitting = await this.#contender.sit({
      address: { ...this.#address, url: proxy.url },
      room: this.#room,
      name,
      doc,
      ticket: this.#tickets.get(name),
    });
    const person = { ...sitting, line: proxy };
    this.#people.add(person);
    return person;
  }

  /** A line that several people share. */
  async line(): Promise<CutProxy> {
    const proxy = new CutProxy(this.#address.url);
    await proxy.mend();
    return proxy;
  }

  async end(): Promise<void> {
    for (const { leave, line } of this.#people) {
      await Promise.race([leave().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 3_000))]);
      line.cut();
    }
  }
}
