/**
 * The entry of dist/nats-core.js: what src/bus/nats/nats-client.ts takes from nats.ws, for the bundlers of pages. In
 * Node nats-client.ts gets nats.ws itself (`#nats` under `imports` in package.json).
 */
export { connect, jwtAuthenticator, tokenAuthenticator, usernamePasswordAuthenticator } from 'nats.ws';
