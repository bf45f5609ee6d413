/**
 * The lower bound: nats.ws and Yjs, and nothing else. Every update is published as it is, and applied where it arrives.
 * Without joining, repair, validation and history, nothing built on NATS can be cheaper.
 */
import { connect } from 'nats.ws';
import { applyUpdate, type Transaction } from 'yjs';
import type { DocumentSystem } from '../adapter.js';

export const rawNats: DocumentSystem = {
  id: 'nats',
  title: 'raw nats.ws (floor)',
  server: 'nats',
  history: false,
  async open({ url, name, doc }) {
    const connection = await connect({ servers: url, noEcho: true });
    const subject = `bench.${name}`;
    const bytes = { up: 0, down: 0 };
    connection.subscribe(subject, {
      callback: (_error, { data }) => {
        bytes.down += data.length;
        applyUpdate(doc, data, connection);
      },
    });
    doc.on('update', (update: Uint8Array, _origin: unknown, _doc: unknown, { local }: Transaction) => {
      if (!local) return;
      bytes.up += update.length;
      connection.publish(subject, update);
    });
    await connection.flush();
    return { save: () => connection.flush(), payload: () => ({ ...bytes }), close: () => connection.close() };
  },
};
