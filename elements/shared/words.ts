/**
 * All words that the elements of rooms show or speak. Assign to them before the elements render to change the
 * language.
 */
import type { MemberStatus, RoomStatus, SlateError, TokenError } from '../../src/index.js';

export const words = {
  people: 'People here',
  self: 'you',
  member: { active: 'active', idle: 'idle', away: 'away', stale: 'unreachable' } as Record<MemberStatus, string>,
  sessions: (count: number) => `${count} windows`,
  more: (count: number) => `${count} more`,
  joined: (names: string) => `${names} joined.`,
  left: (names: string) => `${names} left.`,
  others: (count: number) => (count === 1 ? '1 other' : `${count} others`),
  and: (names: readonly string[]) => new Intl.ListFormat('en').format(names),
  outside: 'Out of sight',
  goTo: (name: string) => `Go to ${name}`,
  view: 'What you see of others',
  hideAll: 'Hide all pointers',
  hideNames: 'Hide names',
  onlyFollowed: 'Only people you follow',
  fadeNear: 'Fade pointers near yours',
  gather: 'Ask everyone to come to you',
  amongFollowed: 'One of those you follow',
  follow: (name: string) => `Follow ${name}`,
  following: (name: string) => `You follow ${name}`,
  followYou: (names: readonly string[]) =>
    names.length > 3
      ? `${names.length} people follow you`
      : `${words.and(names)} ${names.length > 1 ? 'follow' : 'follows'} you`,
  followBar: 'Following',
  stop: 'Stop',
  asks: (name: string) => `${name} asks everyone to come along`,
  come: 'Come along',
  notNow: 'Not now',
  say: 'Say something',
  react: (emoji: string) => `React with ${emoji}`,
  connection: {
    connecting: 'Connecting',
    connected: 'Connected',
    reconnecting: 'Reconnecting',
    closed: 'Not connected',
  } as Record<RoomStatus, string>,
  /** By the name of the error's class. For other classes the error's own message is shown. */
  trouble: {
    ServerUnreachableError: 'cannot reach the server',
    AuthenticationError: 'wrong credentials',
    PermissionError: 'not permitted',
    PayloadTooLargeError: 'too large to send',
    ProtocolError: 'a message was refused',
    HistoryUnavailableError: 'documents are not kept',
    HistoryFullError: 'no room for documents',
  } as Record<string, string>,
  /** Why there is no token: by the `problem` of a `TokenError`. */
  token: {
    unreachable: 'cannot reach the login service',
    refused: 'not logged in, or not permitted',
    unusable: 'the login service has failed',
  } as Record<TokenError['problem'], string>,
};

/** What an error means to people. */
export function troubleOf(error: SlateError): string {
  const { problem } = error as Partial<TokenError>;
  return (problem && words.token[problem]) ?? words.trouble[error.name] ?? error.message;
}
