/** A value as a program without types may pass it: of any type that is expected, whatever it is. */
export const untyped = <T>(value: unknown): T => value as T;
