/**
 * V6 on a real server: each role with a token of its own and a raw client of NATS. What its rows name works, and the
 * server refuses everything else that was tried: other users, other projects, bare subjects, and what is the server's.
 * Past 300 lines: one server, and a row for each act of each role.
 */
import type { NatsConnection } from 'nats.ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { mintToken, ROLES, type Role, startDocumentService } from '../../src/service/index.js';
import { readCreds } from '../../src/service/tokens/creds.js';
import { type Deployed, deploy, rawClient, sockets } from '../support/deployment.js';
import { until } from '../support/wait.js';

const acts = (operation: string, subjects: string) =>
  subjects
    .trim()
    .split(/\n\s*/)
    .map((each) => `${operation} ${each}`);

/** What each part of a role allows `ada` in `p1`. */
const SEE = [
  ...acts(
    'publish',
    `slate.collab.sync.p1.f1.ada
     slate.collab.sync.p1.%.ada
     slate.collab.alive.p1.bob.7.ada
     slate.collab.docsync.p1.d1.ada
     $JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.dochead.p1.d1
     $JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.docsnap.p1.d1.a.0
     $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.doclog.p1.d1.*
     $JS.API.CONSUMER.MSG.NEXT.SLATE_DOCS.x`,
  ),
  ...acts(
    'subscribe',
    `slate.collab.presence.p1.*
     slate.collab.presence.p1.bob
     slate.editor.cursors.batch.p1.f1.*
     slate.collab.joined.p1.*
     slate.collab.left.p1.*
     slate.collab.gone.p1
     slate.collab.alive.p1.ada.7.*
     slate.collab.answer.p1.ada.>
     slate.collab.doc.p1.d1.*
     slate.collab.docanswer.p1.d1.ada.7.*
     slate.inbox.ada.>`,
  ),
];
const APPEAR = [
  ...acts(
    'publish',
    `slate.collab.presence.p1.ada
     slate.collab.joined.p1.ada
     slate.collab.left.p1.ada
     slate.collab.answer.p1.bob.q1.ada`,
  ),
  'subscribe slate.collab.sync.p1.f1.* members',
  'subscribe slate.collab.sync.p1.%.* members',
];
const POINT = acts('publish', 'slate.editor.cursors.batch.p1.f1.ada\n slate.editor.cursor.ada.f1');
const WRITE = [
  ...acts(
    'publish',
    `slate.collab.doc.p1.d1.ada
     slate.collab.doclog.p1.d1.ada
     slate.collab.docanswer.p1.d1.bob.7.ada`,
  ),
  'subscribe slate.collab.docsync.p1.d1.* writers',
];
const ALL = [...SEE, ...APPEAR, ...POINT, ...WRITE];
const MAY: Record<Role, string[]> = {
  writer: ALL,
  commenter: [...SEE, ...APPEAR, ...POINT],
  viewer: [...SEE, ...APPEAR],
  ghost: SEE,
};

/** In the name of another, in another project, and on the subject before the last token. */
const twisted = ALL.filter((act) => /\b(?:p1|ada)\b/.test(act)).flatMap((act) => [
  act.replace(/\bp1\b/, 'p2'),
  act.replace(/\bp1\b/, 'P1'),
  ...(act.startsWith('publish slate.') ? [act.replace(/\bada\b/, 'bob'), act.replace(/\.[^.]+$/, '')] : []),
]);

