import { css } from 'lit';

/**
 * The shapes of what marks a status, so that none is told by its colour alone: filled, half, ring, dash. A box of
 * 9.6 px has whole pixels on the screen, often more of them in one direction, and with that its corners make an egg of
 * it; a mask of one radius stays round at any zoom.
 */
export const dots = css`
:host{--_full:radial-gradient(circle closest-side,#000 calc(100% - .5px),#0000);
--_ring:radial-gradient(circle closest-side,#0000 calc(100% - 2.25px),#000 calc(100% - 1.75px) calc(100% - .5px),#0000);
--_half:var(--_ring),
radial-gradient(circle farthest-side at 100% 50%,#000 calc(100% - .5px),#0000) 0 0/50% 100% no-repeat;
--_dash:linear-gradient(#000 0 0) 50% 50%/100% max(2px,30%) no-repeat}`;
