/**
 * What a page reads of a user's JWT: when it ends, and who the user is (V9). It proves nothing here; the server checks
 * the signature.
 */
import { isId } from '../../token.js';
import type { Identity } from '../bus.js';

/** The claims that Slate reads. A text that is no JWT has none. */
export interface Claims {
  /** When it was made and when it ends, in seconds since 1970; undefined where it does not say. */
  readonly iat?: number | undefined;
  readonly exp?: number | undefined;
  /** Who the user is, where Slate's token service made it. */
  readonly identity?: Identity | undefined;
}

const ROLES = ['writer', 'commenter', 'viewer', 'ghost'] as const;
const NO_CLAIMS: Claims = {};

/** Never throws: what is no JWT is for the server to refuse. */
export function readJwt(jwt: string): Claims {
  const body = parse(jwt.split('.')[1] ?? '');
  if (!body) return NO_CLAIMS;
  const { iat, exp, name, nats } = body;
  const tags: unknown = (nats as { tags?: unknown } | undefined)?.tags;
  const texts = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  const isMember = isId(name) && texts.includes('slate');
  return { iat: seconds(iat), exp: seconds(exp), identity: isMember ? identityOf(name, texts) : undefined };
}

/** A member without a role that is known here may do the least that others can see. */
function identityOf(user: string, tags: readonly string[]): Identity {
  const values = (kind: string) => tags.filter((tag) => tag.startsWith(kind)).map((tag) => tag.slice(kind.length));
  const said = values('role:')[0];
  const role = ROLES.find((each) => each === said) ?? 'viewer';
  return { user, role, projects: values('project:').map(decoded) };
}

/** Tags are kept in lower case, so other characters of an id are written as `%XX`. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // written by somebody else
  }
}

function parse(part: string): Record<string, unknown> | undefined {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
