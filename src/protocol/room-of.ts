/** S6: a short id for the address of a page, so that everyone who is on that page meets in one room. */
import { OptionError } from '../errors.js';
import { hash128 } from './hash.js';

/** The longest part of the id that people can read, in characters. */
const MAX_READABLE = 40;
/**
 * The id of a project or file for the address of a page, at most 73 letters, digits and `-`: a readable beginning, and
 * a hash. It is the same everywhere and at all times, in pages and in Node.
 *
 * What counts is the protocol, the host with its port, the path and the query, as the URL standard writes them. So
 * `https://example.com/a` and `https://example.com/a/` are two rooms, and so are two queries. The part behind `#` does
 * not count, nor does a user name or password. Where your address has parts that do not change the page (a session,
 * say), remove them first.
 *
 * ```ts
 * await joinRoom(bus, { project: roomOf(location.href), user });
 * ```
 *
 * `address`: an absolute address, or something with one in `href`, such as `location`. Throws {@link OptionError} for
 * anything else.
 */
export function roomOf(address: string | { readonly href: string }): string {
  let url: URL;
  try {
    url = new URL(typeof address === 'string' ? address : address.href);
  } catch (cause) {
    throw new OptionError('address', 'is not an absolute address, such as "https://example.com/page"', { cause });
  }
  const { protocol, host, pathname, search } = url;
  const readable = `${host}${pathname}`
    .toLowerCase()
    .replace(/(?:%[\da-f]{2}|[^\da-z])+/g, '-')
    .slice(0, MAX_READABLE);
  return `${readable}-${hash128(`${protocol}//${host}${pathname}${search}`)}`.replace(/^-+|-(?=-)/g, '');
}
