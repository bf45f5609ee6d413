/** Styles that several elements share: text that is readable on any user's colour, and text for screen readers only. */
import { css } from 'lit';

/**
 * Paints the background in the user's colour, `--_u`, made opaque, and the text in black or white by the luminance of
 * that colour. The better of the two has a contrast of at least 4.5:1 on every colour.
 */
export const userInk = css`
.ink{background:var(--_u);color:#fff}
@supports (color:color(from red xyz-d65 x y z)){.ink{background:color(from var(--_u) srgb r g b/1);
color:color(from var(--_u) xyz-d65 clamp(0,(.18 - y)*1e6,.95) clamp(0,(.18 - y)*1e6,1)
clamp(0,(.18 - y)*1e6,1.089)/1)}}`;

/** Hides a live region from the eye, and not from screen readers. */
export const spokenOnly = css`
.spoken{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}`;
