/**
 * The property `announce` of the elements that speak to screen readers: on, unless it is false, `off` or `false`. It
 * takes the words of the attribute, too, because frameworks set the property where the markup has the attribute.
 */
import type { PropertyDeclaration } from 'lit';

export const speaks = (value: unknown): boolean => value !== false && value !== 'off' && value !== 'false';

export const announce: PropertyDeclaration<boolean | 'on' | 'off'> = {
  reflect: true,
  converter: {
    fromAttribute: speaks,
    toAttribute: (value) => (speaks(value) ? null : 'off'),
  },
};
