/** One real nats-server for all tests in the browser, which cannot start any: `inject('natsWsUrl')` is its address. */
import type { TestProject } from 'vitest/node';
import { startNatsServer } from '../../src/service/local-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    natsWsUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startNatsServer();
  project.provide('natsWsUrl', server.wsUrl);
  return () => server.stop();
}
