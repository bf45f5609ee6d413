import type { CSSResult } from 'lit';

/** Adds styles to a document or a shadow root, each once. */
export function adoptStyles(root: DocumentOrShadowRoot | null | undefined, ...styles: readonly CSSResult[]): void {
  for (const { styleSheet } of styles)
    if (root && styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
}
