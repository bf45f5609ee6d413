import { expect } from 'vitest';
import { ProtocolError, type RefusalReason } from '../../src/errors.js';

/** Holds that `read` refuses a message (D1): with a ProtocolError of this reason, and with nothing else. */
export function expectRefused(read: () => unknown, reason: RefusalReason): void {
  let thrown: unknown;
  try {
    read();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ProtocolError);
  expect((thrown as ProtocolError).reason).toBe(reason);
}
