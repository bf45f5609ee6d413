import { expect, it } from 'vitest';
import { ServerUnreachableError, SlateError } from '../../../src/errors.js';
import { exitCodeOf, UsageError } from '../../../src/service/command/exit.js';

it('a command ends with the exit code of its error', () => {
  expect(exitCodeOf(new UsageError('what?'))).toBe(2);
  expect(exitCodeOf(new ServerUnreachableError(['ws://x']))).toBe(3);
  expect(exitCodeOf(new SlateError('else'))).toBe(1);
  expect(exitCodeOf('thrown text')).toBe(1);
});
