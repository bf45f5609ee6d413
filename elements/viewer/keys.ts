/**
 * The keys that the viewer takes from the page: the listener's choice, else the page's, else the usual one. A key is
 * named as in `aria-keyshortcuts`: `/`, `F8`, `Alt+k`; '' is none.
 */
import { viewSettings } from '../shared/view-settings.js';

/** What a page says about keys: the attributes of a `<slate-cursors>`. */
export interface KeyChoice {
  readonly chatKey?: string | null | undefined;
  readonly barKey?: string | null | undefined;
}

/** What of HTML can have a shadow root, besides the body and custom elements. */
const HOST = /^(article|aside|blockquote|div|footer|h[1-6]|header|main|nav|p|section|span)$/;

/** The key that opens the bubble. */
export const chatKeyOf = ({ chatKey }: KeyChoice): string => viewSettings().chatKey ?? chatKey ?? '/';

/** The key that goes to the bar. It writes nothing, so that it also works while one types. */
export const barKeyOf = ({ barKey }: KeyChoice): string => viewSettings().barKey ?? barKey ?? 'F8';

/** Whether this key was pressed, with its modifiers and no others. Shift may be what makes a character. */
export function presses(event: KeyboardEvent, shortcut: string): boolean {
  const modifiers = shortcut.split(/\+(?=.)/);
  const key = modifiers.pop() ?? '';
  const [control, alt, meta, shift] = ['Control', 'Alt', 'Meta', 'Shift'].map((one) => modifiers.includes(one));
  return (
    key !== '' &&
    event.key?.toLowerCase() === key.toLowerCase() &&
    [event.ctrlKey, event.altKey, event.metaKey].join() === [control, alt, meta].join() &&
    (event.shiftKey === shift || (key.length === 1 && !shift))
  );
}

/** Whether the key goes to something in which one types, as far as that is seen from here. */
export function isTyped(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof Element && (target.matches(':read-write,select,[role=textbox]') || hides(target));
}

/** Whether the focus may be in a field in a closed shadow root of the target: then what is typed follows at once. */
export function mayBeTyped(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof Element && HOST.test(target.localName);
}

/**
 * Whether one may be typing in a closed shadow root of this element, which is all that is seen from here: it does not
 * have the focus itself, cannot have it, or is a custom element, of which nothing is known.
 */
function hides(element: Element): boolean {
  if (element === document.body || element === document.documentElement) return false;
  const takesFocus = (element as HTMLElement).tabIndex >= 0 || element.hasAttribute('tabindex');
  return element.localName.includes('-') || !takesFocus || !element.matches(':focus');
}
