/** Every system of the bench by its id. */
import type { System } from './adapter.js';
import { hocuspocusGathered, hocuspocusThrottled, hocuspocusUnthrottled } from './adapters/hocuspocus.js';
import { rawNats } from './adapters/nats.js';
import { slate, slateVerified } from './adapters/slate.js';
import { yWebsocketThrottled, yWebsocketUnthrottled } from './adapters/y-websocket.js';

const all = [
  rawNats,
  slate,
  slateVerified,
  yWebsocketThrottled,
  hocuspocusThrottled,
  hocuspocusGathered,
  yWebsocketUnthrottled,
  hocuspocusUnthrottled,
];

export function systemOf(id: string): System {
  const system = all.find((each) => each.id === id);
  if (system === undefined)
    throw new Error(`There is no system "${id}"; there are ${all.map((s) => s.id).join(', ')}.`);
  return system;
}
