/** The systems that a page can open: all but the floor, which has no history to open. */
import type { DocumentSystem } from '../adapter.js';
import { hocuspocus } from '../adapters/hocuspocus.js';
import { slate } from '../adapters/slate.js';
import { yWebsocket } from '../adapters/y-websocket.js';

export function pageSystemOf(id: string): DocumentSystem {
  const system = [slate, yWebsocket, hocuspocus].find((each) => each.id === id);
  if (system === undefined) throw new Error(`A page has no system called ${id}.`);
  return system;
}
