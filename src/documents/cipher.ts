/** Y21: a page's cipher, bound to one document, and to each kind of bytes. */
import type { DocumentName } from '../protocol/document-subjects.js';
import type { Sealer } from './history/options.js';
import type { Cipher, CipherContext } from './types.js';

/** `undefined` without a cipher. */
export function sealersOf(
  cipher: Cipher | undefined,
  project: string,
  document: DocumentName,
): Readonly<Record<CipherContext['kind'], Sealer>> | undefined {
  if (!cipher) return undefined;
  const bound = (kind: CipherContext['kind']): Sealer => {
    const context: CipherContext = { project, document, kind };
    return { seal: (bytes) => cipher.seal(bytes, context), open: (bytes) => cipher.open(bytes, context) };
  };
  return { live: bound('live'), log: bound('log'), snapshot: bound('snapshot') };
}
