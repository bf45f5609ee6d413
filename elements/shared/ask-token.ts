/** Asks a token service for the credentials of this page (docs/PROTOCOL.md, V11). */
import { type TokenAnswer, TokenError } from '../../src/index.js';

/** How long the answer may take, in milliseconds: less than a connection waits for its credentials. */
export const ANSWER_MS = 9_000;
const MAX_REASON = 200;

/** What the token is for. */
export interface TokenPlace {
  readonly project?: string | undefined;
  readonly file?: string | undefined;
}

/** The answer: the token, and perhaps the address of the server that takes it. */
export interface PageToken extends TokenAnswer {
  readonly server?: string | undefined;
}

/**
 * POSTs `{ project, file? }` as JSON, with cookies, which an endpoint of another origin has to allow. Rejects with
 * {@link TokenError}.
 */
export async function askToken(url: string, { project, file }: TokenPlace): Promise<PageToken> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ project, file }),
    cache: 'no-store',
    credentials: 'include',
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((cause: unknown) => {
    throw new TokenError(url, 'unreachable', `it did not answer (${(cause as Error).message})`, { cause });
  });
  const body = (await response.json().catch(() => undefined)) as
    | Partial<PageToken & { error: unknown }>
    | null
    | undefined;
  if (!response.ok) {
    const problem = response.status === 401 || response.status === 403 ? 'refused' : 'unusable';
    const said = typeof body?.error === 'string' ? `: ${body.error.slice(0, MAX_REASON)}` : '';
    throw new TokenError(url, problem, `it answered with status ${response.status}${said}`);
  }
  if (typeof body?.jwt !== 'string' || !body.jwt || (body.server !== undefined && typeof body.server !== 'string')) {
    const what = body === undefined ? 'no JSON' : 'JSON without a text "jwt", or with a "server" that is no text';
    throw new TokenError(url, 'unusable', `it answered with ${what}`);
  }
  return body as PageToken;
}
