/** S6: the id that stands for the address of a page. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinRoom, roomOf } from '../../../src/index.js';
import { hash128 } from '../../../src/protocol/hash.js';
import { encodeToken } from '../../../src/protocol/token.js';
import { MemoryHub } from '../../../src/testing.js';
import { untyped } from '../../support/untyped.js';

describe('S6: roomOf', () => {
  it('is a readable beginning and the 128 bits of FNV-1a over what counts', () => {
    const id = (address: string, readable: string, counts: string) => {
      expect(roomOf(address)).toBe(`${readable}${hash128(counts)}`);
    };
    id('https://example.com', 'example-com-', 'https://example.com/');
    id(
      'https://Example.com:443/Docs/a.html?x=1#part',
      'example-com-docs-a-html-',
      'https://example.com/Docs/a.html?x=1',
    );
    id('http://127.0.0.1:8080/', '127-0-0-1-8080-', 'http://127.0.0.1:8080/');
    id('https://пример.рф/путь', 'xn-e1afmkfd-xn-p1ai-', 'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C');
    id('file:///home/ada/a.html', 'home-ada-a-html-', 'file:///home/ada/a.html');
    id('about:blank', 'blank-', 'about://blank');
  });

  it('does not depend on the fragment, credentials, the case of the host, a default port, or how dots are written', () => {
    const same = [
      'https://example.com/a/b?q=1',
      'https://example.com/a/b?q=1#',
      'https://example.com/a/b?q=1#section',
      'https://ada:secret@example.com/a/b?q=1',
      'HTTPS://EXAMPLE.com:443/a/x/../b?q=1',
      ' https://example.com/a/./b?q=1 ',
    ];
    expect(new Set(same.map((each) => roomOf(each))).size).toBe(1);
    expect(roomOf(new URL(same[2] as string))).toBe(roomOf(same[0] as string));
    expect(roomOf({ href: same[2] as string })).toBe(roomOf(same[0] as string));
    expect(roomOf('https://example.com/a?')).toBe(roomOf('https://example.com/a'));
  });

  it('tells apart protocol, host, port, path, its case, a slash at its end, and the query with its order', () => {
    const different = [
      'https://example.com/a',
      'http://example.com/a',
      'https://example.org/a',
      'https://example.com:8443/a',
      'https://example.com/A',
      'https://example.com/a/',
      'https://example.com/a?',
      'https://example.com/a?x=1&y=2',
      'https://example.com/a?y=2&x=1',
      'https://example.com/a%2Fb',
      'https://example.com/a/b',
    ].map((each) => roomOf(each));
    expect(new Set(different).size).toBe(different.length - 1); // an empty query is none
  });

  it('is a token as it is, and short, for any address; two addresses of one beginning differ', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }),
        fc.string({ unit: 'grapheme', maxLength: 600 }),
        (url, more) => {
          const id = roomOf(`${url}/${encodeURIComponent(more)}`);
          expect(id).toMatch(/^(?:[\da-z]+-)*[\da-f]{32}$/);
          expect(id.length).toBeLessThanOrEqual(73);
          expect(encodeToken('project', id)).toBe(id);
          expect(id).not.toBe(roomOf(`${url}/${encodeURIComponent(more)}x`));
        },
      ),
    );
  });

  it('refuses what is not an absolute address', () => {
    for (const address of ['', '/a', 'example.com', undefined, null, 5, {}]) {
      expect(() => roomOf(untyped<string>(address))).toThrow(expect.objectContaining({ name: 'OptionError' }));
    }
  });
});

it('S6: the example in docs/PROTOCOL.md is true', () => {
  const id = roomOf('https://Example.com:443/a.html?b#c');
  expect(readFileSync('docs/PROTOCOL.md', 'utf8')).toContain(id);
});

describe('S4, S6: a room for a long address', () => {
  const address = `https://example.com/${'%D0%BF'.repeat(40)}`;

  it('is refused as an id, with words that point to roomOf, and joined by roomOf', async () => {
    expect(address.length).toBe(260);
    const bus = new MemoryHub().connect();
    const join = (project: string) => joinRoom(bus, { project, user: { id: 'ada' } });
    await expect(join(address)).rejects.toMatchObject({ name: 'InvalidIdError', message: /roomOf\(address\)/ });
    const room = await join(roomOf(address));
    expect(room.status).toBe('connected');
    await room.leave();
  });
});
