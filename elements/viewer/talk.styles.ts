import { css } from 'lit';
import { panel } from './panel.styles.js';

export const styles = css`
[part=chat]{position:absolute;inset-block-start:calc(var(--slate-cursor-size,20px)*.9 + 26px);
left:calc(var(--slate-cursor-size,20px)*.42);box-sizing:border-box;width:max-content;max-width:28ch;padding:6px 10px;
border-radius:var(--_t) var(--_n) var(--_n);font:500 14px/1.35 var(--_font);overflow-wrap:anywhere;
white-space:pre-wrap;translate:var(--_s)}
.left [part=chat]{left:auto;right:calc(var(--slate-cursor-size,20px)*-.28);
border-radius:var(--_n) var(--_t) var(--_n) var(--_n)}
.up [part=chat]{top:auto;bottom:calc(var(--slate-cursor-size,20px)*-.6 + 26px)}
.up.left [part=chat]{border-radius:var(--_n) var(--_n) var(--_t)}
[part=reaction]{position:absolute;left:0;bottom:-4px;font-size:24px;line-height:1;animation:rise 1.5s ease-out both}
@keyframes rise{from{opacity:0;transform:scale(.4)}15%{opacity:1;transform:translateY(-10px)}70%{opacity:1}
to{opacity:0;transform:translateY(-70px)}}
[part=bubble]{${panel};position:fixed;inset:auto;display:flex;flex-wrap:wrap;gap:4px;
max-width:min(320px,calc(100vw - 16px));padding:6px;border-radius:var(--_t) calc(var(--_r)*1.6) calc(var(--_r)*1.6)}
[part=bubble]:not(:popover-open){display:none}
[part=bubble] input{flex:1 1 100%;min-width:0;min-height:32px;box-sizing:border-box;padding:4px 8px;
border:1px solid color-mix(in srgb,currentColor 55%,transparent);border-radius:var(--_r);background:none;color:inherit;
font:inherit}
[part=bubble] button{width:36px;height:32px;border:0;border-radius:var(--_r);background:none;
font-size:18px;cursor:pointer}
[part=bubble] button:hover{background:color-mix(in srgb,var(--_fg) 12%,transparent)}
[part=bubble] :focus-visible{outline:2px solid var(--_focus);outline-offset:0}
@media print{[part=bubble]{display:none!important}}
@media (prefers-reduced-motion:reduce){[part=reaction]{animation-name:none}}
@media (prefers-contrast:more){[part=chat]{outline:1px solid currentColor}
[part=bubble] :is(input,button){border:1px solid}}
@media (forced-colors:active){[part=chat]{border:1px solid CanvasText;background:Canvas;color:CanvasText}}
`;
