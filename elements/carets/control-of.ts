/** The field that an element is. */
import type { Control } from './control.js';
import { EditableControl } from './editable-control.js';
import { TextControl } from './text-control.js';

/** The types of `input` that tell where their caret is. */
const TYPES = ['text', 'search', 'tel', 'url'];

/** What kind of a field an element is; undefined where it has no caret that could be told of. */
export function kindOf(element: Element): 'text' | 'editable' | undefined {
  if (element instanceof HTMLTextAreaElement) return 'text';
  if (element instanceof HTMLInputElement) return TYPES.includes(element.type) ? 'text' : undefined;
  return element instanceof HTMLElement && element.hasAttribute('contenteditable') ? 'editable' : undefined;
}

/** `layer`: where something may be laid out that nobody sees. */
export function controlOf(element: Element, layer: Element): Control | undefined {
  const kind = kindOf(element);
  if (kind === 'text') return new TextControl(element as HTMLTextAreaElement | HTMLInputElement, layer);
  return kind && new EditableControl(element as HTMLElement);
}
