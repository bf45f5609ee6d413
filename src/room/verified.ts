/** What only verified rooms need: loaded late, with the first one that a page joins. */
export { Alike } from '../presence/alike.js';
export { VerifiedClaims } from '../presence/verified-claims.js';
export { verifiedQuestions } from '../presence/verified-questions.js';
