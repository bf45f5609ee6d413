/**
 * The property `announce` of the elements that speak to screen readers: true, unless the attribute is `off` or
 * `false`.
 */
import type { PropertyDeclaration } from 'lit';

export const announce: PropertyDeclaration<boolean> = {
  reflect: true,
  converter: {
    fromAttribute: (value) => value !== 'off' && value !== 'false',
    toAttribute: (value) => (value ? null : 'off'),
  },
};
