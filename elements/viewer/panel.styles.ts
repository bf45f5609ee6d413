import { css } from 'lit';

/** The look of what floats over the page: a menu, a bubble. */
export const panel = css`margin:0;box-sizing:border-box;
border:1px solid color-mix(in srgb,var(--slate-text,CanvasText) 16%,transparent);
background:var(--slate-surface,Canvas);color:var(--slate-text,CanvasText);box-shadow:0 6px 24px #0003;
font:500 14px/1.35 var(--slate-font,system-ui,sans-serif)`;
