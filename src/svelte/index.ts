/**
 * `slate-collab/svelte`: Slate's elements in the markup of Svelte, for editors and `svelte-check` alone: nothing of
 * this runs. One file of a program imports it, for its types.
 */
import type { HTMLAttributes } from 'svelte/elements';
import type { SlateElements } from '../../elements/markup/elements.js';

/** A listener for each event: `onslate-join` in Svelte 5, `on:slate-join` in Svelte 4. */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Name}` | `on:${Name}`]?: ((event: Events[Name]) => void) | undefined;
};

type Markup<Tag extends keyof SlateElements> = SlateElements[Tag]['props'] &
  Listeners<SlateElements[Tag]['events']> &
  Omit<HTMLAttributes<SlateElements[Tag]['element']>, keyof SlateElements[Tag]['props']>;

/** Tag name to what markup may hold: attributes, properties, listeners, and what every element of HTML has. */
export type SlateMarkup = { [Tag in keyof SlateElements]: Markup<Tag> };

declare module 'svelte/elements' {
  interface SvelteHTMLElements extends SlateMarkup {}
}
