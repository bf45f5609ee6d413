/** S4 is above the protocol, because the bus, which knows no subject of ours, needs it for the inboxes of a user. */
export { decodeToken, encodeToken, isId, MAX_TOKEN_BYTES } from '../token.js';
