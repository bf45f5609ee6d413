import { css } from 'lit';
import { dots } from '../shared/dot.styles.js';
import { floating, spokenOnly, theme, userInk } from '../shared/styles.js';

export const styles = [
  theme,
  floating,
  userInk,
  spokenOnly,
  dots,
  css`
:host{--_s:var(--slate-avatar-size,32px);display:inline-block;vertical-align:middle;position:relative;
font:500 14px/1.35 var(--_font)}
:host([max=auto]){display:block;flex:1;min-width:0;contain:inline-size}
:host([hidden]),[hidden],[popover]:not(:popover-open){display:none}
ul{display:flex;margin:0;padding:0;list-style:none}
li,.face{flex:none}
[part=stack]{padding:max(3px,(24px - var(--_s))/2)}
[part=stack]>li{width:var(--_s);
margin-inline-start:max(var(--slate-avatar-overlap,calc(var(--_s)*-.15)),24px - var(--_s));
transition:margin .2s,width .2s,opacity .2s,scale .2s}
[part=stack]>li:first-child{margin-inline-start:0}
@starting-style{[part=stack].live>li{width:0;opacity:0;scale:.5}}
[part=stack]>li.gone{width:0;opacity:0;scale:.5;margin-inline-start:0}
.face{position:relative;display:grid;place-items:center;box-sizing:border-box;width:var(--_s);height:var(--_s);
border-radius:var(--slate-avatar-radius,50%);--_rim:0 0 0 2px var(--_bg);box-shadow:var(--_rim),0 0 0 3px var(--_hair);
font-size:calc(var(--_s)*.34);font-weight:600;line-height:1;
user-select:none;-webkit-user-select:none;outline-offset:3px;cursor:default;forced-color-adjust:none}
.wide{font-size:calc(var(--_s)*.26)}
.face::after{content:"";position:absolute;inset:min(0px,(var(--_s) - 24px)/2)}
.face img{position:absolute;inset:0;width:100%;height:100%;border-radius:inherit;object-fit:cover}
.self{box-shadow:var(--_rim),0 0 0 3.5px var(--_u),0 0 0 4.5px var(--_hair)}
.face[data-mark]::before{content:'';position:absolute;z-index:1;inset:7%;border:max(1.5px,calc(var(--_s)*.05)) solid;
border-radius:inherit}
[data-mark='2']::before{border-style:dashed!important}
[data-mark='3']::before{border-style:dotted!important}
[data-status=away]{filter:saturate(.4)}
[data-status=stale]{filter:grayscale(1)}
.ink[data-status=stale]{background:color-mix(in srgb,var(--_u) 24%,var(--_bg));color:var(--_fg)}
[data-status=stale] img{opacity:.4}
[part=dot]{--_c:var(--_good);--_m:var(--_full);position:absolute;z-index:2;inset-block-end:-2px;inset-inline-end:-2px;
width:max(30%,min(12px,50%));height:max(30%,min(12px,50%));border-radius:50%;background:var(--_bg);mask:var(--_full)}
[part=dot]::before{content:"";position:absolute;inset:2px;background:var(--_c);mask:var(--_m)}
span:has(+img:not([hidden])){visibility:hidden}
[data-status=idle] [part=dot]{--_c:var(--_wait);--_m:var(--_half)}
[data-status=away] [part=dot]{--_c:var(--_away);--_m:var(--_ring)}
[data-status=stale] [part=dot]{--_c:var(--_stale);--_m:var(--_dash)}
.face{transition:translate .12s,scale .12s}
[part=stack]>li:has([data-near]){z-index:99!important}
.face[data-near]{translate:0 -5%;scale:1.12}
[part=item][data-near]{background:color-mix(in srgb,var(--_fg) 8%,transparent);border-radius:calc(var(--_r)*.6)}
button{font:inherit;border:0;padding:0;background:color-mix(in srgb,var(--_fg) 12%,var(--_bg));color:var(--_fg)}
button.face{cursor:pointer;font-size:calc(var(--_s)*.36);font-variant-numeric:tabular-nums;forced-color-adjust:auto}
button:hover{background:color-mix(in srgb,var(--_fg) 20%,var(--_bg))}
:focus-visible{outline:2px solid var(--_focus)}
[popover]{position:fixed;inset:auto;margin:0;box-sizing:border-box;max-width:min(300px,calc(100vw - 12px));
border:1px solid var(--_line);border-radius:var(--_r);background:var(--_bg);color:var(--_fg);box-shadow:var(--_shadow);
overflow-wrap:anywhere}
[part=tip]{padding:6px 10px;pointer-events:auto}
.paused{position:absolute;z-index:2;inset-block-start:-3px;inset-inline-end:-3px;box-sizing:border-box;
width:max(15px,46%);height:max(15px,46%);border-radius:50%;border:2px solid var(--_bg);
background:linear-gradient(90deg,#0000 25%,var(--_bg) 0 42%,#0000 0 58%,var(--_bg) 0 75%,#0000 0)
center/100% 50% no-repeat,var(--_fg)}
.types{position:absolute;z-index:2;inset-block-start:-4px;inset-inline-end:-5px;box-sizing:border-box;
width:max(18px,52%);height:max(10px,30%);border-radius:9px;border:1px solid var(--_hair);background:var(--_bg)}
.types::before{content:'';position:absolute;inset:0 1px;
background:radial-gradient(circle closest-side,var(--_fg) 88%,#0000) 0/33.4%;animation:types 1.6s ease-in-out infinite}
@keyframes types{50%{opacity:.45}}
[part=stack] .face{cursor:pointer;touch-action:manipulation;-webkit-touch-callout:none}
@media (pointer:coarse){[part=stack] .face::after{inset-block:min(0px,(var(--_s) - 44px)/2)}
[part=stack]>li:first-child .face::after{inset-inline-start:min(0px,(var(--_s) - 44px)/2)}
[part=stack]>li:last-child .face::after{inset-inline-end:min(0px,(var(--_s) - 44px)/2)}}
small{display:block;font-size:12px;font-weight:400;color:var(--_dim)}
@media (prefers-reduced-motion:reduce){[part=stack]>li,.face{transition:none}
.types::before{animation:none}
.face[data-near]{translate:none;scale:none}
.face[data-near]:not(:focus-visible){outline:2px solid var(--_u,var(--_line));
outline-offset:2px}}
@media (prefers-contrast:more){[data-status]{filter:none!important}.face{border:1px solid var(--_fg)}}
@media print{:host{display:none}}
@media (forced-colors:active){.face{border:1px solid CanvasText}
.self{border:clamp(1px,var(--_s)*.08,3px) double CanvasText}
:focus-visible{outline:3px solid Highlight}
[data-status] [part=dot]{--_c:CanvasText;forced-color-adjust:none}}
`,
];
