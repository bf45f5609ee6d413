import { css } from 'lit';
import { panel } from './panel.styles.js';

/** The card of a person. */
export const styles = css`
[part=card]{${panel};position:fixed;inset:auto;display:flex;flex-direction:column;width:min(288px,calc(100vw - 12px));
max-height:min(calc(100dvh - 12px),560px);overflow:auto;overscroll-behavior:contain;padding:0;
border-radius:calc(var(--_r)*1.2);overflow-wrap:anywhere;text-align:start;white-space:normal}
[part=card]:focus-visible{outline:2px solid var(--_focus)}
[part=card] header{display:flex;gap:14px;align-items:center;padding:16px 16px 12px}
[part=card] header .face{flex:none;--_s:56px}
[part=card] header>div:last-child{flex:1;min-width:0}
[part=card] h2{margin:0;font:600 16px/1.3 var(--_font)}
[part=card] input[type=text]{box-sizing:border-box;width:100%;min-height:32px;margin:0;padding:3px 8px;
border:1px solid color-mix(in srgb,currentColor 55%,transparent);
border-radius:calc(var(--_r)*.6);background:none;color:inherit;font:600 16px/1.3 var(--_font)}
[part=card] small{display:block;font-size:12px;line-height:1.4;font-weight:400;color:var(--_dim)}
[part=card] header small{font-size:13px}
[part=card] .how::first-letter{text-transform:uppercase}
[part=card] .place{display:flex}
[part=card] .place .icon{width:12px;height:12px;margin-block-start:3px;margin-inline-end:4px}
[part=card] [part=menu]{display:grid;padding:6px;border-block-start:1px solid var(--_line)}
[part=card] [part=menu]:empty{display:none}
[part=card] .row,[part=card] summary{display:flex;gap:12px;align-items:center;box-sizing:border-box;width:100%;
min-height:36px;padding:5px 10px;border:0;border-radius:calc(var(--_r)*.6);background:none;color:inherit;font:inherit;
text-align:start;cursor:pointer}
[part=card] .row span{flex:1}
[part=card] :is(.row,summary):hover{background:color-mix(in srgb,var(--_fg) 9%,var(--_bg))}
[part=card] :is(button,summary,input):focus-visible{outline:2px solid var(--_focus);outline-offset:-2px}
[part=card] .icon{flex:none;width:16px;height:16px;fill:none;stroke:currentColor;stroke-width:1.5;
stroke-linecap:round;stroke-linejoin:round}
[part=card] [role=switch] i{position:relative;flex:none;box-sizing:border-box;width:30px;height:18px;
border-radius:9px;border:2px solid color-mix(in srgb,var(--_fg) 60%,var(--_bg))}
[part=card] [role=switch] i::before{content:'';position:absolute;inset-block-start:2px;inset-inline-start:2px;
width:10px;height:10px;border-radius:50%;background:color-mix(in srgb,var(--_fg) 60%,var(--_bg));
transition:translate .12s}
[part=card] [aria-checked=true] i{background:var(--_accent);border-color:var(--_accent)}
[part=card] [aria-checked=true] i::before{background:var(--_bg);translate:12px}
[part=card] [aria-checked=true]:dir(rtl) i::before{translate:-12px}
[part=card] .emoji{display:flex;flex-wrap:wrap;gap:2px;padding:2px 4px}
[part=card] .emoji button{width:40px;height:36px;border:0;border-radius:calc(var(--_r)*.6);background:none;
font-size:19px;cursor:pointer}
[part=card] .emoji button:hover{background:color-mix(in srgb,var(--_fg) 9%,var(--_bg))}
[part=card] hr{width:calc(100% + 12px);margin:6px -6px;border:0;border-block-start:1px solid var(--_line)}
[part=card] summary{list-style:none;font-weight:600}
[part=card] summary::-webkit-details-marker{display:none}
[part=card] summary::after{content:'';width:7px;height:7px;margin-inline:auto 4px;border:solid;border-width:0 2px 2px 0;
rotate:45deg;translate:0 -2px;transition:rotate .12s}
[part=card] [open]>summary::after{rotate:225deg;translate:0 2px}
[part=card] fieldset{margin:0;border:0;padding:4px 10px 8px;min-width:0}
[part=card] legend{padding:0;font-size:12px;color:var(--_dim)}
[part=card] label{display:flex;gap:10px;align-items:center;min-height:32px;cursor:pointer}
[part=card] input[type=radio]{flex:none;width:16px;height:16px;margin:0;accent-color:var(--_accent)}
[part=card] .key{display:flex;flex-wrap:wrap;gap:6px;align-items:center}
[part=card] kbd{min-width:28px;box-sizing:border-box;padding:4px 8px;border:1px solid currentColor;
border-radius:6px;font:inherit;text-align:center}
[part=card] .key button{min-height:28px;padding:3px 10px;border:0;border-radius:calc(var(--_r)*.6);
background:color-mix(in srgb,var(--_fg) 10%,var(--_bg));color:inherit;font:inherit;cursor:pointer}
@media (pointer:coarse){[part=card] :is(.row,summary,label,.emoji button,.key button,input[type=text]){min-height:44px}
[part=card] .emoji button{width:46px}}
@media (prefers-reduced-motion:reduce){[part=card] *{transition:none!important}}
@media (forced-colors:active){[part=card] [role=switch] i{border-color:ButtonText}
[part=card] [role=switch] i::before{background:ButtonText;forced-color-adjust:none}
[part=card] [aria-checked=true] i{background:Highlight;border-color:Highlight;forced-color-adjust:none}
[part=card] [aria-checked=true] i::before{background:HighlightText}
[part=card] .key button{border:1px solid ButtonText}}
@media print{[part=card]{display:none}}
`;
