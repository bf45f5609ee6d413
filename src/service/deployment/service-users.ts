/** The services of a deployment, as users with JWTs: the roles of `users.conf`, a janitor, and those of the system. */
import { createUser, encodeUser, fmtCreds, type KeyPair } from '@nats-io/jwt';
import { INBOX } from '../../bus/inbox.js';
import { janitorPermissions } from '../../protocol/subjects.js';
import { configuredUsers, type UserPermissions } from '../config/users.js';

/** The role of pages, which get tokens of their own instead. */
const PAGES = 'slate_user';

/** Each connection that is made, and that ends, as the server tells the account of the system. */
const CONNECTIONS = ['$SYS.ACCOUNT.*.CONNECT', '$SYS.ACCOUNT.*.DISCONNECT'];
/** What servers answer in that account: so the janitor knows that it is there. */
const PING = '$SYS.REQ.SERVER.PING';

/** The services that connect to the account of the app, by their names. */
export async function appServices(): Promise<Map<string, UserPermissions>> {
  const users = new Map([['slate_janitor', janitor()], ...(await configuredUsers())]);
  users.delete(PAGES);
  return users;
}

/** Those that connect to the account of the system: the janitor, and whoever runs the servers and may do everything. */
export function systemServices(): Map<string, UserPermissions> {
  const only = (publish: string[], subscribe: string[]) => ({
    publish: publish.length > 0 ? { allow: publish, deny: [] } : { allow: [], deny: ['>'] },
    subscribe: { allow: subscribe, deny: [] },
  });
  return new Map([
    ['slate_janitor', only([PING], [...CONNECTIONS, `${INBOX}.slate_janitor.>`])],
    ['system', only(['>'], ['>'])],
  ]);
}

/** The text of a file of credentials that do not end. */
export async function credsOf(
  name: string,
  { publish, subscribe }: UserPermissions,
  account: KeyPair,
): Promise<string> {
  const key = createUser();
  const jwt = await encodeUser(name, key, account, { pub: publish, sub: subscribe });
  return new TextDecoder().decode(fmtCreds(jwt, key));
}

function janitor(): UserPermissions {
  const { publish, subscribe } = janitorPermissions();
  return {
    publish: { allow: [...publish], deny: [] },
    subscribe: { allow: [...subscribe, `${INBOX}.slate_janitor.>`], deny: [] },
  };
}
