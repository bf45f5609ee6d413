/** What bindings find in a provider. */
import { describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import { Provider } from '../../../src/documents/provider.js';
import type { DocumentStatus } from '../../../src/documents/types.js';

function setup(status: DocumentStatus = { state: 'opening', synced: false, unsaved: 0 }) {
  const listeners = new Set<() => void>();
  const document = {
    doc: new Doc(),
    status,
    on: (_: 'status', fn: () => void) => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };
  const awareness = new Awareness(document.doc);
  const provider = new Provider(document, awareness);
  const change = (next: Partial<DocumentStatus>) => {
    document.status = { ...document.status, ...next };
    for (const fn of listeners) fn();
  };
  return { document, awareness, provider, change, listeners };
}

describe('a provider', () => {
  it('has the document and the Awareness, by the names that bindings use', () => {
    const { document, awareness, provider } = setup();
    expect(provider.doc).toBe(document.doc);
    expect(provider.document).toBe(document.doc);
    expect(provider.awareness).toBe(awareness);
  });

  it('tells "status", "sync" and "synced" when they change, as y-websocket does', () => {
    const { provider, change } = setup();
    const told: unknown[] = [];
    for (const type of ['status', 'sync', 'synced']) provider.on(type, (value: unknown) => told.push([type, value]));
    change({ state: 'saving', synced: true });
    change({ state: 'saved' });
    change({ state: 'offline', synced: false });
    expect(told).toEqual([
      ['status', { status: 'connected' }],
      ['sync', true],
      ['synced', true],
      ['status', { status: 'disconnected' }],
      ['sync', false],
      ['synced', false],
    ]);
  });

  it('tells Lexical alone of the texts that it shows as empty, without an edit', async () => {
    const { document, provider } = setup();
    const [seen, other] = [document.doc.getText('root'), document.doc.getText('other')];
    for (const text of [seen, other]) text.insert(0, 'Hello');
    let isEmpty = true;
    Object.assign(seen, { _collabNode: { isEmpty: () => isEmpty } });
    const told: unknown[] = [];
    for (const text of [seen, other]) text.observeDeep(([event]) => told.push(event?.delta));
    const updated = vi.fn();
    document.doc.on('update', updated);
    provider.connect();
    await Promise.resolve();
    expect(told).toEqual([[{ insert: 'Hello' }]]);
    isEmpty = false;
    provider.connect();
    await Promise.resolve();
    expect(told).toHaveLength(1);
    expect(updated).not.toHaveBeenCalled();
    other.insert(5, '!');
    expect(told[1]).toEqual([{ retain: 5 }, { insert: '!' }]);
  });

  it('tells a binding that subscribes late how things stand, when it connects', async () => {
    const { provider } = setup({ state: 'saved', synced: true, unsaved: 0 });
    const told = vi.fn();
    provider.on('sync', told);
    provider.connect();
    await Promise.resolve();
    expect(told).toHaveBeenCalledExactlyOnceWith(true, undefined);
    expect(provider.status).toBe('connected');
    expect(provider.synced).toBe(true);
  });

  it('goes on where a listener throws, and forgets listeners', () => {
    const { provider, change, listeners } = setup();
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    const told = vi.fn();
    const gone = vi.fn();
    provider.on('sync', () => {
      throw new Error('in a binding');
    });
    provider.on('sync', told);
    provider.on('sync', gone);
    provider.off('sync', gone);
    provider.once('sync', gone);
    change({ synced: true });
    change({ synced: false });
    expect(told).toHaveBeenCalledTimes(2);
    expect(gone).toHaveBeenCalledTimes(1);
    expect(reported).toHaveBeenCalledTimes(2);
    provider.destroy();
    expect(listeners.size).toBe(0);
    reported.mockRestore();
  });
});
