import { css } from 'lit';

export const styles = css`
:host{display:flex;flex-direction:column;position:relative;
block-size:var(--slate-log-height,20em);min-block-size:8em;color:var(--_fg);
font:400 14px/1.4 var(--_font)}
:host([hidden]),[hidden]{display:none!important}
[part=bar]{display:flex;flex-wrap:wrap;align-items:center;gap:6px 10px;padding-block-end:8px}
[part=level]{margin-inline-end:auto}
label,[part=size]{color:var(--_dim);font-size:12px;font-variant-numeric:tabular-nums}
button,select{box-sizing:border-box;min-height:28px;padding:3px 10px;
border:1px solid color-mix(in srgb,var(--_fg) 48%,transparent);border-radius:calc(var(--_r)*.7);
background:none;color:inherit;font:500 12px/1.4 var(--_font);cursor:pointer}
button:hover,select:hover{background:color-mix(in srgb,var(--_fg) 8%,transparent)}
option{background:Canvas;color:CanvasText}
:focus-visible{outline:2px solid var(--_focus);outline-offset:1px}
[part=frame]{position:relative;flex:1;min-block-size:0}
[part=lines]{position:absolute;inset:0;overflow:auto;direction:ltr;text-align:left;overscroll-behavior:contain;
overflow-anchor:none;border-radius:calc(var(--_r)*.8);background:color-mix(in srgb,var(--_fg) 5%,transparent);
font:400 12.5px/20px var(--slate-mono,ui-monospace,SFMono-Regular,Menlo,Consolas,monospace);contain:strict}
.space{position:relative;min-width:max-content;overflow:hidden}
.rows{min-width:max-content;will-change:transform}
[part~=line],.probe{height:20px;padding-inline:10px;white-space:pre}
.probe{position:absolute;visibility:hidden}
[part~=line]::selection,[part~=line] ::selection{background:Highlight;color:HighlightText}
time,b,[data-level=debug]{color:var(--_dim)}
b{font-weight:400}
[data-level=debug]>*{color:inherit}
[data-level=warn]{background:color-mix(in srgb,var(--_wait) 7%,transparent)}
[data-level=warn] b{font-weight:700;color:var(--_wait)}
[data-level=error]{background:color-mix(in srgb,var(--_bad) 7%,transparent)}
[data-level=error] b{font-weight:700;color:var(--_bad)}
[part=empty]{position:absolute;inset:0 0 auto;margin:0;padding:8px 10px;color:var(--_dim);font-size:13px;
pointer-events:none}
[part=newest]{position:absolute;inset-block-end:12px;left:50%;translate:-50%;
border-radius:calc(var(--_r)*2);padding:5px 14px;
background:var(--_bg);color:var(--slate-text,CanvasText);box-shadow:var(--_shadow)}
[part=newest]:hover{background:color-mix(in srgb,CanvasText 8%,var(--_bg))}
[part=error]{margin:6px 0 0;font-size:13px;color:var(--_wait)}
[part=error]:empty{display:none}
@media (prefers-contrast:more){button,select,[part=lines]{border:1px solid var(--_fg)}}
@media (forced-colors:active){[part=lines]{border:1px solid CanvasText}
[data-level=error] b,[data-level=warn] b{text-decoration:underline}}
`;
