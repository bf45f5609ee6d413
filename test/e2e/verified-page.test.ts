/**
 * V1, V11, Y20 as a product has them: the server of `slate init` over TLS, tokens from the login of a site, the service
 * for documents, and two people in Chromium who see each other and write in one text, under their own names.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SlateRoom } from '../../elements/index.js';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { startDocumentService, tokenHandler } from '../../src/service/index.js';
import { readCreds } from '../../src/service/tokens/creds.js';
import { launchChromium } from '../support/chromium.js';
import { type Deployed, deploy, sockets } from '../support/deployment.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const soon = { timeout: 20_000 };

const PAGE = `<!doctype html><title>A note</title><script type="module" src="./slate.js"></script>
<slate-room token-url="/token" project="p1" file="note" history>
  <slate-avatars></slate-avatars><slate-status></slate-status>
  <textarea id="note"></textarea><slate-text for="note"></slate-text>
</slate-room>`;

let browser: Browser;
let nats: Deployed;
let bus: Bus;
let site: Server;
let url: string;
let service: Awaited<ReturnType<typeof startDocumentService>>;

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), deploy()]);
  const { socket } = await sockets(nats.ca);
  bus = await connect({
    servers: nats.url,
    WebSocket: socket,
    ...(await readCreds(`${nats.dir}/creds/documents.creds`)),
  });
  service = await startDocumentService(bus);
  const tokens = tokenHandler({
    account: nats.account,
    server: nats.url,
    // The login of this site: a cookie says who it is. Everyone may write in p1, and nobody elsewhere.
    authorize: ({ headers, body }) => {
      const [, user] = /login=(\w+)/.exec(headers.get('cookie') ?? '') ?? [];
      const { project } = body as { project?: string };
      return user !== undefined && project === 'p1' ? { user, project, role: 'writer' } : null;
    },
  });
  site = createServer((request, answer) => {
    const [, script] = /\/(slate[-a-z]*\.js)$/.exec(request.url ?? '') ?? [];
    answer.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    if (request.url === '/token') void tokens(request, answer);
    else if (script) void readFile(`${root}dist/${script}`).then((text) => answer.end(text));
    else answer.end(PAGE);
  });
  await new Promise<void>((listening) => site.listen(0, 'localhost', listening));
  url = `http://localhost:${(site.address() as AddressInfo).port}/`;
}, 60_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
  await service?.stop();
  await bus?.close();
  await nats?.[Symbol.asyncDispose]();
});

async function open(login: string): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true }); // the authority is of this test's own
  await context.addCookies([{ name: 'login', value: login, url }]);
  const page = await context.newPage();
  await page.goto(url);
  await expect.poll(() => status(page), soon).toBe('connected');
  return page;
}

const room = <T>(page: Page, read: (room: NonNullable<SlateRoom['room']>) => T): Promise<T | undefined> =>
  page.evaluate((code) => {
    const { room } = document.querySelector<SlateRoom>('slate-room') ?? {};
    return room && new Function('room', `return (${code})(room)`)(room);
  }, String(read));
const status = (page: Page) => page.evaluate(() => document.querySelector<SlateRoom>('slate-room')?.status);
const people = (page: Page) => room(page, ({ members }) => members.map(({ user }) => user.id).sort());
const text = (page: Page) => page.evaluate(() => document.querySelector('textarea')?.value);

it('two people with tokens of their own login see each other, and write a text that is kept under their names', async () => {
  const [ada, bob] = [await open('ada'), await open('bob')];
  for (const page of [ada, bob]) await expect.poll(() => people(page), soon).toEqual(['ada', 'bob']);
  expect(await room(ada, ({ verified, role, self }) => ({ verified, role, id: self.user.id }))).toEqual({
    verified: true,
    role: 'writer',
    id: 'ada',
  });
  await ada.click('textarea');
  await ada.keyboard.type('Hello');
  await expect.poll(() => text(bob), soon).toBe('Hello');
  await bob.click('textarea');
  await bob.keyboard.press('Control+End');
  await bob.keyboard.type(', Ada');
  await expect.poll(() => text(ada), soon).toBe('Hello, Ada');
  for (const page of [ada, bob]) {
    await expect.poll(() => room(page, ({ documents }) => documents.status.state), soon).toBe('saved');
  }
  for (const page of [ada, bob]) await page.context().close();
  const eve = await open('eve');
  await expect.poll(() => text(eve), soon).toBe('Hello, Ada');
  const authors = await room(eve, ({ documents, doc }) => {
    const document = documents.get();
    return [...(doc?.store.clients.keys() ?? [])].map((client) => document?.authorOf(client));
  });
  expect(authors).toEqual(
    expect.arrayContaining([
      { user: 'ada', verified: true },
      { user: 'bob', verified: true },
    ]),
  );
});
