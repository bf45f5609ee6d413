/** One's own hand on the page: whatever moves it without one (following, a scroll under way) ends at once. */
const QUIETLY = { capture: true, passive: true };
const INPUTS = ['wheel', 'pointerdown', 'touchstart', 'touchmove', 'keydown'];
/** Held alone they do nothing to the page; some silence a screen reader. */
const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta', 'CapsLock', 'Fn'];

/** Calls `fn` at every input of one's own, until the returned function is called. */
export function onOwnInput(fn: () => void): () => void {
  const heard = (event: Event): void => {
    if (!MODIFIERS.includes((event as KeyboardEvent).key)) fn();
  };
  for (const type of INPUTS) addEventListener(type, heard, QUIETLY);
  return () => {
    for (const type of INPUTS) removeEventListener(type, heard, QUIETLY);
  };
}
