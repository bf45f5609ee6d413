/**
 * What is visible on a control is part of its accessible name (WCAG 2.5.3): whoever speaks to the computer says what
 * they see.
 */
import type { Speech } from './speech.js';

/** The name, with what is visible behind it where it is not in it. */
export function visibleLabel(name: string, visible: string, speech: Pick<Speech, 'say'>): string {
  // A digit of a number is not heard in it.
  const holds = /^\d/.test(visible)
    ? name.split(/[^\d+]+/).includes(visible)
    : name.toLocaleUpperCase().includes(visible.toLocaleUpperCase());
  return holds ? name : name + speech.say('comma') + visible;
}
