/** Tokens of members: what may be asked for, and what a bad option is told. Servers read them in test/integration. */
import { createAccount, createOperator, createUser } from '@nats-io/jwt';
import { describe, expect, it } from 'vitest';
import { InvalidIdError, InvalidSubjectError, OptionError } from '../../../src/errors.js';
import { isReserved, janitorPermissions } from '../../../src/protocol/subjects.js';
import { configuredUsers } from '../../../src/service/config/users.js';
import { memberPermissions, mintToken, tokenHandler } from '../../../src/service/index.js';
import { RateLimit } from '../../../src/service/tokens/rate-limit.js';
import { untyped } from '../../support/untyped.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const seedOf = (key: { getSeed(): Uint8Array }) => new TextDecoder().decode(key.getSeed());
const signing = createAccount();
const account = { seed: seedOf(signing), issuerAccount: createAccount().getPublicKey() };
const good = { account, project: 'p1', user: 'ada', role: 'writer', ttl: 60 } as const;

describe('a bad option is told what is wrong with it', () => {
  const user = createUser();
  it.each<[string, object, new (...args: never[]) => Error, RegExp]>([
    ['no user', { user: '' }, InvalidIdError, /user id "" is empty/],
    ['a user that is no text', { user: 5 }, InvalidIdError, /user id 5 is not a string/],
    ['a user that is too long', { user: 'u'.repeat(257) }, InvalidIdError, /longer than 256 bytes/],
    ['an empty project', { project: '' }, InvalidIdError, /project id "" is empty/],
    ['no project', { project: undefined }, OptionError, /"projects" must name at least one/],
    ['both kinds of projects', { projects: ['p2'] }, OptionError, /"project" cannot be combined with "projects"/],
    [
      'too many projects',
      { project: undefined, projects: Array.from({ length: 200 }, (_, n) => `p${n}`) },
      OptionError,
      /60000 are allowed/,
    ],
    ['an unknown role', { role: 'admin' }, OptionError, /"role" must be one of writer, commenter, viewer, ghost/],
    ['a ttl that is too short', { ttl: 9 }, OptionError, /"ttl" must be a whole number of seconds from 10 to 86400/],
    ['a ttl that is too long', { ttl: 86_401 }, OptionError, /"ttl"/],
    ['a ttl that is no whole number', { ttl: 10.5 }, OptionError, /"ttl"/],
    ['no account', { account: undefined }, OptionError, /"account" must be/],
    ['no seed', { account: {} }, OptionError, /"account.seed" must be a key of an account, SA…/],
    ['a seed with a mistake', { account: { seed: `${account.seed.slice(0, -1)}!` } }, OptionError, /"account.seed"/],
    ["a user's seed", { account: { seed: seedOf(user) } }, OptionError, /it is one of a user/],
    ["an operator's seed", { account: { seed: seedOf(createOperator()) } }, OptionError, /it is one of an operator/],
    [
      "a user's key",
      { account: { ...account, issuerAccount: user.getPublicKey() } },
      OptionError,
      /"account.issuerAccount"/,
    ],
    ['what is no subject', { also: { publish: ['a..b'] } }, InvalidSubjectError, /empty token/],
    ['what is no list', { also: { subscribe: 'a' } }, OptionError, /"also.subscribe" must be a list/],
    ['subjects of rooms', { also: { subscribe: ['slate.collab.presence.p2.*'] } }, OptionError, /reaches rooms/],
    ['what reaches them', { also: { publish: ['slate.>'] } }, OptionError, /"also.publish" has "slate.>"/],
  ])('%s', async (_, change, kind, words) => {
    const failure = await mintToken(untyped({ ...good, ...change })).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(kind);
    expect((failure as Error).message).toMatch(words);
    expect((failure as Error).message).not.toMatch(/S[AOU][A-Z2-7]{20}/); // no seed in what people read
  });

  it('the handler checks its own when it is made', () => {
    const options = { account, authorize: () => null };
    for (const [change, words] of [
      [{ authorize: 'authorize.mjs' }, /"authorize" must be a function/],
      [{ origins: ['*'] }, /"origins"/],
      [{ origins: ['https://a.example/'] }, /"origins"/],
      [{ perUser: 0 }, /"perUser" must be a number above 0/],
      [{ ttl: 5 }, /"ttl"/],
      [{ account: { seed: 'x' } }, /"account.seed"/],
    ] as const) {
      expect(() => tokenHandler(untyped({ ...options, ...change }))).toThrow(words);
    }
  });
});

