/** The account in whose name tokens are signed: its key, checked. */
import { fromPublic, fromSeed, type KeyPair } from '@nats-io/jwt';
import { OptionError } from '../../errors.js';

export interface AccountKey {
  /** The seed of the account (`SA…`), or better of one of its signing keys, which can be replaced. */
  readonly seed: string;
  /** The public key of the account (`A…`). Needed where the seed is that of a signing key. */
  readonly issuerAccount?: string | undefined;
}

export interface Signer {
  readonly signer: KeyPair;
  /** The public key of the account. */
  readonly account: string;
}

const KINDS: Readonly<Record<string, string>> = { O: 'an operator', U: 'a user', N: 'a server', C: 'a cluster' };

/** The key pair of the seed, and the account that it signs for. Throws {@link OptionError}, without the seed in it. */
export function signerOf(key: AccountKey): Signer {
  if (typeof key !== 'object' || key === null) {
    throw new OptionError('account', 'must be { seed, issuerAccount }: a key of the account that the tokens are for');
  }
  const signer = pairOf('account.seed', key.seed, 'SA…', (seed) => fromSeed(new TextEncoder().encode(seed)));
  if (key.issuerAccount === undefined) return { signer, account: signer.getPublicKey() };
  return { signer, account: pairOf('account.issuerAccount', key.issuerAccount, 'A…', fromPublic).getPublicKey() };
}

function pairOf(option: string, text: unknown, form: string, read: (text: string) => KeyPair): KeyPair {
  const wanted = `must be a key of an account, ${form}`;
  let pair: KeyPair;
  try {
    pair = read((text as string).trim());
  } catch {
    throw new OptionError(option, wanted); // no cause: its message may quote the seed
  }
  const [kind = ''] = pair.getPublicKey();
  if (kind !== 'A') throw new OptionError(option, `${wanted}; it is one of ${KINDS[kind] ?? 'another kind'}`);
  return pair;
}
