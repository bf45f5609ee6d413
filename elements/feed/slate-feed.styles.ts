import { css } from 'lit';

export const styles = css`
:host{--_bg:var(--slate-surface,Canvas);--_fg:var(--slate-text,CanvasText);
--_dim:color-mix(in srgb,var(--_fg) 72%,var(--_bg));--_line:color-mix(in srgb,var(--_fg) 14%,transparent);
display:block;position:relative;color:var(--_fg);font:400 14px/1.45 var(--slate-font,system-ui,sans-serif)}
:host([hidden]){display:none}
ol{margin:0;padding:0;list-style:none;max-block-size:var(--slate-feed-height,20em);overflow:auto;
overscroll-behavior:contain}
ol:focus-visible{outline:2px solid var(--slate-focus,light-dark(#1558d6,#8ab4ff));outline-offset:2px}
[part=item]{display:flex;align-items:baseline;gap:10px;padding-block:7px;border-block-end:1px solid var(--_line);
transition:opacity .3s}
[part=item]:last-child{border:0}
@starting-style{[part=item]{opacity:0}}
[part=item]::before{content:"";flex:none;width:7px;height:7px;border-radius:50%;
background:light-dark(#1558d6,#8ab4ff);translate:0 -1px}
:is([data-type=created],[data-type=completed])::before{background:light-dark(#16883f,#3ecf72)}
:is([data-type=deleted],[data-type=failed])::before{border-radius:1px;background:light-dark(#c62828,#ff7b72)}
[part=text]{flex:1;min-width:0;overflow-wrap:anywhere}
small,time{flex:none;font-size:12px;color:var(--_dim);white-space:nowrap}
p{margin:0;padding-block:7px;color:var(--_dim)}
p:empty{display:none}
[part=error]{color:light-dark(#a86400,#f5b13d)}
@media (prefers-reduced-motion:reduce){[part=item]{transition:none}}
@media (forced-colors:active){[part=item]::before{background:CanvasText!important;forced-color-adjust:none}}
`;
