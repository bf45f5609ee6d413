import type { ReactiveElement } from 'lit';
import type { RoomHost } from '../controllers/room-controller.js';

/** A `<slate-fields>`, as what draws in it sees it. */
export interface FieldsHost extends ReactiveElement, Pick<RoomHost, 'room'> {
  readonly for: string | null | undefined;
  readonly viewOnly: boolean;
  /** Speaks soon of what has happened. */
  speak(): void;
}
