/** Which pages may ask for tokens: a page sends the cookies of whoever reads it, so not every page may. */
import type { IncomingMessage } from 'node:http';
import { OptionError } from '../../errors.js';

/**
 * The origin of the page that asks, where it is one of the list or that of the server itself; `undefined` for a
 * program, which has none; false for any other page.
 */
export function allowedOrigin(request: IncomingMessage, origins: readonly string[]): string | undefined | false {
  const { origin, host } = request.headers;
  if (origin === undefined) return undefined;
  const isOwn = URL.canParse(origin) && new URL(origin).host === host;
  return isOwn || origins.includes(origin) ? origin : false;
}

/** Throws {@link OptionError} unless each is an origin as browsers send it. */
export function checkOrigins(origins: readonly string[]): void {
  const isOrigin = (text: unknown) => typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text;
  if (Array.isArray(origins) && origins.every(isOrigin)) return;
  throw new OptionError('origins', 'must be a list of origins, such as "https://app.example.com"; "*" is none');
}
