/** Reads a credentials file of NATS: the JWT of a user, and the seed that signs for it. */
import { readFile } from 'node:fs/promises';
import { UsageError } from './exit.js';

export interface Creds {
  readonly jwt: string;
  readonly seed: string;
}

/** Rejects with {@link UsageError} where there is no such file, or it holds something else. */
export async function readCreds(file: string): Promise<Creds> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new UsageError(`the credentials ${file} cannot be read: ${cause.message}`, { cause });
  });
  const [jwt, seed] = ['NATS USER JWT', 'USER NKEY SEED'].map((name) => block(text, name));
  if (!jwt || !seed) throw new UsageError(`${file} holds no NATS credentials: a USER JWT, and a USER NKEY SEED`);
  return { jwt, seed };
}

const block = (text: string, name: string) => new RegExp(`-+BEGIN ${name}-+\\s+(\\S+)\\s+-+END`).exec(text)?.[1];
