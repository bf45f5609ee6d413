/**
 * `npm run reliability`: builds the properties of docs/reliability.md for Node, and measures them on Slate, y-websocket
 * and Hocuspocus, in about fifteen minutes. With numbers as arguments it runs those alone, and writes nothing.
 */
import { bench, builtForNode, runMain } from './built.js';

await runMain(
  await builtForNode('reliability', {
    main: bench('reliability/main.ts'),
    'y-websocket-server': bench('servers/y-websocket-server.ts'),
    'hocuspocus-server': bench('servers/hocuspocus-server.ts'),
  }),
);
