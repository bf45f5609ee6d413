/** What presence needs of a room's end of the bus. */
import type { Bus } from '../bus/bus.js';
import type { RoomSubjects } from '../protocol/subjects.js';

export interface Channel {
  readonly bus: Pick<Bus, 'subscribe' | 'maxPayload'>;
  readonly subjects: RoomSubjects;
  /** Publishes, and counts what was published. False while there is no connection; nothing is sent then. */
  publish(subject: string, bytes: Uint8Array, reply?: string): boolean;
  /** Reports an error that has no caller to reject, as one `error` event of the room (D1). */
  fail(error: unknown, subject: string): void;
}
