/** The tooltips of the stack. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { WAIT_MS } from '../../elements/avatars/tooltip.js';
import { until } from '../support/wait.js';
import { watching } from './people.js';
import { part, parts, point, text } from './support.js';

async function setUp() {
  const set = await watching({ cursors: 'none' });
  const tip = await part(set.avatars, 'tip');
  const shown = () => (tip.matches(':popover-open') ? [...tip.childNodes].map(text) : undefined);
  const over = (id: string) => point('pointerover', 0, 0, set.face(id));
  const out = (id: string) => point('pointerout', 0, 0, set.face(id));
  return { ...set, tip, shown, over, out };
}

/** From here on time passes only by `vi.advanceTimersByTime`. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

describe('a tooltip', () => {
  it('waits 500 ms at first, and not at all while one moves along the stack', async () => {
    const { shown, over, out } = await setUp();
    expect(WAIT_MS).toBe(500);
    stopTime();
    over('bob');
    vi.advanceTimersByTime(499);
    expect(shown()).toBe(undefined);
    vi.advanceTimersByTime(1);
    expect(shown()).toEqual(['Bob', 'active']);
    out('bob');
    over('carol');
    expect(shown()).toEqual(['Carol', 'active']);
    out('carol');
    vi.advanceTimersByTime(200);
    expect(shown()).toBe(undefined);
    over('bob');
    vi.advanceTimersByTime(499);
    expect(shown()).toBe(undefined);
    out('bob');
    vi.advanceTimersByTime(1000);
    expect(shown()).toBe(undefined); // the pointer only passed
  });

  it('comes by the keyboard, too, follows the words, and goes with the focus', async () => {
    const { people, face, shown } = await setUp();
    people[0]?.setLocation('the board');
    await until(() => face('bob').ariaLabel?.includes('the board'));
    face('alice').focus();
    await userEvent.keyboard('{ArrowRight}');
    await until(() => shown()?.join() === 'Bob,the board, active');
    people[0]?.setLocation('the notes');
    await until(() => shown()?.[1] === 'the notes, active');
    await userEvent.keyboard('{ArrowRight}');
    expect(shown()?.[0]).toBe('Carol');
    (document.activeElement as HTMLElement).blur();
    await until(() => !shown());
  });

  it('stays while the pointer is on it', async () => {
    const { tip, shown, over, out } = await setUp();
    stopTime();
    over('bob');
    vi.advanceTimersByTime(WAIT_MS);
    out('bob');
    point('pointerover', 0, 0, tip);
    vi.advanceTimersByTime(60_000);
    expect(shown()).toEqual(['Bob', 'active']);
    point('pointerout', 0, 0, tip);
    vi.advanceTimersByTime(200);
    expect(shown()).toBe(undefined);
  });

  it('closes on Escape, wherever the focus is, and stays closed', async () => {
    const { shown, over } = await setUp();
    stopTime();
    over('bob');
    vi.advanceTimersByTime(WAIT_MS);
    expect(document.activeElement).toBe(document.body);
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(shown()).toBe(undefined);
    vi.advanceTimersByTime(WAIT_MS * 2);
    expect(shown()).toBe(undefined);
  });

  it('closes when a card opens, and one that waits does not come over it', async () => {
    const { avatars, face, shown, over } = await setUp();
    over('bob');
    await until(shown);
    face('bob').click();
    expect(shown()).toBe(undefined);
    await part(avatars, 'card');
    await userEvent.keyboard('{Escape}');
    face('alice').focus();
    await until(() => parts(avatars, 'card').length === 0);
    over('carol');
    face('carol').click();
    stopTime();
    vi.advanceTimersByTime(WAIT_MS * 2);
    expect(shown()).toBe(undefined);
  });
});
