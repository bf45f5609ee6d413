/**
 * An operator with two accounts, APP for the app and SYS for the servers themselves, and the part of a configuration by
 * which servers know them. Servers hold public keys alone: who takes one over can sign nothing.
 */
import { createAccount, createOperator, encodeAccount, encodeOperator, type KeyPair } from '@nats-io/jwt';

export interface Operator {
  readonly operator: KeyPair;
  readonly app: KeyPair;
  readonly system: KeyPair;
  /** Signs the tokens of members, in the name of APP. */
  readonly signing: KeyPair;
  /** The text of `accounts.conf`. It holds no secret. */
  readonly accounts: string;
}

export interface Limits {
  /** The most bytes that streams of the app may keep on disk and in memory, all servers together. */
  readonly disk: number;
  readonly memory: number;
}

const UNLIMITED = { conn: -1, subs: -1, data: -1, payload: -1, leaf: -1, imports: -1, exports: -1, wildcards: true };

export async function makeOperator({ disk, memory }: Limits): Promise<Operator> {
  const [operator, app, system, signing] = [createOperator(), createAccount(), createAccount(), createAccount()];
  const jetstream = { disk_storage: disk, mem_storage: memory, streams: -1, consumer: -1 };
  const sign = { signer: operator };
  const limits = { ...UNLIMITED, ...jetstream, disallow_bearer: true };
  const appJwt = await encodeAccount('APP', app, { limits, signing_keys: [signing.getPublicKey()] }, sign);
  const systemJwt = await encodeAccount('SYS', system, { limits: { ...UNLIMITED, disallow_bearer: true } }, sign);
  const jwt = await encodeOperator('slate', operator, { system_account: system.getPublicKey() });
  const accounts = `# The operator and the accounts that this server knows, as JWTs. They hold public keys, no secrets.
operator: "${jwt}"
system_account: "${system.getPublicKey()}"
resolver: MEMORY
resolver_preload: {
  # APP
  ${app.getPublicKey()}: "${appJwt}"
  # SYS
  ${system.getPublicKey()}: "${systemJwt}"
}
`;
  return { operator, app, system, signing, accounts };
}
