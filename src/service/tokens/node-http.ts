/** What the endpoint for tokens needs of `node:http`: the address that asks, the JSON of a question, an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const MAX_BODY_BYTES = 16 * 1024;

/** The body of a question cannot be read: too large, no JSON, no object. */
export class BodyError extends Error {
  override name = 'BodyError';
  constructor(
    /** 400 or 413. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The address of the client; behind a proxy, the one that the proxy has added to `X-Forwarded-For`. */
export function addressOf(request: IncomingMessage, behindProxy: boolean): string {
  const forwarded = request.headers['x-forwarded-for'];
  const named = behindProxy
    ? String(forwarded ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : undefined;
  return named || (request.socket.remoteAddress ?? 'unknown');
}

/** Resolves with the object of the body; with an empty one where there is none. Rejects with {@link BodyError}. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readText(request);
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BodyError(400, 'the body is no JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BodyError(400, 'the body must be a JSON object');
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // What is too much is read and dropped: a socket closed meanwhile would keep the answer from who sends.
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(new BodyError(413, `the body has more than ${MAX_BODY_BYTES} bytes`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    for (const event of ['error', 'close']) request.on(event, () => reject(new BodyError(400, 'the body ended early')));
  });
}

/** Answers with JSON that nobody keeps. `origin`: the page that may read it, and send its cookies. */
export function send(response: ServerResponse, { status, body, headers }: Reply, origin?: string): void {
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    Vary: 'Origin',
    ...(body && { 'Content-Type': 'application/json' }),
    ...(origin && { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' }),
    ...(status === 413 && { Connection: 'close' }),
    ...headers,
  });
  response.end(body && JSON.stringify(body));
}
