import { describe, expect, it } from 'vitest';
import { type NatsStatus, readStatuses } from '../../../../src/bus/nats/nats-status.js';
import { turns } from '../../../support/virtual-clock.js';

describe('the statuses of a NATS client', () => {
  async function* statusesOf(items: readonly unknown[]) {
    yield* items;
  }
  const clientOf = (statuses: AsyncIterable<unknown>) => ({ status: () => statuses });

  it('are read in the spelling of both clients', async () => {
    const error = new Error('forbidden');
    const item = { type: 'error', data: 'PERMISSIONS_VIOLATION', permissionContext: {} };
    const received: NatsStatus[] = [];
    readStatuses(clientOf(statusesOf([item, { type: 'error', error }])), (status) => received.push(status));
    await turns();
    expect(received).toEqual([
      { type: 'error', fault: item },
      { type: 'error', fault: error },
    ]);
  });

  it('have the words of the server, which nats.ws keeps as its last error', async () => {
    const lastError = Object.assign(new Error("'Slow Consumer'"), { code: 'NATS_PROTOCOL_ERR' });
    const item = { type: 'error', data: 'NATS_PROTOCOL_ERR' };
    const other = { type: 'error', data: 'PERMISSIONS_VIOLATION' };
    const received: NatsStatus[] = [];
    const client = { ...clientOf(statusesOf([item, other])), protocol: { lastError } };
    readStatuses(client, (status) => received.push(status));
    await turns();
    expect(received.map(({ fault }) => fault)).toEqual([lastError, other]);
  });

  it('are not passed on after unsubscribing, which ends the iterator of the client', async () => {
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    const received: NatsStatus[] = [];
    const statuses = Object.assign(statusesOf([{ type: 'disconnect' }]), { stop });
    const unsubscribe = readStatuses(clientOf(statuses), (status) => received.push(status));
    unsubscribe();
    await turns();
    expect(received).toEqual([]);
    expect(stopped).toBe(true);
  });
});
