import { afterEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/emitter.js';

describe('the emitter', () => {
  afterEach(() => vi.restoreAllMocks());

  it('calls every listener of the type, in the order in which they subscribed', () => {
    const emitter = new Emitter<{ a: number; b: number }>();
    const calls: string[] = [];
    emitter.on('a', (event) => calls.push(`first ${event}`));
    emitter.on('a', (event) => calls.push(`second ${event}`));
    emitter.on('b', (event) => calls.push(`other ${event}`));
    emitter.emit('a', 1);
    expect(calls).toEqual(['first 1', 'second 1']);
  });

  it('keeps one subscription for each call, even of the same function', () => {
    const emitter = new Emitter<{ a: number }>();
    const listener = vi.fn();
    const unsubscribe = emitter.on('a', listener);
    emitter.on('a', listener);
    unsubscribe();
    unsubscribe();
    emitter.emit('a', 1);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(emitter.has('a')).toBe(true);
    emitter.clear();
    expect(emitter.has('a')).toBe(false);
  });

  it('does not call a listener that another one unsubscribes, nor one that subscribes meanwhile', () => {
    const emitter = new Emitter<{ a: number }>();
    const removed = vi.fn();
    const added = vi.fn();
    emitter.on('a', () => {
      unsubscribe();
      emitter.on('a', added);
    });
    const unsubscribe = emitter.on('a', removed);
    emitter.emit('a', 1);
    expect(removed).not.toHaveBeenCalled();
    expect(added).not.toHaveBeenCalled();
  });

  it('reports what a listener throws or rejects with, and calls the others', async () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const emitter = new Emitter<{ a: number }>();
    const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
    const other = vi.fn();
    emitter.on('a', () => {
      throw thrown;
    });
    const rejects: () => unknown = () => Promise.reject(rejected);
    emitter.on('a', rejects);
    emitter.on('a', other);
    emitter.emit('a', 1);
    expect(other).toHaveBeenCalledTimes(1);
    await Promise.resolve();
    await Promise.resolve();
    expect(reported.mock.calls).toEqual([[thrown], [rejected]]);
  });
});
