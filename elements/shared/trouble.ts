/** The line in which the elements of events say what is wrong with their connection. */
import { html, nothing } from 'lit';
import type { EventsController } from '../controllers/events-controller.js';
import { words } from './words.js';

/** Nothing while all is well. Spoken politely. */
export function trouble({ error, status }: EventsController) {
  const type = status?.type;
  const state =
    error && type !== 'reconnecting' ? undefined : type === 'reconnecting' ? words.connection[type] : undefined;
  const reason = error && (words.trouble[error.name] ?? error.message);
  const said = [state, reason].filter(Boolean).join(': ');
  return html`<p part="error" role="status">${said ? html`<bdi>${said}</bdi>` : nothing}</p>`;
}
