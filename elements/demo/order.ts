/**
 * The order: a form that everyone fills in together. Its text is shared by `<slate-text>`; every other control is a
 * value in a map of the room's document, by its name.
 */
import type { SlateRoom } from '../index.js';

type Control = HTMLInputElement | HTMLSelectElement;

export function startOrder(element: SlateRoom): void {
  const form = document.querySelector<HTMLFormElement>('#order');
  if (!form) return;
  const controls = [...form.querySelectorAll<Control>('select, input:not([type=text])')];
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', ({ target }) => {
    const control = controls.find((one) => one === target);
    if (control) element.room?.doc?.getMap('order').set(control.name, held(control));
  });
  element.addEventListener('slate-join', ({ room }) => {
    const order = room.doc?.getMap('order');
    if (!order) return;
    const show = () => {
      if (element.room === room) for (const control of controls) put(control, order.get(control.name));
    };
    order.observe(show); // the subscription ends with the document
    show();
  });
}

const isBox = (control: Control): control is HTMLInputElement => control.type === 'checkbox';

const held = (control: Control): string | boolean => (isBox(control) ? control.checked : control.value);

/** Shows a value, where it is one that the control may have: the document holds whatever anyone wrote into it. */
function put(control: Control, value: unknown): void {
  if (typeof value !== typeof held(control) || value === held(control)) return;
  if (isBox(control)) control.checked = value === true;
  else {
    const before = control.value;
    control.value = String(value);
    if (control.value !== value) control.value = before;
  }
}
