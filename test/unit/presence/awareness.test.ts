/** The mirror by which remote states enter Awareness, and the identity that stays in our own. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { AwarenessMirror, createAwareness, raiseClock } from '../../../src/presence/awareness.js';
import { keepIdentity } from '../../../src/presence/identity.js';

function lab() {
  const awareness = createAwareness(undefined, 7);
  const changes: unknown[] = [];
  const updates: unknown[] = [];
  awareness.on('change', (change: unknown, origin: unknown) => changes.push([change, origin]));
  awareness.on('update', (change: unknown, origin: unknown) => updates.push([change, origin]));
  const mirror = new AwarenessMirror(awareness, 'room', { date: () => 42 });
  return { awareness, mirror, changes, updates };
}

describe('the mirror', () => {
  it('M5: makes one change of everything that is pending', () => {
    const { mirror, changes, updates, awareness } = lab();
    mirror.set(1, 1, { a: 1 });
    mirror.set(2, 1, { a: 1 });
    mirror.set(1, 2, { a: 2 });
    mirror.flush();
    const change = { added: [1, 2], updated: [], removed: [] };
    expect(changes).toEqual([[change, 'room']]);
    expect(updates).toEqual([[change, 'room']]);
    expect(awareness.getStates().get(1)).toEqual({ a: 2 });
    expect(awareness.meta.get(1)).toEqual({ clock: 2, lastUpdated: 42 });
    mirror.flush();
    expect(changes).toHaveLength(1);
  });

  it('M5: a state that is the same in content is an update and no change', () => {
    const { mirror, changes, updates } = lab();
    mirror.set(1, 1, { a: { b: 1 } });
    mirror.flush();
    mirror.set(1, 2, { a: { b: 1 } });
    mirror.flush();
    expect(changes).toHaveLength(1);
    expect(updates[1]).toEqual([{ added: [], updated: [1], removed: [] }, 'room']);
  });

  it('P8: a removal leaves nothing behind, not even a clock, but after the listeners', () => {
    const { mirror, awareness } = lab();
    mirror.set(1, 5, {});
    mirror.flush();
    let clock: number | undefined;
    awareness.on('update', () => {
      clock = awareness.meta.get(1)?.clock;
    });
    mirror.set(1, 5, null);
    mirror.flush();
    expect(clock).toBe(5);
    expect([...awareness.meta.keys()]).toEqual([7]);
    mirror.set(1, 5, null); // already gone
    mirror.flush();
    expect([...awareness.meta.keys()]).toEqual([7]);
  });

  describe('beside a listener that throws', () => {
    afterEach(() => vi.restoreAllMocks());

    it('D1: goes on, and reports it', () => {
      const reported = vi.spyOn(console, 'error').mockReturnValue();
      const { mirror, awareness } = lab();
      awareness.on('change', () => {
        throw new Error('an editor plugin');
      });
      let updates = 0;
      awareness.on('update', () => updates++);
      mirror.set(1, 1, {});
      expect(() => mirror.flush()).not.toThrow();
      expect(updates).toBe(1);
      expect(reported).toHaveBeenCalledOnce();
    });
  });
});

describe('our own awareness', () => {
  it('has the id of its document, and no timer of its own', () => {
    vi.useFakeTimers();
    try {
      const doc = new Y.Doc();
      expect(createAwareness(doc, 1).clientID).toBe(doc.clientID);
      expect(createAwareness(undefined, 1).clientID).toBe(1);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('P7, P8: raises its clock above any it is told of, without a change', () => {
    const { awareness, changes } = lab();
    expect(raiseClock(awareness, 10)).toBe(11);
    expect(raiseClock(awareness, 3)).toBe(12);
    awareness.setLocalState({ a: 1 });
    expect(awareness.meta.get(7)?.clock).toBe(13);
    expect(changes).toHaveLength(1);
  });
});

describe('our identity', () => {
  const own = { user: { id: 'ada', name: 'Ada', color: '#188039' }, file: 'a.ts' };
  const keeping = () => {
    const awareness = createAwareness(undefined, 7);
    const undo = keepIdentity(awareness, () => own);
    awareness.setLocalState({ ...own });
    return { awareness, undo };
  };
  const stateOf = (awareness: Awareness) => awareness.getLocalState();

  it('survives an editor that sets the whole state', () => {
    const { awareness } = keeping();
    awareness.setLocalState({ name: 'Lexical', anchorPos: null });
    expect(stateOf(awareness)).toEqual({ ...own, name: 'Lexical', anchorPos: null });
  });

  it('takes what an editor says of name and colour, not who it is', () => {
    const { awareness } = keeping();
    awareness.setLocalStateField('user', { name: 'Tiptap', color: '#ff0000' });
    expect(stateOf(awareness)?.user).toEqual({ id: 'ada', name: 'Tiptap', color: '#ff0000' });
    awareness.setLocalStateField('user', { id: 'eve', name: 'Eve' });
    expect(stateOf(awareness)?.user).toMatchObject({ id: 'ada', name: 'Eve' });
  });

  it('does not bring back a state that was taken away, and ends with its undo', () => {
    const { awareness, undo } = keeping();
    awareness.setLocalState(null);
    expect(stateOf(awareness)).toBeNull();
    undo();
    awareness.setLocalState({ a: 1 });
    expect(stateOf(awareness)).toEqual({ a: 1 });
  });
});
