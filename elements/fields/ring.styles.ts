/** How rings and names look; loaded with what draws. */
import { css } from 'lit';
import { floating, theme, userInk } from '../shared/styles.js';

export const styles = [
  theme,
  floating,
  userInk,
  css`
.layer{position:fixed;inset:0;width:auto;height:auto;max-width:none;max-height:none;margin:0;border:0;padding:0;
background:none;overflow:hidden;contain:strict;pointer-events:none;user-select:none;-webkit-user-select:none}
.at{position:absolute;left:0;top:0;contain:layout style;transition:opacity .12s;
--_rim:var(--slate-cursor-rim,#fff);--_edge:var(--slate-cursor-line,#000b)}
.at.out{visibility:hidden;opacity:0}
[part=ring]{position:absolute;inset:calc(-4px - var(--_o));border:2px solid var(--_u);
border-radius:calc(var(--_c) + 4px + var(--_o));
box-shadow:0 0 0 1px var(--_rim),inset 0 0 0 1px var(--_rim);forced-color-adjust:none}
[part=ring].last{box-shadow:0 0 0 1px var(--_rim),0 0 0 2.5px var(--_edge),inset 0 0 0 1px var(--_rim)}
[part=ring][data-mark='1']{border-style:double;border-width:3px}
[part=ring][data-mark='2']{border-style:dashed}
[part=ring][data-mark='3']{border-style:dotted}
.tag{position:absolute;display:flex;gap:3px;max-width:min(60vw,280px);white-space:nowrap;width:max-content;
font:500 11px/16px var(--_font)}
.up{bottom:calc(100% + 2px + var(--_out))}
.down{top:calc(100% + 2px + var(--_out))}
.right{right:calc(-1*var(--_out))}
.left{left:calc(-1*var(--_out))}
.beside{top:50%;translate:0 -50%}
.beside.right{right:auto;left:calc(100% + 2px + var(--_out))}
.beside.left{left:auto;right:calc(100% + 2px + var(--_out))}
.mute .tag{visibility:hidden}
[part=name],.more{box-sizing:border-box;min-width:18px;padding:0 5px;border-radius:calc(var(--_r)*.6);text-align:center;
overflow:hidden;text-overflow:ellipsis;box-shadow:0 0 0 1px var(--_rim),0 0 0 2px var(--_edge)}
[part=name]{max-width:22ch;flex:0 1 auto}
.more{flex:none;background:var(--_bg);color:var(--_fg)}
.typing::after{content:'';display:inline-block;width:13px;height:3px;margin-inline-start:4px;vertical-align:2px;
background:radial-gradient(circle closest-side,currentColor 92%,#0000) 0/5px 3px}
@starting-style{.at{opacity:0}}
@media (prefers-reduced-motion:reduce){.at{transition:none}}
@media (forced-colors:active){[part=name],.more{border:1px solid CanvasText;background:Canvas;color:CanvasText;
line-height:14px}
.typing::after{content:'…';width:auto;height:auto;margin:0;background:none;vertical-align:baseline}}
@media print{.layer{display:none}}
`,
];
