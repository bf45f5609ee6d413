/** Slate's elements in the JSX of React, for TypeScript alone: nothing of this runs. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { SlateElements } from '../../elements/markup/elements.js';

/** A listener for each event under the name that React 19 gives it: `onslate-join`. React 18 hears no such events. */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Name}`]?: ((event: Events[Name]) => void) | undefined;
};

type Markup<Tag extends keyof SlateElements> = SlateElements[Tag]['props'] &
  Listeners<SlateElements[Tag]['events']> & { class?: string | undefined } & Omit<
    DetailedHTMLProps<HTMLAttributes<SlateElements[Tag]['element']>, SlateElements[Tag]['element']>,
    keyof SlateElements[Tag]['props']
  >;

/** Tag name to what JSX may hold: attributes, properties, listeners, and what every element of HTML has. */
export type SlateJsx = { [Tag in keyof SlateElements]: Markup<Tag> };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends SlateJsx {}
  }
}
