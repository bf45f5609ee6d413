/**
 * The provider of y-websocket with @y/websocket-server. Each client has its own socket and uses no BroadcastChannel.
 */
import { WebsocketProvider } from 'y-websocket';
import type { JoinOptions, System } from '../adapter.js';
import { messageCounter } from '../socket.js';
import { awarenessJoin, type Sending } from './awareness.js';

function yWebsocket(id: string, title: string, sending: Sending): System {
  return {
    id,
    title,
    server: 'y-websocket',
    presence: true,
    async join(options: JoinOptions) {
      const counter = messageCounter();
      const { doc, awareness, client } = awarenessJoin(options, sending);
      const provider = new WebsocketProvider(options.url, options.room, doc, {
        awareness,
        disableBc: true,
        // The provider asks only for what a browser's WebSocket has; its type wants the DOM's own class.
        WebSocketPolyfill: counter.Socket as unknown as typeof WebSocket,
      });
      const made = client({
        counts: counter.counts,
        async close() {
          provider.destroy();
        },
      });
      await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
      return made;
    },
  };
}

export const yWebsocketThrottled = yWebsocket('y-websocket', 'y-websocket', 'throttled');
export const yWebsocketUnthrottled = yWebsocket('y-websocket-60', 'y-websocket, every move', 'every move');
