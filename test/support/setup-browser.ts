/**
 * Real nats-servers for all tests in the browser, which cannot start any: `inject('natsWsUrl')` is the address of an
 * open one with JetStream, `inject('natsTokenWsUrl')` of one that wants the token `right`.
 */
import type { TestProject } from 'vitest/node';
import { startNatsServer } from '../../src/service/local-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    natsWsUrl: string;
    natsTokenWsUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startNatsServer({ jetstream: true });
  const guarded = await startNatsServer({ config: 'authorization { token: "right" }' });
  project.provide('natsWsUrl', server.wsUrl);
  project.provide('natsTokenWsUrl', guarded.wsUrl);
  return async () => {
    await Promise.all([server.stop(), guarded.stop()]);
  };
}
