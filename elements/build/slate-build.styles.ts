import { css } from 'lit';

export const styles = css`
:host{--_c:var(--_accent);display:block;color:var(--_fg);font:500 14px/1.4 var(--_font)}
:host([hidden]){display:none}
:host([data-state=completed]){--_c:var(--_good)}
:host([data-state=failed]){--_c:var(--_bad)}
[part=head]{display:flex;align-items:baseline;justify-content:space-between;gap:.5em;margin-block-end:6px}
[part=state]::before{content:"";display:inline-block;width:.6em;height:.6em;margin-inline-end:.5em;
border-radius:50%;background:var(--_c);mask:var(--_full)}
:host([data-state=idle]) [part=state]{color:var(--_dim)}
:host([data-state=idle]) [part=state]::before{background:var(--_dim);mask:var(--_ring)}
:host([data-state=failed]) [part=state]::before{border-radius:2px;mask:none}
[part=figure]{color:var(--_dim);font-variant-numeric:tabular-nums;white-space:nowrap}
[part=track]{height:8px;border-radius:calc(var(--_r)*.4);overflow:hidden;background:var(--_line)}
[part=bar]{height:100%;width:var(--_p,0%);border-radius:inherit;background:var(--_c);
transition:width .25s ease-out,background-color .25s}
:host([data-state=started]) [part=bar]{width:30%;animation:search 1.4s ease-in-out infinite alternate}
@keyframes search{to{margin-inline-start:70%}}
p{margin:6px 0 0;font-size:13px;font-weight:400;color:var(--_dim);overflow-wrap:anywhere}
p:empty{display:none}
:host([data-state=failed]) [part=message]{color:var(--_fg)}
[part=error]{color:var(--_wait)}
@media (prefers-reduced-motion:reduce){[part=bar]{animation:none!important;transition:none}
:host([data-state=started]) [part=bar]{width:100%;opacity:.35}}
@media (prefers-contrast:more){[part=track]{background:none;border:1px solid var(--_fg)}}
@media (forced-colors:active){[part=track]{border:1px solid CanvasText}[part=bar]{background:Highlight;
forced-color-adjust:none}
[part=state]::before{background:CanvasText;forced-color-adjust:none}}
`;
