/** `slate tokens`: an endpoint that gives tokens to the users of an app, until it is stopped. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isoTime } from '../../clock.js';
import { SlateError } from '../../errors.js';
import { Repeats } from '../../repeats.js';
import type { Authorize } from '../tokens/authorize.js';
import { DEFAULT_TTL, MAX_TTL, MIN_TTL } from '../tokens/mint.js';
import { send } from '../tokens/node-http.js';
import { type TokenHandler, tokenHandler } from '../tokens/token-handler.js';
import { seconds, whole } from './amounts.js';
import { UsageError } from './exit.js';
import { originsOf } from './init.js';
import type { Io } from './io.js';
import { palette, safe, wantsColor } from './text.js';

const LISTEN = '127.0.0.1:8230';

export const TOKENS_HELP = `slate tokens   gives tokens to the users of an app, until it is stopped

  set -a; . slate/tokens.env; slate tokens --authorize authorize.mjs --origin https://app.example.com

A page asks with POST, and gets what it connects with: jwt, seed, expires, server. GET /health answers
that it runs. It prints a line for each token, with the key by which slate revoke ends it.

Options
      --authorize <file>   A module whose default export says who asks: it gets { headers, body,
                           address, signal }, and returns { user, project, role }, or null for
                           nobody. Default: SLATE_AUTHORIZE.
      --listen <host:port>   Default: SLATE_LISTEN, or ${LISTEN}.
      --cert <file>        The certificate for HTTPS (PEM), and
      --cert-key <file>    its key. Default: SLATE_CERT and SLATE_CERT_KEY; without, HTTP.
      --origin <url>       A page of another origin that may ask; give it again for each.
                           Default: SLATE_ORIGINS (separated by commas).
  -s, --server <url>       Where pages connect, given with each token. Default: SLATE_PAGE_SERVER.
      --ttl <s>            Seconds for which tokens are good, ${MIN_TTL} to ${MAX_TTL}. Default: SLATE_TTL,
                           or ${DEFAULT_TTL}.
      --per-address <n>    Questions a minute from one address. Default: 120.
      --per-user <n>       Tokens a minute for one user. Default: 30.
      --timeout <s>        The longest wait for the module, 0.1 to 60 seconds. Default: 10.
      --behind-proxy       The address that asks is the one that a proxy added to X-Forwarded-For.
      --json               One JSON object a line: time, user, role, key, expires.

The key that signs is read from SLATE_SIGNING_SEED, its account from SLATE_ACCOUNT; slate init writes
both into tokens.env.`;

export async function tokens(args: string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      authorize: { type: 'string' },
      listen: { type: 'string' },
      cert: { type: 'string' },
      'cert-key': { type: 'string' },
      origin: { type: 'string', multiple: true },
      server: { type: 'string', short: 's' },
      ttl: { type: 'string' },
      'per-address': { type: 'string' },
      'per-user': { type: 'string' },
      timeout: { type: 'string' },
      'behind-proxy': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const { stdout, stderr, env, clock, signal } = io;
  const notes = palette(wantsColor(stderr, env));
  const note = (text: string) => stderr.write(`${notes.dim(safe(text))}\n`);
  const file = values.authorize ?? env.SLATE_AUTHORIZE;
  if (!file) throw new UsageError('slate tokens needs --authorize FILE, which says who may have a token');
  if (!env.SLATE_SIGNING_SEED) throw new UsageError('SLATE_SIGNING_SEED is not set; slate init writes tokens.env');
  if (!env.SLATE_ACCOUNT) throw new UsageError('SLATE_ACCOUNT is not set: the public key of the account, A…');
  const errors = new Repeats(clock, ({ message, count }) => note(`${message}${count > 1 ? ` (${count} times)` : ''}`));
  const handler = tokenHandler({
    account: { seed: env.SLATE_SIGNING_SEED, issuerAccount: env.SLATE_ACCOUNT },
    authorize: await loadAuthorize(file),
    ttl: whole('--ttl', values.ttl ?? env.SLATE_TTL, MIN_TTL, MAX_TTL),
    server: values.server ?? (env.SLATE_PAGE_SERVER || undefined),
    origins: originsOf(values.origin ?? env.SLATE_ORIGINS?.split(',').filter((origin) => origin !== '')),
    perAddress: whole('--per-address', values['per-address'], 1, 1e6),
    perUser: whole('--per-user', values['per-user'], 1, 1e6),
    timeoutMs: seconds('--timeout', values.timeout, 0.1, 60),
    behindProxy: values['behind-proxy'],
    onToken({ user, role, key, expires }) {
      const time = isoTime(clock.date());
      const line = { time, user, role, key, expires: isoTime(expires) };
      const words = `${time.slice(11, 19)}  ${user}  ${role}  ${key}  until ${line.expires.slice(11, 19)}`;
      stdout.write(`${safe(values.json ? JSON.stringify(line) : words)}\n`);
    },
    onError: (error) => errors.report(error),
    clock,
  });
  const server = await serverFor(values.cert ?? env.SLATE_CERT, values['cert-key'] ?? env.SLATE_CERT_KEY, handler);
  const address = await listen(server, values.listen ?? env.SLATE_LISTEN ?? LISTEN);
  note(`Giving tokens at ${address}`);
  try {
    await new Promise<void>((done) => {
      signal.addEventListener('abort', () => done(), { once: true });
      if (signal.aborted) done();
    });
  } finally {
    await close(server);
    errors.stop();
  }
}

async function loadAuthorize(file: string): Promise<Authorize> {
  const path = resolve(file);
  const module = await import(/* @vite-ignore */ pathToFileURL(path).href).catch((cause: Error) => {
    throw new UsageError(`--authorize ${file} could not be loaded: ${cause.message}`);
  });
  if (typeof module.default === 'function') return module.default;
  throw new UsageError(`--authorize ${file} has no function as its default export`);
}

async function serverFor(cert: string | undefined, key: string | undefined, handler: TokenHandler): Promise<Server> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const isHealth = request.method === 'GET' && request.url === '/health';
    if (isHealth) send(response, { status: 200, body: { status: 'ok' } });
    else void handler(request, response);
  };
  const limits = { requestTimeout: 30_000, headersTimeout: 10_000 };
  if (cert === undefined && key === undefined) return createServer(limits, answer);
  if (cert === undefined || key === undefined) throw new UsageError('--cert and --cert-key belong together');
  const read = (file: string) =>
    readFile(file).catch(({ code }: NodeJS.ErrnoException) => {
      throw new UsageError(`${file} could not be read (${code})`);
    });
  try {
    return createSecureServer({ ...limits, cert: await read(cert), key: await read(key) }, answer);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`--cert ${cert} and --cert-key ${key} are no certificate with its key`);
  }
}

/** Resolves with the address. Rejects with {@link SlateError} where the port is taken. */
function listen(server: Server, at: string): Promise<string> {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(at) ?? [];
  if (host === '' || Number(port) > 65_535) throw new UsageError(`--listen ${at} must be HOST:PORT, such as ${LISTEN}`);
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new SlateError(`Nobody can listen at ${at} (${cause.code}).`, { cause }));
    });
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''), () => {
      const { port: own } = server.address() as AddressInfo;
      resolve(`${'setSecureContext' in server ? 'https' : 'http'}://${host}:${own}`);
    });
  });
}

/** Waits for answers that are being given. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
