/** The field that an element is. */
import { Editable } from './editable.js';
import type { Field } from './field.js';
import { InputField } from './input-field.js';

/** The types of `input` that keep every character of a line, and have a selection. */
const TYPES = ['text', 'search', 'tel'];

/** Undefined for an element whose text cannot be shared. */
export function fieldOf(element: Element): Field | undefined {
  if (element instanceof HTMLTextAreaElement) return new InputField(element, true);
  if (element instanceof HTMLInputElement) {
    return TYPES.includes(element.type) ? new InputField(element, false) : undefined;
  }
  if (element instanceof HTMLElement && element.hasAttribute('contenteditable')) return new Editable(element);
  return undefined;
}
