/** What is wrong with a connection, in words. */
import { html, nothing } from 'lit';
import type { BusStatus, SlateError } from '../../src/index.js';
import { troubleOf, words } from './words.js';

/** What an `EventsController` knows about its connection. */
export interface Connection {
  readonly error: SlateError | undefined;
  readonly status: BusStatus | undefined;
}

/**
 * The line in which an element of events says what is wrong; empty while nothing is. Screen readers speak it
 * politely.
 */
export function connectionTrouble({ error, status }: Connection) {
  const state = status?.type === 'reconnecting' && words.connection.reconnecting;
  const reason = error && troubleOf(error);
  const text = [state, reason].filter(Boolean).join(': ');
  return html`<p part="error" role="status">${text ? html`<bdi>${text}</bdi>` : nothing}</p>`;
}
