/**
 * Hocuspocus' own provider and server. As it comes, and with its own gathering (`flushDelay`) on both sides: 100 ms in
 * the provider in place of the page's throttle, 16 ms in the server, so that one message carries many people.
 */
import {
  HocuspocusProvider,
  HocuspocusProviderWebsocket,
  MessageType,
  type onOutgoingMessageParameters,
} from '@hocuspocus/provider';
import type { JoinOptions, System } from '../adapter.js';
import { messageCounter } from '../socket.js';
import { awarenessJoin, type Sending } from './awareness.js';

interface Kind {
  readonly sending: Sending;
  readonly server: System['server'];
}

function hocuspocus(id: string, title: string, kind: Kind): System {
  return {
    id,
    title,
    server: kind.server,
    presence: true,
    async join(options: JoinOptions) {
      const counter = messageCounter();
      const { doc, awareness, client, gathered } = awarenessJoin(options, kind.sending);
      const socket = new HocuspocusProviderWebsocket({ url: options.url, WebSocketPolyfill: counter.Socket });
      const provider = new HocuspocusProvider({
        websocketProvider: socket,
        name: options.room,
        document: doc,
        awareness,
        flushDelay: kind.sending === 'gathered' ? 100 : false,
      });
      if (kind.sending === 'gathered') {
        provider.on('outgoingMessage', ({ message }: onOutgoingMessageParameters) => {
          if (message.type === MessageType.Awareness) gathered();
        });
      }
      provider.attach();
      const made = client({
        counts: counter.counts,
        async close() {
          provider.destroy();
          socket.destroy();
        },
      });
      await new Promise<void>((resolve) => {
        if (provider.isSynced) resolve();
        else provider.on('synced', () => resolve());
      });
      return made;
    },
  };
}

export const hocuspocusThrottled = hocuspocus('hocuspocus', 'Hocuspocus', {
  sending: 'throttled',
  server: 'hocuspocus',
});
export const hocuspocusUnthrottled = hocuspocus('hocuspocus-60', 'Hocuspocus, every move', {
  sending: 'every move',
  server: 'hocuspocus',
});
export const hocuspocusGathered = hocuspocus('hocuspocus-gathered', 'Hocuspocus, flushDelay', {
  sending: 'gathered',
  server: 'hocuspocus-16',
});
