import { expect } from 'vitest';
import { ProtocolError, type RefusalReason } from '../../src/errors.js';

/** Expects `read` to refuse a message (D1): it throws a ProtocolError with this reason, and nothing else. */
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
