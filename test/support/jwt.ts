/** A server that knows its users by JWT alone, and JWTs for them that expire, signed as a `nats-server` wants them. */
import { nkeys } from '@nats-io/nats-core';

const utf8 = new TextEncoder();
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64url');
const UNLIMITED = { subs: -1, data: -1, payload: -1 };

interface Claims {
  readonly type: 'operator' | 'account' | 'user';
  readonly [name: string]: unknown;
}

function sign(issuer: nkeys.KeyPair, subject: string, claims: Claims, exp?: number, name?: string): string {
  const header = base64(JSON.stringify({ typ: 'JWT', alg: 'ed25519-nkey' }));
  const iat = Math.floor(Date.now() / 1000);
  const id = crypto.randomUUID();
  const body = {
    jti: id,
    iat,
    iss: issuer.getPublicKey(),
    sub: subject,
    name: name ?? id,
    exp,
    nats: { version: 2, ...claims },
  };
  const text = `${header}.${base64(JSON.stringify(body))}`;
  return `${text}.${base64(issuer.sign(utf8.encode(text)))}`;
}

/** Of the system account. */
const OF_SYSTEM = { ...UNLIMITED, imports: -1, exports: -1, conn: -1, leaf: -1 };

export class JwtIssuer {
  readonly #operator = nkeys.createOperator();
  readonly #account = nkeys.createAccount();
  readonly #user = nkeys.createUser();
  readonly #scope = nkeys.createAccount();
  readonly #system = nkeys.createAccount();
  /** Signed once: a server takes no other operator when it reads its configuration again. */
  readonly #trusted = sign(this.#operator, this.#operator.getPublicKey(), { type: 'operator' });
  /** The seed that signs for every JWT of the user. */
  readonly seed = new TextDecoder().decode(this.#user.getSeed());
  /** The configuration of a server that trusts this issuer. */
  readonly config: string;
  readonly #limits: Readonly<Record<string, number>>;
  readonly #permits: readonly string[];

  /**
   * `limits`: of the account, such as `{ conn: 1 }`. `permits`: what a user of {@link scopedJwt} may subscribe to,
   * where `{{name()}}` is the name of that user.
   */
  constructor(limits: Readonly<Record<string, number>> = {}, permits: readonly string[] = []) {
    this.#limits = limits;
    this.#permits = permits;
    this.config = this.configRevoking();
  }

  /**
   * The same, where JWTs that were made up to `seconds` since 1970 are revoked, on accounts with jetstream if
   * `jetstream` says so.
   */
  configRevoking(seconds?: number, jetstream = false): string {
    const account = this.#account.getPublicKey();
    const system = this.#system.getPublicKey();
    const kept = jetstream ? { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 } : {};
    const claims: Claims = {
      type: 'account',
      limits: { ...UNLIMITED, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1, ...kept, ...this.#limits },
      ...(seconds !== undefined && { revocations: { '*': seconds } }),
      default_permissions: { pub: {}, sub: {} },
      signing_keys: [
        {
          kind: 'user_scope',
          key: this.#scope.getPublicKey(),
          role: 'page',
          template: { pub: { allow: ['slate.>'] }, sub: { allow: this.#permits }, ...UNLIMITED },
        },
      ],
    };
    return `
      operator: ${this.#trusted}
      resolver: MEMORY
      resolver_preload: {
        ${account}: ${sign(this.#operator, account, claims)}
        ${system}: ${sign(this.#operator, system, { type: 'account', limits: OF_SYSTEM })}
      }
      system_account: ${system}
    `;
  }

  /**
   * A JWT of the user that is good for `ms` milliseconds, which the format rounds up to full seconds. `more`: its name,
   * its tags, and what it may do.
   */
  jwt(ms = 3_600_000, { name, ...more }: { name?: string; tags?: string[]; pub?: object; sub?: object } = {}): string {
    const claims: Claims = { type: 'user', pub: {}, sub: {}, ...UNLIMITED, ...more };
    return sign(this.#account, this.#user.getPublicKey(), claims, Math.ceil((Date.now() + ms) / 1000), name);
  }

  /** A JWT of a user of the system account. */
  systemJwt(): string {
    const claims: Claims = { type: 'user', pub: {}, sub: {}, ...UNLIMITED };
    return sign(this.#system, this.#user.getPublicKey(), claims);
  }

  /** A JWT of a user of this name, signed by a key that says what its users may do. */
  scopedJwt(name: string): string {
    const claims: Claims = { type: 'user', pub: {}, sub: {}, issuer_account: this.#account.getPublicKey() };
    return sign(this.#scope, this.#user.getPublicKey(), claims, undefined, name);
  }
}
