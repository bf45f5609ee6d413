#!/usr/bin/env node
/**
 * `npm run demo:events`: publishes events for the demo page over the server that `npm start` runs, and exits.
 *
 * Environment variables: SLATE_SERVERS or SLATE_WS_PORT, as for `npm start`; SLATE_DEMO_SECONDS, the duration (30).
 */
import { Failure, importTypeScript, installDependencies, main } from './prepare.js';

await main(async () => {
  await installDependencies();
  await importTypeScript('scripts/demo-events.ts').catch((error) => {
    if (error.name !== 'ServerUnreachableError') throw error;
    throw new Failure(`${error.message}\nIs "npm start" running? To use another server: SLATE_SERVERS=ws://…`);
  });
});
process.exit();
