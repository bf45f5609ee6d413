/** How carets look. It is loaded with what draws them. */
import { css } from 'lit';

/** What the layer has of its own; the tokens and the ink of names are shared. */
export const caretsStyles = css`
:host{--_n:calc(var(--_r)*.6);--_rim:var(--slate-cursor-rim,#fff);--_edge:var(--slate-cursor-line,#000b)}
:host([hidden]) .layer{display:none}
.layer{position:fixed;inset:0;z-index:2147483646;width:auto;height:auto;max-width:none;max-height:none;margin:0;
border:0;padding:0;background:none;color:inherit;contain:strict;overflow:hidden;pointer-events:none;user-select:none;
-webkit-user-select:none;direction:ltr}
.plane,.text,.mirror,.view,[part]{position:absolute;left:0;top:0}
.plane{width:0;height:0;transform-origin:0 0}
.view{overflow:hidden;contain:strict}
.mirror{visibility:hidden;box-sizing:content-box;border:0;margin:0;user-select:none;-webkit-user-select:none}
[part=caret]{width:2px;margin-left:-1px;background:var(--_u);forced-color-adjust:none;
box-shadow:-1px 0 var(--_edge),1px 0 var(--_rim);transition:opacity .12s}
[part=caret][data-status=idle]{background:color-mix(in srgb,var(--_u) 60%,var(--_rim))}
[part=caret][data-status=away],[part=caret][data-status=stale]{background:color-mix(in srgb,var(--_u) 35%,var(--_rim))}
[part=caret][data-status=stale]{filter:grayscale(1)}
[part=caret].lost{visibility:hidden;opacity:0;transition:opacity .4s,visibility 0s .4s}
[part=selection]{forced-color-adjust:none}
[part=name]{box-sizing:border-box;max-width:calc(22ch + 14px);padding:1px 7px;
border-radius:0 var(--_n) var(--_n);box-shadow:0 0 0 1px var(--_rim),0 0 0 2px var(--slate-cursor-line,#0008);
white-space:nowrap;font:500 11px/16px var(--_font);opacity:0;transition:opacity .6s var(--slate-name-fade,4s)}
[part=name].up{translate:-1px calc(-100% - 1px);border-radius:var(--_n) var(--_n) var(--_n) 0}
[part=name]:not(.up){translate:-1px 1px}
[part=name].left{translate:calc(-100% + 1px) 1px;border-radius:var(--_n) 0 var(--_n) var(--_n)}
[part=name].left.up{translate:calc(-100% + 1px) calc(-100% - 1px);border-radius:var(--_n) var(--_n) 0}
[part=name].long bdi{display:inline-block;vertical-align:bottom;max-width:22ch;overflow:hidden;text-overflow:ellipsis}
[part=name]::after{content:attr(data-now)}
[part=name].named{opacity:1;transition:opacity .1s}
[part=name].mute,.nameless [part=name]{visibility:hidden;opacity:0;transition:opacity .12s,visibility 0s .12s}
[part=name][data-status=stale]{background:color-mix(in srgb,var(--_u) 24%,var(--_bg));color:var(--_fg);
filter:grayscale(1)}
[part=name][data-mark]{outline:1.5px solid;outline-offset:-3px}
[part=name][data-mark='2']{outline-style:dashed}
[part=name][data-mark='3']{outline-style:dotted}
@starting-style{[part=name]:not(.mute){opacity:1}}
@media (prefers-reduced-motion:reduce){[part]{transition-duration:0s!important}}
@media (prefers-contrast:more){[part=caret]{width:3px}[part=name]{outline:1px solid currentColor}}
@media (forced-colors:active){[part=name]{border:1px solid CanvasText;background:Canvas;color:CanvasText}}
@media print{.layer{display:none}}
`;
