/** Every system of the benchmark of documents, in the order of its tables. */
import type { DocumentSystem } from './adapter.js';
import { hocuspocus } from './adapters/hocuspocus.js';
import { rawNats } from './adapters/nats.js';
import { slate, slateLive } from './adapters/slate.js';
import { yWebsocket } from './adapters/y-websocket.js';

export const SYSTEMS: readonly DocumentSystem[] = [rawNats, slate, slateLive, yWebsocket, hocuspocus];

export function systemOf(id: string): DocumentSystem {
  const system = SYSTEMS.find((each) => each.id === id);
  if (system === undefined) throw new Error(`There is no system called ${id}.`);
  return system;
}
