/** The line in which the elements of events say what is wrong with their connection. */
import { html, nothing } from 'lit';
import type { BusStatus, SlateError } from '../../src/index.js';
import { words } from './words.js';

/** What an `EventsController` knows of its connection. */
export interface ConnectionTrouble {
  readonly error: SlateError | undefined;
  readonly status: BusStatus | undefined;
}

/** Nothing while all is well. Spoken politely. */
export function trouble({ error, status }: ConnectionTrouble) {
  const type = status?.type;
  const state =
    error && type !== 'reconnecting' ? undefined : type === 'reconnecting' ? words.connection[type] : undefined;
  const reason = error && (words.trouble[error.name] ?? error.message);
  const said = [state, reason].filter(Boolean).join(': ');
  return html`<p part="error" role="status">${said ? html`<bdi>${said}</bdi>` : nothing}</p>`;
}
