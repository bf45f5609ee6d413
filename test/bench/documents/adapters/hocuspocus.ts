/** Hocuspocus' own provider. Saved, to it, is what the server has in memory. */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import type { DocumentSystem } from '../adapter.js';

export const hocuspocus: DocumentSystem = {
  id: 'hocuspocus',
  title: 'Hocuspocus',
  server: 'hocuspocus',
  history: true,
  async open({ url, name, doc }) {
    const socket = new HocuspocusProviderWebsocket({ url });
    const provider = new HocuspocusProvider({ websocketProvider: socket, name, document: doc });
    provider.attach();
    await new Promise<void>((resolve) => {
      if (provider.isSynced) resolve();
      else provider.on('synced', () => resolve());
    });
    return {
      save: () =>
        new Promise<void>((resolve) => {
          if (!provider.hasUnsyncedChanges) resolve();
          else provider.on('unsyncedChanges', ({ number }: { number: number }) => number === 0 && resolve());
        }),
      async close() {
        provider.destroy();
        socket.destroy();
      },
    };
  },
};
