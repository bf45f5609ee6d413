/**
 * What the bot does, once: its finger goes to a word, and it says something there. Its events are those of a pointer,
 * and `<slate-cursors>` reports them as it reports everyone's.
 */
import type { SlateCursors } from '../index.js';

const GLIDE_MS = 1600;
const SAYING = 'The same word, in another window.';

/** Resolves when it is done, or the signal aborts. */
export async function act(cursors: SlateCursors, signal: AbortSignal): Promise<void> {
  const to = middleOfWord(document.querySelector('h1'), 'anything');
  if (!to || signal.aborted) return;
  const finger = Object.assign(document.createElement('div'), { className: 'finger', ariaHidden: 'true' });
  document.body.append(finger);
  signal.addEventListener('abort', () => finger.remove());
  const from = { x: innerWidth * 0.6, y: innerHeight * 0.8 };
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const begin = performance.now();
  for (let part = 0; part < 1; ) {
    const now = await new Promise<number>(requestAnimationFrame);
    if (signal.aborted) return;
    part = calm ? 1 : Math.min(1, (now - begin) / GLIDE_MS);
    const eased = (1 - Math.cos(Math.PI * part)) / 2;
    point(finger, from.x + (to.x - from.x) * eased, from.y + (to.y - from.y) * eased);
  }
  cursors.say(SAYING);
}

function point(finger: HTMLElement, x: number, y: number): void {
  finger.style.translate = `${x}px ${y}px`;
  const event = { clientX: x, clientY: y, bubbles: true, composed: true, isPrimary: true, pointerType: 'mouse' };
  (document.elementFromPoint(x, y) ?? document.body).dispatchEvent(new PointerEvent('pointermove', event));
}

function middleOfWord(element: Element | null, word: string): { x: number; y: number } | undefined {
  const text = element?.firstChild;
  const at = text?.textContent?.indexOf(word) ?? -1;
  if (!text || at < 0) return undefined;
  const range = document.createRange();
  range.setStart(text, at);
  range.setEnd(text, at + word.length);
  const { left, top, width, height } = range.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
