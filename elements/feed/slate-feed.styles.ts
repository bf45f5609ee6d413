import { css } from 'lit';

export const styles = css`
:host{display:block;position:relative;color:var(--_fg);font:400 14px/1.45 var(--_font)}
:host([hidden]){display:none}
ol{margin:0;padding:0;list-style:none;max-block-size:var(--slate-feed-height,20em);overflow:auto;
overscroll-behavior:contain}
ol:focus-visible{outline:2px solid var(--_focus);outline-offset:2px}
[part=item]{display:flex;align-items:baseline;gap:10px;padding-block:7px;border-block-end:1px solid var(--_line);
transition:opacity .3s}
[part=item]:last-child{border:0}
@starting-style{[part=item]{opacity:0}}
[part=item]::before{content:"";flex:none;width:8px;height:8px;border-radius:50%;
background:var(--_accent);mask:var(--_ring)}
:is([data-type=created],[data-type=completed])::before{background:var(--_good);mask:var(--_full)}
:is([data-type=deleted],[data-type=failed])::before{border-radius:1px;background:var(--_bad);mask:none}
[part=text]{flex:1;min-width:0;overflow-wrap:anywhere}
small,time{flex:none;font-size:12px;color:var(--_dim);white-space:nowrap}
p{margin:0;padding-block:7px;color:var(--_dim)}
p:empty{display:none}
[part=error]{color:var(--_wait)}
@media (prefers-reduced-motion:reduce){[part=item]{transition:none}}
@media (forced-colors:active){[part=item]::before{background:CanvasText!important;forced-color-adjust:none}}
`;
