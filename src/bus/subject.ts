/**
 * Checks and matches subjects. A subject that NATS would refuse or misread is never sent; the error says which part
 * is wrong. Matching follows nats-server: `*` matches exactly one token, `>` one or more at the end.
 */
import { InvalidSubjectError } from '../errors.js';

/** The longest subject, in UTF-8 bytes. Two of them and the sizes fit into the server's control line of 4 KiB. */
const MAX_SUBJECT_BYTES = 1024;

// A good subject costs this one test. Only a bad one, or one that may exceed the limit in UTF-8, is examined by parts.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it names the control characters that it refuses
const PLAIN = /^[^\u0000-\u0020\u007f.*>]+(?:\.[^\u0000-\u0020\u007f.*>]+)*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it names the control characters that it refuses
const UNPRINTABLE = /[\u0000-\u0020\u007f]/;

/** Below it, a call names the filter of a new consumer in its subject, so that permissions can be given for filters. */
const NAMES_A_FILTER = '$JS.API.CONSUMER.CREATE.';

/** The last subject that passed: most publishes repeat it. */
let lastGood = '';

/** Checks a subject to publish on. Throws {@link InvalidSubjectError}. */
export function checkSubject(subject: string): void {
  if (subject === lastGood && lastGood !== '') return;
  if (typeof subject !== 'string' || subject.length > MAX_SUBJECT_BYTES / 3 || !PLAIN.test(subject)) {
    checkParts(subject, typeof subject === 'string' && subject.startsWith(NAMES_A_FILTER));
  }
  lastGood = subject;
}

/** Checks a subject to subscribe to, which may have wildcards. Throws {@link InvalidSubjectError}. */
export function checkPattern(subject: string): void {
  checkParts(subject, true);
}

/**
 * Checks the name of a queue group, which follows the rules of a subject without wildcards. Throws {@link
 * InvalidSubjectError}.
 */
export function checkQueue(queue: string): void {
  checkParts(queue, false);
}

/** Throws with the first thing that is wrong with the subject, if anything is. */
function checkParts(subject: string, wildcards: boolean): void {
  const reason = problem(subject, wildcards);
  if (reason !== undefined) throw new InvalidSubjectError(subject, reason);
}

function problem(subject: string, wildcards: boolean): string | undefined {
  if (typeof subject !== 'string') return 'is not a string';
  if (subject === '') return 'is empty';
  const bad = UNPRINTABLE.exec(subject);
  if (bad) return `has white space or a control character (${JSON.stringify(bad[0])}) at index ${bad.index}`;
  const size = new TextEncoder().encode(subject).length;
  if (size > MAX_SUBJECT_BYTES) return `has ${size} bytes; at most ${MAX_SUBJECT_BYTES} are allowed`;
  const tokens = subject.split('.');
  for (const [index, token] of tokens.entries()) {
    const at = `token ${index + 1} of ${tokens.length}`;
    if (token === '') return `has an empty token (${at})`;
    if (!/[*>]/.test(token)) continue;
    const quoted = JSON.stringify(token);
    if (!wildcards) return `has a wildcard (${quoted}, ${at}); only a subscription may have one`;
    if (token.length > 1) return `has a wildcard inside a token (${quoted}, ${at}); it must stand alone`;
    if (token === '>' && index < tokens.length - 1) return `has ">" before its end (${at})`;
  }
  return undefined;
}

/** True when a subscription to `pattern` receives a message on `subject`. Both must be valid. */
export function matches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return tokens.length > index;
    if (index >= tokens.length || (token !== '*' && token !== tokens[index])) return false;
  }
  return wanted.length === tokens.length;
}
