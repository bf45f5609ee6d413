/** The provider of y-websocket with @y/websocket-server. It never says whether the server has saved. */
import { WebsocketProvider } from 'y-websocket';
import type { DocumentSystem } from '../adapter.js';

export const yWebsocket: DocumentSystem = {
  id: 'y-websocket',
  title: 'y-websocket',
  server: 'y-websocket',
  history: true,
  async open({ url, name, doc }) {
    const provider = new WebsocketProvider(url, name, doc, { disableBc: true });
    await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
    return {
      save: async () => undefined,
      async close() {
        provider.destroy();
      },
    };
  },
};
