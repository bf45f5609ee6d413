/** The way in which remote states enter Awareness, and the identity that is kept in the local state. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { createAwareness, showRemote } from '../../../src/presence/awareness.js';
import { Changes } from '../../../src/presence/changes.js';
import { keepIdentity } from '../../../src/presence/identity.js';
import { OwnClient } from '../../../src/presence/own-client.js';
import type { State } from '../../../src/protocol/state.js';

function lab() {
  const awareness = createAwareness(undefined, 7);
  const changes: unknown[] = [];
  const updates: unknown[] = [];
  awareness.on('change', (change: unknown, origin: unknown) => changes.push([change, origin]));
  awareness.on('update', (change: unknown, origin: unknown) => updates.push([change, origin]));
  const shown = new Changes();
  const set = (client: number, clock: number, state: State | null) => shown.state(client, { clock, state });
  const show = () => showRemote(awareness, shown.takeStates(), 'room', { date: () => 42 });
  return { awareness, set, show, changes, updates };
}

describe('showRemote', () => {
  it('M5: makes one change of everything that changed', () => {
    const { set, show, changes, updates, awareness } = lab();
    set(1, 1, { a: 1 });
    set(2, 1, { a: 1 });
    set(1, 2, { a: 2 });
    show();
    const change = { added: [1, 2], updated: [], removed: [] };
    expect(changes).toEqual([[change, 'room']]);
    expect(updates).toEqual([[change, 'room']]);
    expect(awareness.getStates().get(1)).toEqual({ a: 2 });
    expect(awareness.meta.get(1)).toEqual({ clock: 2, lastUpdated: 42 });
    show();
    expect(changes).toHaveLength(1);
  });

  it('M5: reports a state with the same content as an update, not as a change', () => {
    const { set, show, changes, updates } = lab();
    set(1, 1, { a: { b: 1 } });
    show();
    set(1, 2, { a: { b: 1 } });
    show();
    expect(changes).toHaveLength(1);
    expect(updates[1]).toEqual([{ added: [], updated: [1], removed: [] }, 'room']);
  });

  it('P8: a removal leaves no clock behind, but only after the listeners', () => {
    const { set, show, awareness } = lab();
    set(1, 5, {});
    show();
    let clock: number | undefined;
    awareness.on('update', () => {
      clock = awareness.meta.get(1)?.clock;
    });
    set(1, 5, null);
    show();
    expect(clock).toBe(5);
    expect([...awareness.meta.keys()]).toEqual([7]);
    set(1, 5, null); // already gone
    show();
    expect([...awareness.meta.keys()]).toEqual([7]);
  });

  describe('when a listener throws', () => {
    afterEach(() => vi.restoreAllMocks());

    it('D1: goes on, and reports the error', () => {
      const reported = vi.spyOn(console, 'error').mockReturnValue();
      const { set, show, awareness } = lab();
      awareness.on('change', () => {
        throw new Error('an editor plugin');
      });
      let updates = 0;
      awareness.on('update', () => updates++);
      set(1, 1, {});
      expect(() => show()).not.toThrow();
      expect(updates).toBe(1);
      expect(reported).toHaveBeenCalledOnce();
    });
  });
});

describe('the own client', () => {
  it('has the id of its document, and its Awareness has no timer', () => {
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

  it('P7, P8: raises its clock above a given one, without a change', () => {
    const { awareness, changes } = lab();
    const own = new OwnClient(awareness);
    expect(own.raiseClock(10)).toBe(11);
    expect(own.raiseClock(3)).toBe(12);
    expect(own.clock).toBe(12);
    awareness.setLocalState({ a: 1 });
    expect(awareness.meta.get(7)?.clock).toBe(13);
    expect(changes).toHaveLength(1);
  });
});

describe('the local state', () => {
  const cycle = () => {
    const value: State = {};
    value.self = value;
    return value;
  };
  const throwing = () => ({
    get value(): number {
      throw new Error('a plugin');
    },
  });
  const deep = () => {
    let value: unknown = 1;
    for (let i = 0; i < 50_000; i++) value = [value];
    return value;
  };

  it.each([
    ['a cycle', cycle],
    ['a property that throws', throwing],
    ['levels without end', deep],
  ])('D6: may hold %s again and again: nothing is thrown, and each change is told', (_, make) => {
    const { awareness, changes, updates } = lab();
    for (let i = 0; i < 3; i++) expect(() => awareness.setLocalStateField('x', make())).not.toThrow();
    expect(changes).toHaveLength(3);
    expect(changes[2]).toEqual([{ added: [], updated: [7], removed: [] }, 'local']);
    awareness.setLocalState(awareness.getLocalState());
    expect(changes).toHaveLength(3);
    expect(updates).toHaveLength(4);
    awareness.setLocalState(null);
    awareness.setLocalState({ y: 1 });
    expect(changes.at(-1)).toEqual([{ added: [7], updated: [], removed: [] }, 'local']);
  });
});

describe('keepIdentity', () => {
  const own = { user: { id: 'ada', name: 'Ada', color: '#188039', colorLight: '#18803933' }, file: 'a.ts' };
  const keeping = () => {
    const awareness = createAwareness(undefined, 7);
    const stop = keepIdentity(awareness, () => own);
    awareness.setLocalState({ ...own });
    return { awareness, stop };
  };
  const stateOf = (awareness: Awareness) => awareness.getLocalState();

  it('restores the identity after an editor has set the whole state', () => {
    const { awareness } = keeping();
    awareness.setLocalState({ name: 'Lexical', anchorPos: null });
    expect(stateOf(awareness)).toEqual({ ...own, name: 'Lexical', anchorPos: null });
  });

  it('D3: keeps the name and colour of the user beside it, where Lexical writes some', () => {
    const { awareness } = keeping();
    awareness.setLocalState({
      name: 'Cat',
      color: 'rgb(125, 50, 0)',
      focusing: false,
      anchorPos: null,
      focusPos: null,
    });
    expect(stateOf(awareness)).toMatchObject({ ...own, name: 'Ada', color: '#188039', focusing: false });
    const state = stateOf(awareness) as Record<string, unknown>;
    state.focusing = true;
    state.name = 'Dog';
    awareness.setLocalState(state); // in place
    expect(stateOf(awareness)).toMatchObject({ ...own, name: 'Ada', focusing: true });
  });

  it.each(['beforeunload', 'pagehide'])('P11: keeps a state that is taken away at %s', (type) => {
    const { awareness } = keeping();
    vi.stubGlobal('event', { type });
    awareness.setLocalState(null);
    expect(stateOf(awareness)).toEqual(own);
    vi.stubGlobal('event', { type: 'click' });
    awareness.setLocalState(null);
    expect(stateOf(awareness)).toBeNull();
    vi.unstubAllGlobals();
  });

  it('keeps the name and colour that an editor writes, and the user id', () => {
    const { awareness } = keeping();
    awareness.setLocalStateField('user', { name: 'Tiptap', color: '#ff0000' });
    expect(stateOf(awareness)?.user).toEqual({
      id: 'ada',
      name: 'Tiptap',
      color: '#ff0000',
      colorLight: '#ff000033',
    });
    awareness.setLocalStateField('user', { id: 'eve', name: 'Eve' });
    expect(stateOf(awareness)?.user).toMatchObject({ id: 'ada', name: 'Eve' });
  });

  it.each([
    ['null, as Tiptap does', { name: null, color: '#ff0000' }],
    ['nothing that can be seen', { name: '\u200e ', color: '#ff0000' }],
    ['a number, with the own id', { id: 'ada', name: 7, color: '#ff0000' }],
  ])('D3: keeps the name given at joining where an editor writes %s', (_, user) => {
    const { awareness } = keeping();
    awareness.setLocalStateField('user', user);
    expect(stateOf(awareness)?.user).toMatchObject({ id: 'ada', name: 'Ada', color: '#ff0000' });
  });

  it.each([null, undefined, 'Eve', 7, []])('D3: keeps the user given at joining where an editor writes %j', (user) => {
    const { awareness } = keeping();
    awareness.setLocalStateField('user', user);
    expect(stateOf(awareness)?.user).toMatchObject(own.user);
    awareness.setLocalState({ user, name: null, color: null });
    expect(stateOf(awareness)).toMatchObject(own);
  });

  it('D3: keeps a colour and a picture that others would show, where an editor writes others', () => {
    const { awareness } = keeping();
    awareness.setLocalStateField('user', { name: 'Ada', color: 'url(x)', avatar: 'javascript:x' });
    expect(stateOf(awareness)?.user).toMatchObject(own.user);
    expect(stateOf(awareness)?.user).not.toHaveProperty('avatar', 'javascript:x');
  });

  it('D3: a name without ink, or a colour that is none, leaves those given at joining; others are converted', () => {
    const { awareness } = keeping();
    awareness.setLocalStateField('user', { name: '\u200d', color: 'var(--x)', team: 7 });
    expect(stateOf(awareness)?.user).toEqual({ ...own.user, team: 7 });
    awareness.setLocalStateField('user', { name: null, color: 'tomato' });
    expect(stateOf(awareness)?.user).toEqual({ ...own.user, color: '#ff6347', colorLight: '#ff634733' });
  });

  it('D3: a light colour left over from another colour gives way to that of the new one; any other stays', () => {
    const { awareness } = keeping();
    awareness.setLocalStateField('user', { ...stateOf(awareness)?.user, color: 'tomato' });
    expect(stateOf(awareness)?.user).toMatchObject({ color: '#ff6347', colorLight: '#ff634733' });
    awareness.setLocalStateField('user', { ...stateOf(awareness)?.user, color: '#e19', colorLight: '#fce' });
    expect(stateOf(awareness)?.user).toMatchObject({ color: '#ee1199', colorLight: '#ffccee' });
  });

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['a cycle', Object.assign([], { 0: [] })],
    ['an object without a prototype', Object.create(null)],
  ])('D6: answers a state with %s in it with one change at most', (_, value) => {
    const { awareness } = keeping();
    let updates = 0;
    awareness.on('update', () => updates++);
    awareness.setLocalState({ x: value, user: value });
    expect(updates).toBe(2);
    expect(stateOf(awareness)).toMatchObject({ user: { id: 'ada' } });
  });

  it('D6: a user whose properties throw is replaced by that of the session', () => {
    const { awareness } = keeping();
    const user = {
      get name(): string {
        throw new Error('a plugin');
      },
    };
    expect(() => awareness.setLocalState({ user })).not.toThrow();
    expect(stateOf(awareness)?.user).toEqual(own.user);
  });

  it('does not restore a state that was taken away, and stops when told to', () => {
    const { awareness, stop } = keeping();
    awareness.setLocalState(null);
    expect(stateOf(awareness)).toBeNull();
    stop();
    awareness.setLocalState({ a: 1 });
    expect(stateOf(awareness)).toEqual({ a: 1 });
  });
});
