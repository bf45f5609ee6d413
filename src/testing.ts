/** `slate-collab/testing`: a server in process, for the tests of pages and services that use Slate. */
export type { MemoryBus } from './bus/memory/memory-bus.js';
export { MemoryHub } from './bus/memory/memory-hub.js';
export type { Delivery, MemoryHubOptions } from './bus/memory/memory-options.js';
