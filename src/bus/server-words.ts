/**
 * V12: what a server says itself, or repeats from its streams. Any member can have it publish that on a subject of
 * somebody else, so it is nobody's word.
 */
import type { BusMessage } from './bus.js';
import { matches } from './subject.js';

/** How the server's own JSON begins. */
const JSON_OF_SERVER = new TextEncoder().encode('{"type":"io.nats.');
/** A status has the one, a stored message that was asked for the other. */
const HEADERS_OF_SERVER = ['Status', 'Nats-Stream'];

/** True for the server's own JSON: of what it was made to say, a stream keeps only that. */
export function isServersJson({ data }: Pick<BusMessage, 'data'>): boolean {
  return JSON_OF_SERVER.every((byte, index) => data[index] === byte);
}

/** True for what a server published by itself, where nobody else sends headers, as in rooms. */
export function isOfServer(message: Pick<BusMessage, 'hasHeaders' | 'data'>): boolean {
  return message.hasHeaders || isServersJson(message);
}

/**
 * The same where programs may send headers, as with events, requests and jobs. `pattern`: what was subscribed to. What
 * a consumer of a stream delivers has a reply subject, and the subject that it was stored on.
 */
export function isServersAlone(message: BusMessage, pattern: string): boolean {
  return (
    (message.hasHeaders && HEADERS_OF_SERVER.some((name) => message.header(name) !== undefined)) ||
    (message.reply !== undefined && !matches(pattern, message.subject)) || // the subject is decoded each time
    isServersJson(message)
  );
}
