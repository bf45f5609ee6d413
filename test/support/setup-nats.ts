/** Before the projects that start servers: the program is there, fetched once and not by each worker. */
import { ensureNatsServer } from '../../src/service/nats-server.js';

export default async function setup(): Promise<void> {
  await ensureNatsServer({ log: console.log });
}
