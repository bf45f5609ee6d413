/**
 * Cuts the NATS client down to what Slate calls. nats.ws is published as one file whose parts all refer to each other,
 * so a bundler keeps JetStream, the key-value store, the object store and services, which a page of rooms never calls.
 * Each cut must match exactly once: a new version of nats.ws that looks different fails the build and
 * `test/unit/scripts/nats-core.test.ts`, and nothing wrong is published.
 */

/** Code that runs when nats.ws is loaded. A bundler cannot know that nothing needs its results, so it is cut here. */
const UNUSED = [
  /^k = x, function\(\) \{$.*?^\}\(\);$/ms, // a SHA-256 implementation, for the object store
  // tweetnacl, except for signing: a client signs the server's nonce with its seed and needs nothing else.
  /^ {4}nacl\.lowlevel = \{$.*?^ {4}\};$/ms,
  /^ {4}nacl\.secretbox = .*?(?=^ {4}nacl\.sign = )/ms,
  /^ {4}nacl\.sign\.open = .*?(?=^ {4}nacl\.sign\.detached = )/ms,
  /^ {4}nacl\.sign\.detached\.verify = .*?(?=^ {4}nacl\.sign\.keyPair = )/ms,
  /^ {4}nacl\.hash = .*?(?=^ {4}nacl\.setPRNG = )/ms,
];

/** The three calls that create what is beyond NATS core. When they throw instead, a bundler drops what they create. */
const CREATED = ['JetStreamManagerImpl(this, opts)', 'JetStreamClientImpl(this, opts)', 'ServicesFactory(this)'];

const THROWS = `(() => { throw new Error('The one-file builds contain only NATS core.'); })();`;

/** The code of `nats.ws/esm/nats.js`, cut. Throws where one of the cuts does not match exactly once. */
export function natsCore(code: string): string {
  const rest = UNUSED.reduce((left, pattern) => replaceOnce(left, pattern, ''), code);
  return CREATED.reduce((left, created) => replaceOnce(left, `new ${created};`, THROWS), rest);
}

/** Replaces the one match of `pattern`. Throws where there is none, or a second one. */
export function replaceOnce(code: string, pattern: string | RegExp, replacement: string): string {
  const parts = code.split(pattern);
  if (parts.length === 2) return parts.join(replacement);
  throw new Error(
    `The build replaces one piece of code and found it ${parts.length - 1} times: ${pattern}\n` +
      'The code that it searches has changed: adapt the pattern.',
  );
}
