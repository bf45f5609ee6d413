#!/usr/bin/env node
/**
 * `npm run demo:events`: real events for the demo page, over the server that `npm start` runs. It ends by itself.
 *
 * Settings: SLATE_SERVERS, else SLATE_WS_PORT, as of `npm start`; SLATE_DEMO_SECONDS, how long it takes (30).
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
