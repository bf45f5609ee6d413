/**
 * Subjects at the door: what NATS would refuse or silently misread never leaves, and the error says which part is
 * wrong. Matching follows nats-server: `*` is exactly one token, `>` one or more at the end.
 */
import { InvalidSubjectError } from '../errors.js';

/** The longest subject, in UTF-8 bytes: two of them and the sizes still fit the server's 4 KiB control line. */
const MAX_SUBJECT_BYTES = 1024;

// What passes is one test; only what fails is looked at part by part.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being refused
const PLAIN = /^[^\u0000-\u0020\u007f.*>]+(?:\.[^\u0000-\u0020\u007f.*>]+)*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being refused
const UNPRINTABLE = /[\u0000-\u0020\u007f]/;

/** The last one that was found good: most publishes repeat it. */
let good = '';

/** A subject to publish on. Throws {@link InvalidSubjectError}. */
export function checkSubject(subject: string): void {
  if (subject === good && good !== '') return;
  if (typeof subject !== 'string' || subject.length > MAX_SUBJECT_BYTES / 3 || !PLAIN.test(subject)) {
    explain(subject, false);
  }
  good = subject;
}

/** A subject to listen on: `*` and `>` are welcome where they mean something. Throws {@link InvalidSubjectError}. */
export function checkPattern(subject: string): void {
  explain(subject, true);
}

/** The name of a queue group: one token without wildcards. Throws {@link InvalidSubjectError}. */
export function checkQueue(queue: string): void {
  explain(queue, false);
}

/** Does nothing for a good subject; throws with the first thing that is wrong with any other. */
function explain(subject: string, wildcards: boolean): void {
  const reason = problem(subject, wildcards);
  if (reason !== undefined) throw new InvalidSubjectError(subject, reason);
}

function problem(subject: string, wildcards: boolean): string | undefined {
  if (typeof subject !== 'string') return 'is not a string';
  if (subject === '') return 'is empty';
  const bad = UNPRINTABLE.exec(subject);
  if (bad) return `has white space or a control character (${JSON.stringify(bad[0])}) at index ${bad.index}`;
  const size = new TextEncoder().encode(subject).length;
  if (size > MAX_SUBJECT_BYTES) return `has ${size} bytes; at most ${MAX_SUBJECT_BYTES} are sent`;
  const tokens = subject.split('.');
  for (const [index, token] of tokens.entries()) {
    const at = `token ${index + 1} of ${tokens.length}`;
    if (token === '') return `has an empty token (${at})`;
    if (!/[*>]/.test(token)) continue;
    const quoted = JSON.stringify(token);
    if (!wildcards) return `has a wildcard (${quoted}, ${at}); only a subscription may`;
    if (token.length > 1) return `has a wildcard inside a token (${quoted}, ${at}); it must stand alone`;
    if (token === '>' && index < tokens.length - 1) return `has ">" before its end (${at})`;
  }
  return undefined;
}

/** True where a message on `subject` is delivered to a subscription on `pattern`. Both are taken as valid. */
export function matches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  const want = pattern.split('.');
  const have = subject.split('.');
  for (const [index, token] of want.entries()) {
    if (token === '>') return have.length > index;
    if (index >= have.length || (token !== '*' && token !== have[index])) return false;
  }
  return want.length === have.length;
}
