/**
 * One's own input on the page. It ends at once whatever scrolls the page by itself: following, or the way to a person.
 * The key that goes to the bar, and keys in the bar, are no input on the page.
 */
import { barKeyOf, presses } from './keys.js';
import { stages } from './stage.js';

const QUIETLY = { capture: true, passive: true };
const INPUTS = ['wheel', 'pointerdown', 'touchstart', 'touchmove', 'keydown'];
/** Pressed alone these keys do nothing to the page; some silence a screen reader. */
const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta', 'CapsLock', 'Fn'];

/** Calls `fn` at every input of one's own. Returns a function that unsubscribes. */
export function onOwnInput(fn: () => void): () => void {
  const receive = (event: Event): void => {
    if (!(event.type === 'keydown' && isForBar(event as KeyboardEvent))) fn();
  };
  for (const type of INPUTS) addEventListener(type, receive, QUIETLY);
  return () => {
    for (const type of INPUTS) removeEventListener(type, receive, QUIETLY);
  };
}

function isForBar(event: KeyboardEvent): boolean {
  const inBar = event.composedPath().some((node) => node instanceof Element && node.part.contains('bar'));
  return inBar || MODIFIERS.includes(event.key) || [...stages].some(({ host }) => presses(event, barKeyOf(host)));
}
