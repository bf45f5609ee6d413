import { describe, expect, it } from 'vitest';
import { type NatsStatus, readStatuses } from '../../../../src/bus/nats/nats-status.js';
import { turns } from '../../../support/virtual-clock.js';

describe('the statuses of a NATS client', () => {
  async function* statusesOf(items: readonly unknown[]) {
    yield* items;
  }

  it('are read in the spelling of both clients', async () => {
    const error = new Error('forbidden');
    const item = { type: 'error', data: 'PERMISSIONS_VIOLATION', permissionContext: {} };
    const received: NatsStatus[] = [];
    readStatuses(statusesOf([item, { type: 'error', error }]), (status) => received.push(status));
    await turns();
    expect(received).toEqual([
      { type: 'error', fault: item },
      { type: 'error', fault: error },
    ]);
  });

  it('are not passed on after unsubscribing, which ends the iterator of the client', async () => {
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    const received: NatsStatus[] = [];
    const statuses = Object.assign(statusesOf([{ type: 'disconnect' }]), { stop });
    const unsubscribe = readStatuses(statuses, (status) => received.push(status));
    unsubscribe();
    await turns();
    expect(received).toEqual([]);
    expect(stopped).toBe(true);
  });
});
