/** Which element of a page is a form control, and what it is called there. */
import { isPrivate, PRIVATE } from '../surface/private.js';
import { outward } from '../surface/tree.js';

/** What one can fill in, choose or press; also what a page makes itself and gives such a role. */
export const CONTROL =
  'input:not([type=hidden]),select,textarea,button,[contenteditable]:not([contenteditable=false]),' +
  ':is([role=textbox],[role=searchbox],[role=combobox],[role=listbox],[role=checkbox],[role=radio],[role=switch],' +
  '[role=slider],[role=spinbutton])';
/** What is pressed, and holds nothing that one edits. */
const BUTTON = 'button,[type=button],[type=submit],[type=reset],[type=image]';
/** The longest name of a control that is spoken, in characters. */
const MAX_NAME = 60;

/**
 * The control that has the focus where `focused` has it: the nearest of it and what is around it that is one, within
 * `scope`. A custom element is one where it has the focus itself, or in a closed shadow root.
 */
export function controlOf(focused: Element | null, scope: Element): Element | undefined {
  let control: Element | undefined;
  const root = focused?.getRootNode();
  if (root instanceof ShadowRoot && root.host.localName.startsWith('slate-')) return undefined; // of Slate itself
  for (let at = focused ?? undefined; at; at = outward(at)) {
    if (!control && (at.matches(CONTROL) || (at === focused && at.localName.includes('-')))) control = at;
    if (at === scope) return control;
  }
  return undefined;
}

export const isButton = (control: Element): boolean => control.matches(BUTTON);

/** The name of a control, as its page gives it; '' where it has none, or only a private one. */
export function nameOf(control: Element): string {
  const { labels, placeholder } = control as Partial<HTMLInputElement>;
  const root = control.getRootNode() as Document | ShadowRoot;
  const referred = control.getAttribute('aria-labelledby')?.split(/\s+/) ?? [];
  const names = [
    referred.map((id) => textOf(root.getElementById?.(id))).join(' '),
    control.getAttribute('aria-label'),
    [...(labels ?? [])].map(textOf).join(' '),
    isButton(control) ? textOf(control) : '',
    placeholder,
    control.getAttribute('title'),
  ];
  const name = names.map((one) => one?.replace(/\s+/g, ' ').trim() ?? '').find(Boolean) ?? '';
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}

/** The text of a label, without the controls in it: what somebody wrote there, or could choose, is no name. */
function textOf(label: Element | null | undefined): string {
  if (!label || isPrivate(label)) return '';
  const copy = label.cloneNode(true) as Element;
  for (const inside of copy.querySelectorAll(`input,select,textarea,[contenteditable],[${PRIVATE}]`)) inside.remove();
  return copy.textContent ?? '';
}
