/** The pictures before what one can do: lines of one width in a square of 16, in the colour of the text. */
import { svg } from 'lit';

const PATHS = {
  goTo: 'M8 1.5v2.5M8 12v2.5M1.5 8H4M12 8h2.5M8 4a4 4 0 100 8 4 4 0 000-8Z',
  follow: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 6a2 2 0 100 4 2 2 0 000-4Z',
  among: 'M8 2l1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5Z',
  mute: 'M3 2.5v9.8l2.8-2.6 1.8 4 1.7-.8-1.8-3.8h3.4ZM10.5 2.5l4 4M14.5 2.5l-4 4',
  say: 'M2 3.5h12v8H7l-3.5 3v-3H2Z',
  react: 'M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13ZM5 9.5s1 2 3 2 3-2 3-2M6 6v.5M10 6v.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  away: 'M13 9.6A5.6 5.6 0 016.4 3 5.6 5.6 0 1013 9.6Z',
  gather: 'M8 6.5a2 2 0 100 4 2 2 0 000-4ZM1.5 2l3 3M14.5 2l-3 3M1.5 15l3-3M14.5 15l-3-3M4.5 2.5V5H2M11.5 2.5V5H14',
  place: 'M8 14.5S3 9.8 3 6.5a5 5 0 0110 0c0 3.3-5 8-5 8ZM8 5a1.5 1.5 0 100 3 1.5 1.5 0 000-3Z',
} as const;

export type Icon = keyof typeof PATHS;

export const icon = (name: Icon) =>
  svg`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;