const NEVER = [
  ...twisted.filter((act) => !ALL.includes(act) && !act.startsWith('publish slate.editor.cursor.ada')),
  ...acts(
    'publish',
    `slate.collab.presence
     slate.collab.presence.p1.ada.x
     slate.collab.presence.p1.%
     slate.editor.cursors.batch
     slate.editor.cursors.batch.p1
     slate.editor.cursor.bob.f1
     slate.collab.sync
     slate.collab.alive.p1.7
     slate.collab.gone.p1
     slate.collab.answer.p1.bob.q1
     slate.collab.dochead.p1.d1
     slate.collab.docsnap.p1.d1.a.0
     slate.collab.docbad.p1.d1
     slate.inbox.ada.x
     slate.inbox.bob.x
     slate.project.created.ada
     slate.build.jobs
     slate.build.cancel.x
     slate.dead.slate.build.jobs
     _INBOX.x
     $SRV.PING
     $SYS.REQ.SERVER.PING
     $SYS.REQ.USER.INFO
     $SYS.REQ.ACCOUNT.PING.CONNZ
     $JS.API.INFO
     $JS.API.STREAM.NAMES
     $JS.API.STREAM.LIST
     $JS.API.STREAM.INFO.SLATE_DOCS
     $JS.API.STREAM.CREATE.SLATE_DOCS
     $JS.API.STREAM.CREATE.mine
     $JS.API.STREAM.UPDATE.SLATE_DOCS
     $JS.API.STREAM.DELETE.SLATE_DOCS
     $JS.API.STREAM.PURGE.SLATE_DOCS
     $JS.API.STREAM.MSG.GET.SLATE_DOCS
     $JS.API.STREAM.MSG.DELETE.SLATE_DOCS
     $JS.API.DIRECT.GET.SLATE_DOCS
     $JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.dochead.p2.d1
     $JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.doclog.p1.d1.bob
     $JS.API.DIRECT.GET.OTHER.slate.collab.dochead.p1.d1
     $JS.API.CONSUMER.CREATE.SLATE_DOCS
     $JS.API.CONSUMER.CREATE.SLATE_DOCS.x
     $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.>
     $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.doclog.>
     $JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.doclog.*.d1.*
     $JS.API.CONSUMER.DURABLE.CREATE.SLATE_DOCS.x
     $JS.API.CONSUMER.NAMES.SLATE_DOCS
     $JS.API.CONSUMER.INFO.SLATE_DOCS.x
     $JS.API.CONSUMER.DELETE.SLATE_DOCS.x
     $JS.ACK.SLATE_DOCS.x.1.1.1.1.0
     elsewhere`,
  ),
  ...acts(
    'subscribe',
    `>
     *
     *.>
     slate.>
     slate.*
     slate.*.>
     *.*.*.*.*
     slate.*.*.p1.*
     slate.collab.>
     slate.collab.*
     slate.collab.*.p1.*
     slate.collab.presence
     slate.collab.presence.*
     slate.collab.presence.>
     slate.collab.presence.*.*
     slate.collab.presence.p1.* members
     slate.collab.presence.p1.* indexers
     slate.collab.presence.p1.bob indexers
     slate.collab.presence.p1.> indexers
     slate.editor.cursors.batch
     slate.editor.cursors.batch.>
     slate.editor.cursors.batch.*.f1.*
     slate.editor.cursor.*.*
     slate.editor.cursor.bob.f1
     slate.editor.cursor.ada.f1
     slate.editor.>
     slate.collab.sync.p1.f1.*
     slate.collab.sync.p1.f1.bob
     slate.collab.sync.>
     slate.collab.sync.> members
     slate.collab.sync.p1.f1.* others
     slate.collab.docsync.p1.d1.*
     slate.collab.docsync.p1.d1.* members
     slate.collab.docsync.*.d1.* writers
     slate.collab.alive.>
     slate.collab.alive.p1.>
     slate.collab.alive.p1.*.7.*
     slate.collab.alive.p1.bob.7.*
     slate.collab.alive.p1.ada.7.* x
     slate.collab.answer.>
     slate.collab.answer.p1.>
     slate.collab.answer.p1.*.>
     slate.collab.answer.p1.bob.>
     slate.collab.answer.p1.ada.> x
     slate.collab.gone.*
     slate.collab.gone.p1 x
     slate.collab.doc.p1.d1.* writers
     slate.collab.doc.>
     slate.collab.docanswer.p1.d1.bob.7.*
     slate.collab.docanswer.p1.d1.>
     slate.collab.doclog.p1.d1.*
     slate.collab.doclog.>
     slate.collab.docsnap.>
     slate.collab.dochead.p1.d1
     slate.inbox.>
     slate.inbox.*
     slate.inbox.*.>
     slate.inbox.bob.>
     slate.inbox.ada.> x
     slate.project.>
     slate.build.jobs workers
     _INBOX.>
     $SRV.>
     $SYS.>
     $SYS.ACCOUNT.>
     $JS.>
     $JS.EVENT.>`,
  ),
];

