import { css } from 'lit';
import { floating, theme, userInk } from '../shared/styles.js';

export const styles = [
  theme,
  floating,
  userInk,
  css`
:host{--_n:calc(var(--_r)*.9);--_t:calc(var(--_r)*.4);--_safe:env(safe-area-inset-top,0px)
env(safe-area-inset-right,0px) env(safe-area-inset-bottom,0px) env(safe-area-inset-left,0px);
display:block;position:relative}
:host([data-surface=page]){display:contents}
:host([hidden]){display:none}
.layer{position:absolute;inset:0;z-index:2147483646;contain:strict;overflow:hidden;pointer-events:none;
user-select:none;-webkit-user-select:none}
.crowd{position:absolute;inset:0}
.page{position:fixed;width:auto;height:auto;max-width:none;max-height:none;margin:0;border:0;padding:0;
background:none;color:inherit}
.at{position:absolute;left:0;top:0;width:0;height:0;contain:size layout style;direction:ltr}
[part=cursor]{width:calc(var(--slate-cursor-size,20px)*.7);height:var(--slate-cursor-size,20px);
transition:opacity .12s}
[part=cursor]:not([class]){visibility:hidden}
.out{display:none}
.lost,.gone{visibility:hidden;opacity:0;transition:opacity .12s,visibility 0s .12s}
.near{opacity:.15;transition:opacity .15s}
[part=arrow]{display:block;width:100%;height:100%;overflow:visible;--_rim:var(--slate-cursor-rim,#fff);
stroke:var(--_rim);stroke-width:1.8;
stroke-linejoin:round;paint-order:stroke;forced-color-adjust:none;
fill:color-mix(in srgb,var(--_u) 45%,var(--_rim));transition:fill 1s 30s}
.line{fill:none;stroke:var(--slate-cursor-line,#000b);stroke-width:3.8}
.awake [part=arrow]{fill:var(--_u);transition:fill .1s}
.collapsed [part=arrow]{stroke-dasharray:2 2;stroke:var(--_u);fill:var(--_rim)}
[data-status=idle] [part=arrow]{fill:color-mix(in srgb,var(--_u) 50%,var(--_rim))}
[data-status=away] [part=arrow]{fill:var(--_rim);stroke:var(--_u)}
[data-status=stale] [part=arrow]{fill:color-mix(in srgb,var(--_u) 24%,var(--_rim));filter:grayscale(1);transition:none}
.mark{display:none;fill:none;stroke:var(--_rim);stroke-width:1.2}
[data-mark] .mark{display:inline}
[data-mark='2'] .mark{stroke-dasharray:2 1.2}
[data-mark='3'] .mark{stroke-dasharray:0 1.8;stroke-linecap:round}
[data-mark] [part=name]{outline:1.5px solid;outline-offset:-3px}
[data-mark='2'] [part=name]{outline-style:dashed}
[data-mark='3'] [part=name]{outline-style:dotted}
[part=name]{position:absolute;left:calc(var(--slate-cursor-size,20px)*.42);
top:calc(var(--slate-cursor-size,20px)*.9);box-sizing:border-box;padding:2px 7px;
border-radius:var(--_t) var(--_n) var(--_n);
box-shadow:0 0 0 1px var(--slate-cursor-rim,#fff),0 0 0 2px var(--slate-cursor-line,#0008);
white-space:nowrap;font:500 12px/1.4 var(--_font);translate:var(--_s);
opacity:0;transition:opacity .6s var(--slate-name-fade,4s)}
[part=name].long bdi{display:inline-block;vertical-align:bottom;max-width:22ch;overflow:hidden;text-overflow:ellipsis}
[data-status=stale] [part=name]{background:color-mix(in srgb,var(--_u) 24%,var(--_bg));color:var(--_fg);
filter:grayscale(1)}
[part=name]::after{content:attr(data-status)}
.named [part=name]{opacity:1;transition:opacity .1s}
.left [part=name]{left:auto;right:calc(var(--slate-cursor-size,20px)*-.28);
border-radius:var(--_n) var(--_t) var(--_n) var(--_n)}
.up [part=name]{top:auto;bottom:calc(var(--slate-cursor-size,20px)*-.6);
border-radius:var(--_n) var(--_n) var(--_n) var(--_t)}
.left.up [part=name]{border-radius:var(--_n) var(--_n) var(--_t)}
.mute [part=name]{visibility:hidden;opacity:0;transition:opacity .12s,visibility 0s .12s}
.nameless [part=name]{display:none}
@starting-style{[part=cursor]{opacity:0}[part=arrow]{fill:var(--_u)}[part=cursor]:not(.mute) [part=name]{opacity:1}}
@media (prefers-reduced-motion:reduce){[part],.lost,.near,.gone{transition-duration:0s!important}}
@media (prefers-contrast:more){[part=arrow]{opacity:1;stroke-width:2.5}[part=name]{outline:1px solid currentColor}}
@media (forced-colors:active){[part=name]{border:1px solid CanvasText;background:Canvas;color:CanvasText}}
@media print{.layer{display:none}}
`,
];
