import type { CSSResult } from 'lit';

/** Adds styles to a shadow root, once. */
export function adoptStyles(root: ShadowRoot | null | undefined, { styleSheet }: CSSResult): void {
  if (root && styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
}
