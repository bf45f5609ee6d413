/**
 * `npm run bench:bus`: builds the benchmark of the typed events for Node, and runs it. test/bench/bus/main.ts lists its
 * arguments.
 */
import { bench, builtForNode, runMain } from './built.js';

const outDir = await builtForNode('bench-bus', { main: bench('bus/main.ts') });
process.env.NODE_ENV = 'production';
await runMain(outDir);
