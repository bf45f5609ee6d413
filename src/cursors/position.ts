/** A position on the shared surface. Types only. */

/** A pointer position, as fractions of the box of an anchor. */
export interface PointerPosition {
  /** From 0, the left edge of the anchor's box, to 1, the right edge. */
  readonly x: number;
  /** From 0, the upper edge of the anchor's box, to 1, the lower edge. */
  readonly y: number;
  /**
   * A string that every page resolves to the same element; '' for the whole shared surface. At most 256 UTF-8 bytes.
   */
  readonly anchor: string;
  /** A finger or a pen tapped here, which others see for a moment. @defaultValue false */
  readonly tapped?: boolean;
}
