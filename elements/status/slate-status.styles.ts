import { css } from 'lit';

export const styles = css`
:host{--_c:var(--_good);display:inline-flex;align-items:baseline;gap:.5em;
color:var(--_fg);
font:500 14px/1.35 var(--_font)}
:host([hidden]){display:none}
:host(:is([data-state=connecting],[data-state=reconnecting])){--_c:var(--_wait)}
:host([data-state=closed]){--_c:var(--_bad)}
[part=dot]{flex:none;width:.7em;height:.7em;border-radius:50%;background:var(--_c);mask:var(--_ring);
forced-color-adjust:none}
:host([data-state=connected]) [part=dot]{mask:var(--_full)}
:host([data-state=closed]) [part=dot]{mask:var(--_dash)}
:host([data-state$=connecting]) [part=dot]{animation:wait 1.6s ease-in-out infinite}
@keyframes wait{50%{opacity:.35}}
@media (prefers-reduced-motion:reduce){[part=dot]{animation:none!important}}
@media print{:host{display:none}}
@media (forced-colors:active){[part=dot]{background:CanvasText}}
`;
