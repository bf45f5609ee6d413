/**
 * Every word that elements show or speak, in English: those of rooms, and those of each element of events. A word is a
 * text, or its plural forms by the number `{n}`; what stands in braces is filled in (words.ts).
 */
import type { FieldWord } from './field-words.js';
import type { ViewerWord } from './viewer-words.js';

/** The words of rooms. */
export const roomWords = {
  comma: ', ',
  colon: ': ',
  people: 'People here',
  /** One's own name in the list. */
  self: '{name} (you)',
  'status.active': 'active',
  'status.idle': 'idle',
  'status.away': 'away',
  'status.stale': 'unreachable',
  /** What someone is doing. */
  typing: 'typing',
  line: 'line {n}',
  selected: { one: '{n} character selected', other: '{n} characters selected' },
  /** `{n}` is the number of people in `{names}`. */
  typingNow: { one: '{names} is typing.', other: '{names} are typing.' },
  typingCount: { one: '{n} person is typing.', other: '{n} people are typing.' },
  /** Of oneself, whose pointer others do not see now. */
  paused: 'pointer paused',
  /** Only of two and more. */
  windows: '{n} windows',
  more: '{n} more',
  /** `{n}` is the number of people in `{names}`, here and in the next ones. */
  joined: '{names} joined.',
  left: '{names} left.',
  joinedCount: { one: '{n} person joined.', other: '{n} people joined.' },
  leftCount: { one: '{n} person left.', other: '{n} people left.' },
  others: { one: '{n} other', other: '{n} others' },
  outside: 'Out of sight',
  goTo: 'Go to {name}',
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Reconnecting',
  closed: 'Not connected',
  /** What is wrong, by the class of the error; `trouble` stands for every other class. */
  trouble: 'something went wrong',
  'trouble.ServerUnreachableError': 'cannot reach the server, trying again',
  'trouble.AuthenticationError': 'wrong credentials',
  'trouble.PermissionError': 'not permitted',
  'trouble.PayloadTooLargeError': 'too large to send',
  'trouble.ProtocolError': 'a message was refused',
  'trouble.OptionError': 'this page is not set up correctly',
  'trouble.ServerError': 'the server has a problem',
  'trouble.HistoryUnavailableError': 'documents are not kept',
  'trouble.HistoryFullError': 'no room for documents',
  /** Why there is no token: by the `problem` of a `TokenError`. */
  'token.unreachable': 'cannot reach the login service, trying again',
  'token.refused': 'not logged in, or not permitted',
  'token.unusable': 'the login service has failed',
} as const;

/** The words of `<slate-feed>`. */
export const feedWords = {
  'feed.label': 'What happened',
  'feed.empty': 'Nothing new yet.',
  'feed.someone': 'Someone',
  /** The sentences, by the kind and the type of the event. */
  'project.created': '{who} created the project {what}.',
  'project.updated': '{who} changed the project {what}.',
  'project.deleted': '{who} deleted the project {what}.',
  'file.created': '{who} created the file {what}.',
  'file.updated': '{who} changed the file {what}.',
  'file.deleted': '{who} deleted the file {what}.',
  'asset.created': '{who} created the asset {what}.',
  'asset.updated': '{who} changed the asset {what}.',
  'asset.deleted': '{who} deleted the asset {what}.',
  'build.completed': 'The build of {what} is ready.',
  'build.failed': 'The build of {what} failed.',
  /** Only of two and more. */
  'feed.times': '{n} times',
  'feed.more': 'And {n} more.',
  'feed.count': { one: '{n} new entry', other: '{n} new entries' },
  'feed.now': 'just now',
} as const;

/** The words of `<slate-build>`. */
export const buildWords = {
  'build.label': 'Build',
  'state.idle': 'No build yet',
  'state.started': 'Build started',
  'state.progress': 'Building',
  'state.completed': 'Build completed',
  'state.failed': 'Build failed',
  'build.seconds': '{n} s',
  'build.minutes': '{minutes} min {n} s',
} as const;

/** The words of `<slate-log>`. */
export const logWords = {
  'log.label': 'Log',
  'log.level': 'Show',
  'level.all': 'Everything',
  'level.info': 'Info and above',
  'level.warn': 'Warnings and above',
  'level.error': 'Errors',
  /** The levels as they are written in a line. */
  'tag.debug': 'debug',
  'tag.info': 'info',
  'tag.warn': 'WARN',
  'tag.error': 'ERROR',
  'log.empty': 'Nothing logged yet.',
  'log.none': 'No line of this level.',
  'log.copy': 'Copy all',
  'log.copied': 'Copied',
  'log.started': 'Session started',
  'log.stopped': 'Session stopped',
  'log.lines': { one: '{n} line', other: '{n} lines' },
  'log.newest': 'Jump to newest',
  'log.unseen': 'Jump to newest ({n} new)',
  'log.errorCount': { one: '{n} error', other: '{n} errors' },
  'log.errors': { one: 'Error: {newest}', other: '{n} errors. The newest: {newest}' },
} as const;

export type RoomWord = keyof typeof roomWords;
export type FeedWord = keyof typeof feedWords;
export type BuildWord = keyof typeof buildWords;
export type LogWord = keyof typeof logWords;
/** The name of a word. */
export type WordName = RoomWord | ViewerWord | FieldWord | FeedWord | BuildWord | LogWord;
