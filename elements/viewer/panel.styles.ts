import { css } from 'lit';

/** The look of what floats over the page: a menu, a bubble. */
export const panel = css`margin:0;box-sizing:border-box;
border:1px solid var(--_line);
background:var(--_bg);color:var(--_fg);box-shadow:var(--_shadow);
font:500 14px/1.35 var(--_font)`;
