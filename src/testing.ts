/** `slate-collab/testing`: the bus in process, for the tests of pages and services that use Slate. */
export { type Delivery, MemoryBus, MemoryHub, type MemoryHubOptions } from './bus/memory-bus.js';
