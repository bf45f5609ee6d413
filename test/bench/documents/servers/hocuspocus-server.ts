/**
 * Hocuspocus with its defaults, and with hooks that load and store each document as one file in the folder that its
 * argument names, as `extension-database` does. Counts what it stores, and tells when asked. Ends with its parent.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Server } from '@hocuspocus/server';
import { applyUpdate, encodeStateAsUpdate } from 'yjs';

const stored = { bytes: 0, writes: 0 };
const fileOf = (name: string) => join(process.argv[2] ?? '.', encodeURIComponent(name));

const server = new Server({
  address: '127.0.0.1',
  port: 0,
  quiet: true,
  stopOnSignals: false,
  async onLoadDocument({ document, documentName }) {
    const state = await readFile(fileOf(documentName)).catch(() => undefined);
    if (state !== undefined) applyUpdate(document, state);
  },
  async onStoreDocument({ document, documentName }) {
    const state = encodeStateAsUpdate(document);
    stored.bytes += state.length;
    stored.writes += 1;
    await writeFile(fileOf(documentName), state);
  },
});
await server.listen();
process.send?.({ port: server.address.port });
process.on('message', () => process.send?.(stored));
process.on('disconnect', () => process.exit(0));
