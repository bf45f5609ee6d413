/** Encodes NATS headers: the line `NATS/1.0`, a line for each header, and an empty line. */
import { PayloadError } from '../errors.js';

/** The names that the NATS clients can read: printable ASCII without a colon. */
const NAME = /^[!-9;-~]+$/;
const encoder = new TextEncoder();

/** Throws {@link PayloadError} for a name or a value that would break the format. */
export function encodeHeaders(subject: string, headers: Readonly<Record<string, string>>): Uint8Array {
  let text = 'NATS/1.0\r\n';
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name) || /[\r\n]/.test(value)) {
      throw new PayloadError(subject, `has a header that cannot be sent (${JSON.stringify(name)})`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return encoder.encode(`${text}\r\n`);
}
