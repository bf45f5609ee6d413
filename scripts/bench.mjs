/** `npm run bench`: builds the benchmark and the library, and runs it. test/bench/options.ts lists its arguments. */
import { bench, builtForNode, runMain } from './built.js';

await runMain(
  await builtForNode('bench', {
    main: bench('main.ts'),
    worker: bench('worker.ts'),
    'y-websocket-server': bench('servers/y-websocket-server.ts'),
    'hocuspocus-server': bench('servers/hocuspocus-server.ts'),
  }),
);
