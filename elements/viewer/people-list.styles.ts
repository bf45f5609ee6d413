import { css } from 'lit';
import { panel } from './panel.styles.js';

/** The list of everyone here. */
export const styles = css`
[part=list]{${panel};position:fixed;inset:auto;width:min(280px,calc(100vw - 12px));max-height:min(60vh,440px);
overflow:auto;overscroll-behavior:contain;padding:0 6px 6px;border-radius:calc(var(--_r)*1.2);overflow-wrap:anywhere;
text-align:start;white-space:normal}
[part=heading]{padding:12px 10px 2px;font-size:15px;font-weight:600}
[part=list] .status{position:sticky;inset-block-start:0;z-index:1;padding:8px 10px 4px;background:var(--_bg);
font-size:12px;color:var(--_dim)}
[part=list] .status::first-letter{text-transform:uppercase}
[part=list] .status span{margin-inline-start:4px;font-variant-numeric:tabular-nums}
[part=item]{position:relative;display:flex;gap:12px;align-items:center;box-sizing:border-box;width:100%;
min-height:44px;padding:5px 10px;
border:0;border-radius:calc(var(--_r)*.6);background:none;color:inherit;font:inherit;text-align:start;cursor:pointer;
--_s:30px;scroll-margin-block-start:32px}
[part=item] .face{flex:none}
[part=item] small{display:block;font-size:12px;font-weight:400;color:var(--_dim)}
[part=item]:hover{background:color-mix(in srgb,var(--_fg) 9%,var(--_bg))}
[part=item]:focus-visible{outline:2px solid var(--_focus);outline-offset:-2px}
@media print{[part=list]{display:none}}
`;
