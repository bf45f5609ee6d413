/** Whether the last pointer on this page was a finger or a pen; before the first, whether the device is for them. */

/** Calls `changed` with that now, and whenever it changes, until the signal aborts. */
export function watchTouching(changed: (touching: boolean) => void, signal: AbortSignal): void {
  let touching = matchMedia('(pointer:coarse)').matches;
  const note = (event: Event): void => {
    const now = /touch|pen/.test((event as PointerEvent).pointerType);
    if (now === touching) return;
    touching = now;
    changed(touching);
  };
  for (const type of ['pointerdown', 'pointermove'])
    addEventListener(type, note, { capture: true, passive: true, signal });
  changed(touching);
}
