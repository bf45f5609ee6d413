/**
 * `slate-collab/vue`: Slate's elements in the templates of Vue, for editors and `vue-tsc` alone: nothing of this runs.
 * One file of a program imports it, for its types.
 */
import type { HTMLAttributes, PublicProps } from 'vue';
import type { SlateElements } from '../../elements/markup/elements.js';

/** `slate-join` as `SlateJoin`. */
type Pascal<Name extends string> = Name extends `${infer Head}-${infer Rest}`
  ? `${Capitalize<Head>}${Pascal<Rest>}`
  : Capitalize<Name>;

/** A listener for each event under the name that Vue's compiler gives it: `onSlateJoin` for `@slate-join`. */
type Listeners<Events> = {
  [Name in keyof Events & string as `on${Pascal<Name>}`]?: ((event: Events[Name]) => void) | undefined;
};

/** Vue's compiler knows an attribute by the name of its property: `userName` for `user-name`. */
type Camel<Props> = { [Name in keyof Props as Name extends `${string}-${string}` ? never : Name]: Props[Name] };

type Component<Tag extends keyof SlateElements> = new () => SlateElements[Tag]['element'] & {
  $props: HTMLAttributes & Camel<SlateElements[Tag]['props']> & Listeners<SlateElements[Tag]['events']> & PublicProps;
};

/** Tag name to the component that Vue's compiler takes the element for. */
export type SlateComponents = { [Tag in keyof SlateElements]: Component<Tag> };

declare module 'vue' {
  interface GlobalComponents extends SlateComponents {}
}
