/** A `textarea`, or an `input` of a type that keeps every character of a line. */
import type { Edit } from './difference.js';
import { type Field, isActive, keepingScroll, type Selection } from './field.js';

export class InputField implements Field {
  constructor(
    readonly element: HTMLTextAreaElement | HTMLInputElement,
    readonly manyLines: boolean,
  ) {}

  get value(): string {
    return this.element.value;
  }

  get writable(): boolean {
    return !this.element.readOnly && !this.element.matches(':disabled');
  }

  get selection(): Selection | undefined {
    if (!isActive(this.element)) return undefined;
    const { selectionStart, selectionEnd, selectionDirection } = this.element;
    const [start, end] = [selectionStart ?? 0, selectionEnd ?? 0];
    return selectionDirection === 'backward' ? { anchor: end, head: start } : { anchor: start, head: end };
  }

  replace({ from, to, insert }: Edit): void {
    // Unlike `value`, it goes past the property by which React compares what it knows, so that React sees the change.
    keepingScroll(this.element, () => this.element.setRangeText(insert, from, to, 'preserve'));
  }

  select({ anchor, head }: Selection): void {
    const direction = head < anchor ? 'backward' : 'forward';
    this.element.setSelectionRange(Math.min(anchor, head), Math.max(anchor, head), direction);
  }
}
