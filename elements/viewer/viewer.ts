/** What is loaded late of the viewer (see load.ts). Re-exports only. */
export { attend, follow, gather, jumpTo, unfollow } from './follow.js';
export { openMenu } from './menu.js';
export { Talk } from './talk.js';
