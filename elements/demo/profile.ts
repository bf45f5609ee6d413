/** The form for the user's name and colour. Everyone sees a change at once, and the tab keeps it. */
import type { SlateRoom } from '../index.js';

const COLOURS = ['#c2410c', '#15803d', '#0f766e', '#1d4ed8', '#7e22ce', '#be185d'];
const NAME = 'slate-demo-name';
const COLOUR = 'slate-demo-color';

export function startProfile(room: SlateRoom): void {
  const name = document.querySelector<HTMLInputElement>('#name');
  const color = document.querySelector<HTMLInputElement>('#color');
  const swatches = document.querySelector('#swatches');
  if (!name || !color || !swatches) return;

  for (const value of COLOURS) {
    const swatch = Object.assign(document.createElement('input'), { type: 'radio', name: 'swatch', value });
    swatch.style.setProperty('--swatch', value);
    swatch.ariaLabel = `Colour ${value}`;
    swatch.addEventListener('change', () => paint(value));
    swatches.append(swatch);
  }
  const paint = (value: string): void => {
    room.userColor = value;
    keep(COLOUR, value);
    show(value);
  };
  const show = (value: string): void => {
    if (/^#[\da-f]{6}$/i.test(value)) color.value = value;
    for (const swatch of swatches.querySelectorAll('input')) swatch.checked = swatch.value === value;
  };

  room.userName = kept(NAME) ?? room.userName;
  room.userColor = kept(COLOUR) ?? room.userColor;
  name.value = room.userName ?? '';
  if (room.userColor) show(room.userColor);

  name.addEventListener('input', () => {
    room.userName = name.value.trim();
    keep(NAME, name.value.trim());
  });
  color.addEventListener('input', () => paint(color.value));
  room.addEventListener('slate-join', ({ room: joined }) => {
    const { user } = joined.self;
    if (name.value === '') name.value = user.name; // the friendly name that the element made
    if (!room.userColor) show(user.color);
  });
}

function kept(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) || undefined;
  } catch {
    return undefined; // storage is forbidden: the page works without it
  }
}

function keep(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // storage is forbidden: the value lasts for this page
  }
}
