/**
 * Whether someone is at this page: `active` with input in the last minute, else `idle`; `away` while it is hidden.
 * One set of listeners serves every room of the page and goes with the last one.
 */
import type { Activity } from '../../src/index.js';

export const IDLE_AFTER_MS = 60_000;
const INPUTS = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart'];
const QUIETLY = { capture: true, passive: true };

type Watcher = (activity: Activity) => void;

const watchers = new Set<Watcher>();
let activity: Activity = 'active';
let lastInput = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls `fn` now and at every change, until the returned function is called. */
export function watchActivity(fn: Watcher): () => void {
  if (watchers.size === 0) listen(true);
  watchers.add(fn);
  fn(activity);
  return () => {
    if (watchers.delete(fn) && watchers.size === 0) listen(false);
  };
}

function listen(on: boolean): void {
  const change = on ? addEventListener : removeEventListener;
  for (const type of INPUTS) change(type, noteInput, QUIETLY);
  (on ? document.addEventListener : document.removeEventListener).call(document, 'visibilitychange', judge);
  clearTimeout(timer);
  timer = undefined;
  if (on) noteInput();
}

/** Called for every input: it keeps the time and nothing else, unless something changed. */
function noteInput(): void {
  lastInput = performance.now();
  if (activity !== 'active' || timer === undefined) judge();
}

function judge(): void {
  clearTimeout(timer);
  const left = lastInput + IDLE_AFTER_MS - performance.now();
  timer = left > 0 ? setTimeout(judge, left) : undefined;
  const now = document.hidden ? 'away' : left > 0 ? 'active' : 'idle';
  if (now === activity) return;
  activity = now;
  for (const fn of [...watchers]) fn(activity);
}
