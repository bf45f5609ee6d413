/** V9: what a page reads of a JWT, and of anything else. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readJwt } from '../../../../src/bus/nats/jwt.js';

const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const member = (name: unknown, tags: unknown) => readJwt(jwt({ name, nats: { tags } })).identity;

it('V9: the user, the role and the projects of a JWT of the token service, in any script', () => {
  expect(member('Åda ☕', ['slate', 'project:p1', 'project:日本', 'role:commenter'])).toEqual({
    user: 'Åda ☕',
    role: 'commenter',
    projects: ['p1', '日本'],
  });
  expect(member('ada', ['slate', 'project:src%2fmain%2ets', 'project:%c3%85', 'project:a%'])?.projects).toEqual([
    'src/main.ts',
    'Å',
    'a%',
  ]);
});

it('V9: a role that is missing or unknown is that of a viewer', () => {
  expect(member('ada', ['slate'])?.role).toBe('viewer');
  expect(member('ada', ['slate', 'role:king'])?.role).toBe('viewer');
});

it('V9: nobody, where the JWT is another one', () => {
  expect(member('ada', ['project:p1', 'role:writer'])).toBeUndefined();
  expect(member('', ['slate'])).toBeUndefined();
  expect(member('a'.repeat(300), ['slate'])).toBeUndefined(); // no token
  expect(member(7, ['slate'])).toBeUndefined();
  expect(member('ada', 'slate')).toBeUndefined();
  expect(member('ada', [7, null, 'slate'])).toEqual({ user: 'ada', role: 'viewer', projects: [] });
});

it('V10: when it was made and when it ends', () => {
  expect(readJwt(jwt({ iat: 1, exp: 2 }))).toMatchObject({ iat: 1, exp: 2 });
  expect(readJwt(jwt({ iat: '1', exp: null }))).toMatchObject({ iat: undefined, exp: undefined });
});

it('V9: no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readJwt(text)));
  fc.assert(fc.property(fc.json(), (text) => void readJwt(`a.${Buffer.from(text).toString('base64url')}.b`)));
  for (const claims of [null, 7, 'x', [], { nats: null }, { nats: 7 }])
    expect(readJwt(jwt(claims)).identity).toBe(undefined);
});
