/** Files of credentials (`.creds`), as the tools of NATS write and read them: a JWT and the seed that signs for it. */
import { readFile } from 'node:fs/promises';
import { parseCreds } from '@nats-io/jwt';
import { INBOX } from '../../bus/inbox.js';
import { OptionError } from '../../errors.js';
import { encodeToken } from '../../protocol/token.js';

/** What `connect` takes. */
export interface Creds {
  readonly jwt: string;
  readonly seed: string;
  /** Below it the user receives answers, as the credentials that `slate init` writes allow. */
  readonly inboxPrefix: string;
}

/** Reads a file. Rejects with {@link OptionError}, without anything of its content, where it holds no credentials. */
export async function readCreds(path: string): Promise<Creds> {
  const text = await readFile(path).catch(({ code }: NodeJS.ErrnoException) => {
    throw new OptionError('creds', `names ${path}, which could not be read (${code})`);
  });
  try {
    const { jwt, key, uc } = await parseCreds(text);
    return { jwt, seed: key, inboxPrefix: `${INBOX}.${encodeToken('user', uc.name)}` };
  } catch {
    throw new OptionError('creds', `names ${path}, which holds no credentials of NATS: a JWT and a seed`);
  }
}
