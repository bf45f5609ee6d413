/**
 * The fast path of events: the only file of this folder that other folders import. `plain.ts` has the same functions,
 * written with library calls alone, and says what each of them does; a property test compares the two. To remove the
 * fast path, export everything from `plain.ts` here; the tests of events run that way, too.
 */
export { isOwnId, withId } from './id-bytes.js';
export type { QuickCheck, SeenIds } from './plain.js';
export { quickCheck } from './quick-check.js';
export { seenIds } from './seen-ids.js';
