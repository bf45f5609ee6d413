import { css } from 'lit';

export const styles = css`
:host{--_bg:var(--slate-surface,Canvas);--_fg:var(--slate-text,CanvasText);
--_dim:color-mix(in srgb,var(--_fg) 70%,var(--_bg));
--_line:color-mix(in srgb,var(--_fg) 14%,transparent);display:flex;flex-direction:column;position:relative;
block-size:var(--slate-log-height,20em);min-block-size:8em;color:var(--_fg);
font:400 14px/1.4 var(--slate-font,system-ui,sans-serif)}
:host([hidden]),[hidden]{display:none!important}
[part=bar]{display:flex;flex-wrap:wrap;align-items:center;gap:6px 10px;padding-block-end:8px}
[part=level]{margin-inline-end:auto}
label,[part=size]{color:var(--_dim);font-size:12px;font-variant-numeric:tabular-nums}
button,select{box-sizing:border-box;min-height:28px;padding:3px 10px;
border:1px solid color-mix(in srgb,var(--_fg) 48%,var(--_bg));border-radius:7px;
background:var(--_bg);color:var(--_fg);font:500 12px/1.4 var(--slate-font,system-ui,sans-serif);cursor:pointer}
button:hover,select:hover{background:color-mix(in srgb,var(--_fg) 8%,var(--_bg))}
:focus-visible{outline:2px solid var(--slate-focus,light-dark(#1558d6,#8ab4ff));outline-offset:1px}
[part=frame]{position:relative;flex:1;min-block-size:0}
[part=lines]{position:absolute;inset:0;overflow:auto;direction:ltr;text-align:left;overscroll-behavior:contain;
overflow-anchor:none;border-radius:8px;background:color-mix(in srgb,var(--_fg) 5%,var(--_bg));
font:400 12.5px/20px var(--slate-mono,ui-monospace,SFMono-Regular,Menlo,Consolas,monospace);contain:strict}
.space{position:relative;min-width:max-content;overflow:hidden}
.rows{min-width:max-content;will-change:transform}
[part~=line],.probe{height:20px;padding-inline:10px;white-space:pre}
.probe{position:absolute;visibility:hidden}
[part~=line]::selection,[part~=line] ::selection{background:Highlight;color:HighlightText}
time,b,[data-level=debug]{color:var(--_dim)}
b{font-weight:400}
[data-level=warn]{background:light-dark(#f5b13d26,#f5b13d1c)}
[data-level=warn] b{font-weight:700;color:light-dark(#7a4a00,#f5b13d)}
[data-level=error]{background:light-dark(#c628281a,#ff7b7224)}
[data-level=error] b{font-weight:700;color:light-dark(#a01c1c,#ff9b94)}
[part=empty]{position:absolute;inset:0 0 auto;margin:0;padding:8px 10px;color:var(--_dim);font-size:13px;
pointer-events:none}
[part=newest]{position:absolute;inset-block-end:12px;left:50%;translate:-50%;border-radius:999px;padding:5px 14px;
box-shadow:0 2px 10px #0003}
[part=error]{margin:6px 0 0;font-size:13px;color:light-dark(#a86400,#f5b13d)}
[part=error]:empty{display:none}
@media (forced-colors:active){[part=lines]{border:1px solid CanvasText}
[data-level=error] b,[data-level=warn] b{text-decoration:underline}}
`;
