import { expect } from 'vitest';
import { ProtocolError, type RefusalReason } from '../../src/errors.js';

/** Expects that `read` throws a ProtocolError of this reason (D1). */
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
