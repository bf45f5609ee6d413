import { css } from 'lit';

/**
 * The shapes of what marks a status, so that none is told by its colour alone: filled, half, ring, dash. A box of
 * 9.6 px has whole pixels on the screen, often more of them in one direction, and with that its corners make an egg of
 * it; a mask of one radius, with an edge as soft as about one of those pixels, stays round at any zoom.
 */
export const dots = css`
:host{--_e:calc(100% - var(--_soft,1px));--_i:min(100% - 2px,72%);
--_full:radial-gradient(circle closest-side,#000 var(--_e),#0000);
--_ring:radial-gradient(circle closest-side,#0000 calc(var(--_i) - var(--_soft,1px)/2),
#000 calc(var(--_i) + var(--_soft,1px)/2) var(--_e),#0000);
--_half:var(--_ring),
radial-gradient(circle farthest-side at 100% 50%,#000 var(--_e),#0000) 0 0/50% 100% no-repeat;
--_dash:linear-gradient(#000 0 0) 50% 50%/80% max(2px,26%) no-repeat}
@media (max-resolution:.95dppx){:host{--_soft:1.5px}}
@media (min-resolution:1.5dppx){:host{--_soft:.6px}}
@media (min-resolution:2.5dppx){:host{--_soft:.35px}}`;
