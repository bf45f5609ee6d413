/**
 * Someone with a text and a caret in it, in each of the systems: an Awareness to which an editor's binding writes, and
 * nothing between the two. Each system is used as its manual says.
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';
import { connect, joinRoom } from '../../../src/index.js';
import { type Person, person } from '../adapter.js';
import { CountedSocket, installGlobalSocket } from '../socket.js';

export interface Seat {
  readonly doc: Doc;
  readonly awareness: Awareness;
  leave(): Promise<void>;
}

export const SYSTEMS = {
  slate: { title: 'Slate', server: 'nats' },
  'y-websocket': { title: 'y-websocket', server: 'y-websocket' },
  hocuspocus: { title: 'Hocuspocus', server: 'hocuspocus' },
} as const;

export type SystemId = keyof typeof SYSTEMS;

/** How long the text is, in letters. */
export const LETTERS = 400;

/** The same text for everyone, by an author who is not here, under an id as large as those of most people. */
const text = (() => {
  const doc = new Doc();
  doc.clientID = 3_000_000_000;
  doc.getText('content').insert(0, 'x'.repeat(LETTERS));
  return encodeStateAsUpdate(doc);
})();

const seats: Record<SystemId, (url: string, room: string, who: Person, doc: Doc) => Promise<Omit<Seat, 'doc'>>> = {
  async slate(url, room, { id, name, color }, doc) {
    installGlobalSocket();
    const bus = await connect({ servers: url });
    const joined = await joinRoom(bus, { project: room, file: 'notes', user: { id, name, color }, doc });
    return {
      awareness: joined.awareness,
      async leave() {
        await joined.leave();
        await bus.close();
      },
    };
  },

  async 'y-websocket'(url, room, { id, name, color }, doc) {
    const awareness = new Awareness(doc);
    awareness.setLocalState({ user: { id, name, color } });
    const provider = new WebsocketProvider(url, room, doc, {
      awareness,
      disableBc: true,
      // The provider asks only for what a browser's WebSocket has; its type wants the DOM's own class.
      WebSocketPolyfill: CountedSocket as unknown as typeof WebSocket,
    });
    await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
    return { awareness, leave: async () => provider.destroy() };
  },

  async hocuspocus(url, room, { id, name, color }, document) {
    const awareness = new Awareness(document);
    awareness.setLocalState({ user: { id, name, color } });
    const websocketProvider = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: CountedSocket });
    const provider = new HocuspocusProvider({ websocketProvider, name: room, document, awareness, flushDelay: false });
    const synced = new Promise<void>((resolve) => provider.on('synced', () => resolve()));
    provider.attach();
    await synced;
    return {
      awareness,
      async leave() {
        provider.destroy();
        websocketProvider.destroy();
      },
    };
  },
};

/** Resolves once this person has joined and has the text. */
export async function sit(system: SystemId, url: string, room: string, index: number): Promise<Seat> {
  const doc = new Doc();
  applyUpdate(doc, text);
  return { doc, ...(await seats[system](url, room, person(index), doc)) };
}
