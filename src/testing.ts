/** `slate-collab/testing`: the bus in process, for the tests of pages and services that use Slate. */
export { MemoryBus } from './bus/memory/memory-bus.js';
export { type Delivery, MemoryHub, type MemoryHubOptions } from './bus/memory/memory-hub.js';
