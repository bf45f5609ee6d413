/** A place on the shared surface. Types only. */

/** A pointer as one reports it: `x`, `y` are fractions (0 to 1) of the box of the anchor, `anchor` its address. */
export interface PointerPosition {
  readonly x: number;
  readonly y: number;
  /** A string both sides can resolve to the same element; '' for the whole shared surface. At most 256 UTF-8 bytes. */
  readonly anchor: string;
}