describe('memberPermissions', () => {
  it("adds an app's own subjects, in no queue group, and keeps them apart from those of rooms", () => {
    const also = { publish: ['slate.project.updated.p1'], subscribe: ['slate.build.completed.p1'] };
    const { publish, subscribe } = memberPermissions({ project: 'p1', user: 'ada', role: 'ghost', also });
    expect(publish.allow).toContain('slate.project.updated.p1');
    expect(subscribe.allow).toContain('slate.build.completed.p1');
    expect(subscribe.deny).toContain('slate.build.completed.> >');
  });

  it('denies queue groups on each plain subject, and on none that has one of its own', () => {
    for (const project of ['p1', 'collab', 'slate', 'presence', 'batch', 'sync']) {
      const { subscribe } = memberPermissions({ project, user: 'ada', role: 'writer' });
      expect(subscribe.deny).toContain('slate.collab.presence.> >');
      for (const pattern of subscribe.deny) expect(pattern).not.toMatch(/^slate\.(?:>|collab\.(?:>|sync|docsync))/);
    }
  });

  it.each([
    '>',
    '*',
    '*.x',
    'slate.>',
    'slate.*',
    'slate.collab.x',
    'slate.*.presence.p1',
    'slate.editor.*',
    '$JS.API.>',
    '_INBOX.x',
    'slate.inbox.bob.>',
    'slate.editor.cursors.batch.p2.*.*',
  ])('takes %s for no subject of an app', (pattern) => expect(isReserved(pattern)).toBe(true));

  it.each(['slate.project.>', 'slate.editor.opened.*.f1', 'app.>', 'slate.collaborators', 'slate.runtime.log.s1'])(
    'takes %s for one',
    (pattern) => expect(isReserved(pattern)).toBe(false),
  );
});

it('the users of the shipped configuration are read whole', async () => {
  const users = await configuredUsers();
  expect([...users.keys()]).toEqual(
    expect.arrayContaining(['slate_user', 'slate_worker', 'slate_documents', 'slate_monitor']),
  );
  expect(users.get('slate_monitor')?.publish).toEqual({ allow: [], deny: ['>'] });
  expect(users.get('slate_monitor')?.subscribe.deny).toContain('slate.collab.docsync.>');
  expect(users.get('slate_documents')?.subscribe).toEqual({ allow: ['slate.inbox.slate_documents.>'], deny: [] });
  expect(users.get('slate_worker')?.publish.allow).toContain('$JS.API.CONSUMER.MSG.NEXT.*.*');
  expect(users.get('slate_user')?.publish.deny).toEqual(['slate.*.cancel.>', 'slate.collab.gone.>']);
  expect(users.get('slate_user')?.subscribe.allow).toContain('slate.collab.sync.> members');
});

it('V8: a janitor probes and reports, and does nothing else', () => {
  expect(janitorPermissions().publish.every((subject) => /^slate\.collab\.(?:alive|gone)\./.test(subject))).toBe(true);
});

describe('the limit of a minute', () => {
  it('lets so many through at once, then one at a time, and says how long to wait', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(6, clock);
    const taken = () => Array.from({ length: 8 }, () => limit.take('a'));
    expect(taken()).toEqual([0, 0, 0, 0, 0, 0, 10, 10]);
    expect(limit.take('b')).toBe(0);
    await clock.advance(10_000);
    expect(taken()).toEqual([0, 10, 10, 10, 10, 10, 10, 10]);
    await clock.advance(600_000);
    expect(taken().filter((wait) => wait === 0)).toHaveLength(6);
  });

  it('forgets the address that was seen longest ago', () => {
    const limit = new RateLimit(1, new VirtualClock());
    for (let n = 0; n <= 10_000; n++) limit.take(`${n}`);
    expect([limit.take('0'), limit.take('10000')]).toEqual([0, 60]);
  });
});
