import { css } from 'lit';
import { userInk } from '../styles.js';

export const styles = [
  userInk,
  css`
:host{display:block;position:relative}
:host([data-surface=page]){display:contents}
:host([hidden]){display:none}
.layer{position:absolute;inset:0;z-index:2147483646;contain:strict;overflow:hidden;pointer-events:none;user-select:none;-webkit-user-select:none}
.page{position:fixed;width:auto;height:auto;max-width:none;max-height:none;margin:0;border:0;padding:0;background:none;color:inherit}
[part=cursor]{position:absolute;left:0;top:0;width:calc(var(--slate-cursor-size,20px)*.7);height:var(--slate-cursor-size,20px);
will-change:transform;opacity:.45;transition:opacity 1s 30s}
[part=cursor].awake{opacity:1;transition:opacity .1s}
[part=cursor].lost{visibility:hidden}
[part=cursor]:not([class]){visibility:hidden}
[part=arrow]{display:block;width:100%;height:100%;overflow:visible;fill:var(--_u);stroke:var(--slate-cursor-rim,#fff);stroke-width:1.5;
stroke-linejoin:round;paint-order:stroke;filter:drop-shadow(0 1px 1.5px #0006);forced-color-adjust:none}
[part=name]{position:absolute;inset-block-start:90%;inset-inline-start:60%;max-width:22ch;box-sizing:border-box;padding:2px 7px;border-radius:4px 9px 9px;
overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font:500 12px/1.4 var(--slate-font,system-ui,sans-serif);
opacity:0;transition:opacity .6s var(--slate-name-fade,4s)}
.awake [part=name]{opacity:1;transition:opacity .1s}
.tight [part=name]{inset-inline:auto 60%;border-radius:9px 4px 9px 9px}
.low [part=name]{inset-block:auto 40%}
@starting-style{[part=cursor],[part=name]{opacity:1}}
@media (prefers-reduced-motion:reduce){[part]{transition-duration:0s!important}}
@media (forced-colors:active){[part=name]{border:1px solid CanvasText;background:Canvas;color:CanvasText}}
@media print{.layer{display:none}}
`,
];
