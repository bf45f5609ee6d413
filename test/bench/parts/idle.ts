/** A room of people who do nothing, each with a resting pointer: what keeping it alive costs. */
import type { System } from '../adapter.js';
import { Worker } from '../children.js';
import { sleep } from '../clock.js';
import { processCpu } from '../cpu.js';
import type { Server } from '../servers.js';
import { fill } from './moving.js';

export interface IdleResult {
  readonly system: string;
  readonly title: string;
  readonly people: number;
  readonly seconds: number;
  /** Per client and second. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly messagesIn: number;
  /** Server, microseconds a client and second. */
  readonly serverCpu: number;
}

export async function idle(system: System, server: Server, people: number, ms: number): Promise<IdleResult> {
  const worker = await Worker.start();
  const room = `i${people}`;
  await fill({ system, server, workers: [worker], room, people, ms, hz: 1 });
  // One move each, then silence; and time for what follows a join to be over.
  await worker.call('move', 1, 1000);
  await sleep(4000);
  const before = await worker.call('mark');
  const cpuBefore = processCpu(server.pid);
  await sleep(ms);
  const after = await worker.call('mark');
  const cpuAfter = processCpu(server.pid);
  await worker.end();
  const per = people * ((after.at - before.at) / 1000);
  return {
    system: system.id,
    title: system.title,
    people,
    seconds: (after.at - before.at) / 1000,
    bytesIn: (after.sockets.bytesIn - before.sockets.bytesIn) / per,
    bytesOut: (after.sockets.bytesOut - before.sockets.bytesOut) / per,
    messagesIn: (after.counts.down - before.counts.down) / per,
    serverCpu: (cpuAfter - cpuBefore) / per,
  };
}
