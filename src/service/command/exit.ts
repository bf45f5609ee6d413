/** Exit codes: every command ends with the same code for the same cause. */
import {
  AuthenticationError,
  InvalidIdError,
  InvalidSubjectError,
  OptionError,
  PermissionError,
  ServerError,
  ServerUnreachableError,
} from '../../errors.js';
import { JanitorError, MonitorError } from '../errors.js';

export const EXIT = {
  ok: 0,
  failed: 1,
  /** Wrong usage: an unknown command or option, an invalid subject. */
  usage: 2,
  /** No server, or no monitoring page, answered. */
  unreachable: 3,
  /** The server refused the user, or what the user asked for. */
  refused: 4,
} as const;

/** A command was called wrongly. The message is for the person who called it. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || isParseArgsError(error)) return EXIT.usage;
  if (error instanceof OptionError || error instanceof InvalidSubjectError || error instanceof InvalidIdError) {
    return EXIT.usage;
  }
  if (error instanceof ServerUnreachableError || error instanceof MonitorError) return EXIT.unreachable;
  const refusals = [AuthenticationError, PermissionError, ServerError, JanitorError];
  if (refusals.some((each) => error instanceof each)) return EXIT.refused;
  return EXIT.failed;
}

function isParseArgsError(error: unknown): boolean {
  return String((error as { code?: unknown } | undefined)?.code).startsWith('ERR_PARSE_ARGS');
}
