/** What a pointer becomes in a crowd, and by a tap. It is loaded with what draws. */
import { css } from 'lit';

export const crowdStyles = css`
.dot{--_wait:2s}
.dot [part=arrow]{width:calc(var(--slate-cursor-size,20px)*.45);height:calc(var(--slate-cursor-size,20px)*.45);
translate:-50% -50%;border-radius:50%;background:var(--_u);
box-shadow:0 0 0 1.5px var(--_rim),0 0 0 2.5px var(--slate-cursor-line,#000b);
transition:width .12s var(--_wait),height .12s var(--_wait),translate .12s var(--_wait),
background 0s var(--_wait),box-shadow 0s var(--_wait)}
.dot[data-status=stale] [part=arrow]{background:color-mix(in srgb,var(--_u) 24%,var(--_rim))}
.dot path{visibility:hidden;transition:visibility 0s var(--_wait)}
.tap::after{content:'';position:absolute;left:-18px;top:-18px;width:36px;height:36px;box-sizing:border-box;
border:3px solid var(--_u);border-radius:50%;
box-shadow:0 0 0 1.5px var(--slate-cursor-rim,#fff),0 0 0 2.5px var(--slate-cursor-line,#0008);opacity:.8;
animation:tap .9s ease-out 2 both;forced-color-adjust:none}
@keyframes tap{from{scale:.2;opacity:1}to{scale:1;opacity:0}}
@media (prefers-reduced-motion:reduce){.dot path{transition-duration:0s!important}
.tap::after{animation:none}}
`;
