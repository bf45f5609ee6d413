/** NATS headers as bytes: `NATS/1.0`, a line each, an empty line. */
import { PayloadError } from '../errors.js';

/** What the clients read: printable ASCII. */
const NAME = /^[!-9;-~]+$/;
const encoder = new TextEncoder();

/** Throws {@link PayloadError} for what would break the lines. */
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
