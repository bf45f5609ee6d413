/** The one-file build: registers every element and gives the whole public API. */
export * from '../src/index.js';
export * from './index.js';
