/** What is wrong with a connection, in words. */
import { html, nothing } from 'lit';
import type { BusStatus, SlateError } from '../../src/index.js';
import { statusRole } from './announce.js';
import { roomSpeech } from './speech.js';
import { troubleOf } from './trouble.js';

/** What an `EventsController` knows about its connection. */
export interface Connection {
  readonly error: SlateError | undefined;
  readonly status: BusStatus | undefined;
}

/**
 * The line in which an element of events says what is wrong; empty while nothing is. Screen readers speak it
 * politely, where anything is to be told.
 */
export function connectionTrouble(host: Element & { readonly announce?: unknown }, { error, status }: Connection) {
  const speech = roomSpeech(host);
  const state = status?.type === 'reconnecting' && speech.say('reconnecting');
  const reason = error && troubleOf(error, speech);
  const text = [state, reason].filter(Boolean).join(speech.say('colon'));
  return html`<p part="error" role=${statusRole(host.announce)}>${text ? html`<bdi>${text}</bdi>` : nothing}</p>`;
}
