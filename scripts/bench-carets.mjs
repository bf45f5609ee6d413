/**
 * `npm run bench:carets`: builds the benchmark of carets for Node, and runs it. test/bench/carets/main.ts lists its
 * arguments.
 */
import { bench, builtForNode, runMain } from './built.js';

await runMain(
  await builtForNode('bench-carets', {
    main: bench('carets/main.ts'),
    worker: bench('carets/worker.ts'),
    'y-websocket-server': bench('servers/y-websocket-server.ts'),
    'hocuspocus-server': bench('servers/hocuspocus-server.ts'),
  }),
);