let server: Deployed;
beforeAll(async () => {
  server = await deploy();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const member = async (role: Role, user = 'ada', project = 'p1') =>
  rawClient(server, await mintToken({ account: server.account, project, user, role, ttl: 600 }));

/** By the first answer the server has told what it refuses; by the second, the client has told us. */
async function settled(nc: NatsConnection): Promise<void> {
  await nc.flush();
  await nc.flush();
}

describe.each(ROLES)('V6: a %s', (role) => {
  let client: Awaited<ReturnType<typeof member>>;
  beforeAll(async () => {
    client = await member(role);
  });
  afterAll(() => client.nc.close());

  async function isRefused(act: string): Promise<boolean> {
    const { nc, refused } = client;
    const [operation, subject = '', queue] = act.split(' ');
    refused.length = 0;
    if (operation === 'publish') nc.publish(subject);
    else nc.subscribe(subject, { callback: () => undefined, ...(queue && { queue }) });
    await settled(nc);
    if (refused.length > 0)
      expect(refused).toEqual([`${operation === 'publish' ? 'publish' : 'subscription'} ${subject}`]);
    return refused.length > 0;
  }

  it.each(MAY[role])('may %s', async (act) => {
    expect(await isRefused(act)).toBe(false);
  });

  it.each([...ALL.filter((act) => !MAY[role].includes(act)), ...new Set(NEVER)])('may not %s', async (act) => {
    expect(await isRefused(act)).toBe(true);
  });
});

it('V6: of a log, a member reads what its subject names, whatever its request says', async () => {
  const { socket } = await sockets(server.ca);
  const creds = await readCreds(`${server.dir}/creds/documents.creds`);
  const bus = await connect({ servers: server.url, WebSocket: socket, ...creds });
  await using _service = await startDocumentService(bus);
  const { nc, refused } = await member('writer');
  const create = async (named: string, filter_subject: string) => {
    const config = { name: 'x1', filter_subject, ack_policy: 'none', deliver_policy: 'all', mem_storage: true };
    const request = JSON.stringify({ stream_name: 'SLATE_DOCS', config });
    const subject = `$JS.API.CONSUMER.CREATE.SLATE_DOCS.x1.${named}`;
    return (
      await nc.request(subject, request, { noMux: true, reply: `slate.inbox.ada.${named.length}`, timeout: 5000 })
    ).json<{ error?: { description: string }; config?: object }>();
  };
  const mine = 'slate.collab.doclog.p1.d1.*';
  for (const other of ['slate.collab.doclog.p2.d1.*', 'slate.collab.doclog.>', 'slate.collab.doclog.p1.d2.*', '']) {
    expect((await create(mine, other)).error?.description).toMatch(/subject/);
  }
  expect((await create(mine, mine)).config).toMatchObject({ filter_subject: mine });
  expect(refused).toEqual([]);
  await Promise.all([nc.close(), bus.close()]);
}, 30_000);

it('V12: what the server says in the place of a user, where a member has it answer, is known as its own', async () => {
  const { socket } = await sockets(server.ca);
  const creds = await readCreds(`${server.dir}/creds/documents.creds`);
  const bus = await connect({ servers: server.url, WebSocket: socket, ...creds });
  await using _service = await startDocumentService(bus);
  bus.publish('slate.collab.dochead.p1.d1', { type: 'presence' });
  await bus.flush();
  const [eve, mallory] = [await member('writer', 'eve', 'p2'), await member('ghost', 'mallory')];
  const heard: { headers: string; text: string }[] = [];
  eve.nc.subscribe('slate.collab.presence.p2.*', {
    callback: (_, message) => heard.push({ headers: message.headers?.toString() ?? '', text: message.string() }),
  });
  await eve.nc.flush();
  const reply = 'slate.collab.presence.p2.bob'; // of another user, in a project that is not even hers
  for (const [call, body] of [
    ['DIRECT.GET.SLATE_DOCS.slate.collab.dochead.p1.d1', ''],
    ['DIRECT.GET.SLATE_DOCS.slate.collab.dochead.p1.none', ''],
    ['CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.doclog.p1.d1.*', '{"type":"presence"}'],
  ] as const) {
    mallory.nc.publish(`$JS.API.${call}`, body, { reply });
  }
  await until(() => heard.length === 3, { what: 'the answers' });
  expect(mallory.refused).toEqual([]);
  const isServers = ({ headers, text }: (typeof heard)[number]) =>
    headers !== '' || JSON.parse(text).type.startsWith('io.nats.');
  expect(heard.filter((each) => !isServers(each))).toEqual([]);
  expect(heard.map(({ text }) => text)).toContain('{"type":"presence"}'); // what is stored may be anything
  await Promise.all([eve.nc.close(), mallory.nc.close(), bus.close()]);
}, 30_000);

it('V6, S4: ids of any text are one token each, and reach nobody else', async () => {
  const [user, project] = ['a.*.>', 'My project/%'];
  const { nc, refused } = await member('writer', user, project);
  const [u, p] = ['a%2E%2A%2E%3E', 'My%20project/%25'];
  nc.publish(`slate.collab.presence.${p}.${u}`);
  nc.subscribe(`slate.inbox.${u}.>`);
  await settled(nc);
  expect(refused).toEqual([]);
  nc.publish(`slate.collab.presence.${p}.a`);
  nc.publish(`slate.collab.presence.x.${u}`);
  await settled(nc);
  expect(refused).toHaveLength(2);
  await nc.close();
});
