/**
 * Certificates that a deployment makes for itself with the program `openssl`: for localhost, and for the servers of a
 * cluster among themselves. Browsers trust none of them unless they are told to. A library would do it, too, at the
 * price of megabytes for everybody who installs Slate.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlateError } from '../../errors.js';
import { onPath, reasonOf, run } from '../programs.js';

/** PEM texts. */
export interface Certificates {
  /** The authority that signed `cert`, made for it alone; its key is thrown away. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const DAYS = '825'; // what systems accept of a server's certificate at most

/**
 * Makes a certificate for these hosts (names and addresses), good for 825 days. Rejects with {@link SlateError} where
 * there is no `openssl` on PATH, or it fails.
 */
export async function makeCertificates(hosts: readonly string[], env: NodeJS.ProcessEnv): Promise<Certificates> {
  if (!(await onPath('openssl', env))) {
    throw new SlateError(
      'The program openssl, which makes certificates, is not on PATH. Install it (Debian, Ubuntu: apt-get install ' +
        'openssl; macOS has it), or give a certificate of your own: --cert FILE --cert-key FILE.',
    );
  }
  const dir = await mkdtemp(join(tmpdir(), 'slate-certificates-'));
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir, env });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  try {
    await writeFile(join(dir, 'ca.conf'), request('Slate authority', 'basicConstraints = critical, CA:true'));
    await writeFile(join(dir, 'cert.conf'), request('Slate server', ''));
    await writeFile(join(dir, 'extensions.conf'), extensions(hosts));
    await openssl('req', '-x509', ...key, '-days', DAYS, '-config', 'ca.conf', '-keyout', 'ca.key', '-out', 'ca.pem');
    await openssl('req', '-new', ...key, '-config', 'cert.conf', '-keyout', 'cert.key', '-out', 'cert.csr');
    const signed = ['-days', DAYS, '-set_serial', `0x${crypto.randomUUID().replaceAll('-', '').slice(1)}`];
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-extfile', 'extensions.conf'];
    await openssl('x509', '-req', '-in', 'cert.csr', ...by, ...signed, '-out', 'cert.pem');
    const read = (file: string) => readFile(join(dir, file), 'utf8');
    return { ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('cert.key') };
  } catch (cause) {
    throw new SlateError(`openssl made no certificate: ${reasonOf(cause)}`, { cause });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const request = (name: string, extension: string) => `[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = ${name}
[extensions]
${extension}
`;

const extensions = (hosts: readonly string[]) => `basicConstraints = CA:false
keyUsage = digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = ${hosts.map((host) => `${isIP(host) > 0 ? 'IP' : 'DNS'}:${host}`).join(', ')}
`;
