/**
 * Styles that several elements share: the tokens of the page, text that is readable on any user's colour, and text for
 * screen readers only.
 */
import { css } from 'lit';

/**
 * The tokens of the page (docs/theming.md), and what stands in for those that it does not set. Text in the flow has the
 * colour of the text around it. Each colour of a status holds some of the text's colour, so that it is light where
 * the text is light: on a dark page, whether or not that sets a `color-scheme`. Whoever wants more contrast gets lines
 * and dim text in nearly the colour of the text, and statuses of little colour: those have shapes.
 */
export const theme = css`
:host{--_fg:var(--slate-text,currentColor);--_bg:var(--slate-surface,Canvas);
--_dim:color-mix(in srgb,var(--_fg) 84%,transparent);--_line:color-mix(in srgb,var(--_fg) 16%,transparent);
--_accent:var(--slate-accent,color-mix(in srgb,#2566e0 60%,var(--_fg)));--_focus:var(--slate-focus,var(--_accent));
--_good:var(--slate-good,color-mix(in srgb,#16883f 60%,var(--_fg)));
--_wait:var(--slate-wait,color-mix(in srgb,#b86a00 60%,var(--_fg)));
--_bad:var(--slate-bad,color-mix(in srgb,#d32f2f 60%,var(--_fg)));
--_away:var(--slate-away,color-mix(in srgb,var(--_fg) 60%,var(--_bg)));--_stale:var(--slate-stale,#777);
--_hair:color-mix(in srgb,var(--_fg) 52%,transparent);--_r:var(--slate-radius,10px);
--_shadow:var(--slate-shadow,0 6px 24px #0003);
--_font:var(--slate-font,system-ui,sans-serif)}
@media (prefers-contrast:more){:host{--_dim:var(--_fg);--_line:color-mix(in srgb,var(--_fg) 72%,transparent);
--_focus:var(--slate-focus,var(--_fg));
--_good:var(--slate-good,color-mix(in srgb,#16883f 35%,var(--_fg)));
--_wait:var(--slate-wait,color-mix(in srgb,#b86a00 35%,var(--_fg)));
--_bad:var(--slate-bad,color-mix(in srgb,#d32f2f 35%,var(--_fg)));
--_away:var(--slate-away,var(--_fg));--_stale:var(--slate-stale,var(--_fg));--_hair:var(--_fg)}
:focus-visible{outline-width:3px!important}}`;

/** What floats over the page has a ground of its own, and its text the colour that belongs to that. */
export const floating = css`:host{--_fg:var(--slate-text,CanvasText)}`;

/**
 * Paints the background in the user's colour, `--_u`, made opaque, and the text in black or white by the luminance of
 * that colour. The better of the two has a contrast of at least 4.5:1 on every colour, and of 7:1 where more contrast
 * is wanted: then the colour is mixed with the other of the two.
 */
export const userInk = css`
.ink{background:var(--_u);color:#fff}
@supports (color:color(from red xyz-d65 x y z)){.ink{background:color(from var(--_u) srgb r g b/1);
color:color(from var(--_u) xyz-d65 clamp(0,(.18 - y)*1e6,.95) clamp(0,(.18 - y)*1e6,1)
clamp(0,(.18 - y)*1e6,1.089)/1)}
@media (prefers-contrast:more){.ink{background:color-mix(in srgb,color(from var(--_u) srgb r g b/1) 70%,
color(from var(--_u) xyz-d65 clamp(0,(y - .18)*1e6,.95) clamp(0,(y - .18)*1e6,1) clamp(0,(y - .18)*1e6,1.089)/1))}}}`;

/** Hides a live region from the eye, and not from screen readers. */
export const spokenOnly = css`
.spoken{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}`;
