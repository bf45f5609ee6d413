/** Writes into the account of the app which tokens servers refuse from now on, and signs that as the operator. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, createAccount, decode, encodeAccount, fromPublic, fromSeed } from '@nats-io/jwt';
import { SlateError } from '../../errors.js';

const APP = /(# APP\s+)(\w+): "([^"]+)"/;
const SEED = /^SLATE_SIGNING_SEED=.*$/m;

/**
 * `keys`: public keys of tokens; `date`: now, in milliseconds since 1970. Resolves with the path of the file that
 * servers read. Rejects with {@link SlateError} where `dir` is no folder of `slate init`.
 */
export function revokeKeys(dir: string, keys: readonly string[], date: number): Promise<string> {
  const until = Math.floor(date / 1000);
  return changeAccount(dir, ({ revocations = {} }) => ({
    revocations: { ...revocations, ...Object.fromEntries(keys.map((key) => [key, until])) },
  }));
}

/** Ends all tokens of members: gives the account another key to sign them. Resolves and rejects as the other. */
export async function revokeAll(dir: string): Promise<string> {
  const signing = createAccount();
  const seed = new TextDecoder().decode(signing.getSeed());
  const env = await read(join(dir, 'tokens.env'));
  const path = await changeAccount(dir, () => ({ signing_keys: [signing.getPublicKey()], revocations: {} }));
  await replace(join(dir, 'tokens.env'), env.replace(SEED, `SLATE_SIGNING_SEED=${seed}`), 0o600);
  await replace(join(dir, 'keys', 'signing.nk'), `${seed}\n`, 0o600);
  return path;
}

async function changeAccount(dir: string, change: (account: Partial<Account>) => Partial<Account>): Promise<string> {
  const path = join(dir, 'accounts.conf');
  const [text, seed] = await Promise.all([read(path), read(join(dir, 'keys', 'operator.nk'))]);
  const [, , account = '', jwt = ''] = APP.exec(text) ?? [];
  if (jwt === '') throw new SlateError(`${path} is none that slate init wrote: it has no account APP.`);
  const { name, nats } = decode<Account>(jwt);
  const signer = fromSeed(new TextEncoder().encode(seed.trim()));
  const signed = await encodeAccount(name, fromPublic(account), { ...nats, ...change(nats) }, { signer });
  await replace(
    path,
    text.replace(APP, (_, head: string) => `${head}${account}: "${signed}"`),
    0o644,
  );
  return path;
}

/** Whole, also where a server reads it meanwhile. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    throw new SlateError(`${path}, which slate init writes, could not be read (${code}).`);
  });
}
