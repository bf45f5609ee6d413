/** The app's own function that says who asks for a token: called with a time limit, and what it says checked. */
import type { Clock } from '../../clock.js';
import { OptionError, SlateError } from '../../errors.js';
import type { MemberOptions } from './member-permissions.js';

/** A question for a token. */
export interface TokenRequest {
  /** Cookies and other headers, by which the app knows its user. */
  readonly headers: Headers;
  /** What the page sent: `project` and perhaps `file`, which nobody has checked. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The address that asks. */
  readonly address: string;
  /** Aborted when the answer comes too late. */
  readonly signal: AbortSignal;
}

/** Who it is, and what it may do. */
export type Grant = MemberOptions;

/** `null`: nobody who is known, or who may do what it asks for. */
export type Authorize = (request: TokenRequest) => Grant | null | undefined | Promise<Grant | null | undefined>;

/**
 * Resolves with the grant, or with `null`. Rejects with what the function throws, and with {@link SlateError} where it
 * says nothing within `timeoutMs`, or something else than a grant.
 */
export async function authorized(
  authorize: Authorize,
  request: Omit<TokenRequest, 'signal'>,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<Grant | null> {
  const late = new AbortController();
  const cancel = clock.after(timeoutMs, () => late.abort(new SlateError(`it gave no answer within ${timeoutMs} ms`)));
  const tooLate = new Promise<never>((_, reject) => {
    late.signal.addEventListener('abort', () => reject(late.signal.reason), { once: true });
  });
  try {
    const grant = await Promise.race([authorize({ ...request, signal: late.signal }), tooLate]);
    if (grant === null || grant === undefined) return null;
    if (typeof grant === 'object' && typeof grant.user === 'string') return grant;
    throw new SlateError('it must return { user, project, role }, or null for nobody');
  } finally {
    cancel();
  }
}

/** Throws {@link OptionError} unless it is a function. */
export function checkAuthorize(authorize: unknown): void {
  if (typeof authorize === 'function') return;
  throw new OptionError('authorize', 'must be a function that says who asks: { user, project, role }, or null');
}
