/**
 * What may be written in the markup of each element. Generated from the class comments in elements/ by
 * `npm run manifest`. A name is that of an attribute or of a property: a framework sets the property, where there is
 * one of this name.
 */
import type { SlateAvatars } from '../avatars/slate-avatars.js';
import type { SlateBuild } from '../build/slate-build.js';
import type { SlateCarets } from '../carets/slate-carets.js';
import type { SlateCursors } from '../cursors/slate-cursors.js';
import type { SlateFeed } from '../feed/slate-feed.js';
import type { SlateFields } from '../fields/slate-fields.js';
import type { SlateLog } from '../log/slate-log.js';
import type { SlateRoom } from '../room/slate-room.js';
import type { SlateErrorEvent, SlateJoinEvent, SlateLeaveEvent, SlateStatusEvent } from '../shared/room-events.js';
import type { SlateStatus } from '../status/slate-status.js';
import type { SlateText } from '../text/slate-text.js';
import type { SlateFollowEvent, SlateFollowFileEvent } from '../viewer/events.js';

/** `<slate-avatars>`: Shows who is in the room. */
export interface SlateAvatarsProps {
  /** A room, or the id of a `<slate-room>` in the document. Default: the `<slate-room>` around this element. */
  room?: Given<SlateAvatars['room']>;
  /**
   * The most places in the stack, at least 1: where not everyone has one, the last is the +N button. `auto`: as many as
   * fit into the width that the page gives the element. Default 5.
   */
  max?: Given<SlateAvatars['max']>;
  /** Diameter of an avatar in CSS pixels. Default: `--slate-avatar-size`. */
  size?: Given<SlateAvatars['size']>;
  /** Whether screen readers speak of arrivals, departures and who types, politely and at most every 5 s. */
  announce?: Given<SlateAvatars['announce']>;
  /** Lets people change their own name in their card: `user-name` of the `<slate-room>`, or the user of `.room`. */
  rename?: Given<SlateAvatars['rename']>;
}

/** `<slate-build>`: Shows the progress of a build. */
export interface SlateBuildProps {
  /** The id of the project whose builds are shown. */
  project?: Given<SlateBuild['project']>;
  /** Whether screen readers speak of the start and the end, politely. */
  announce?: Given<SlateBuild['announce']>;
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  server?: Given<SlateBuild['server']>;
  /** Access token for that server. It is not reflected to the attribute. */
  token?: Given<SlateBuild['token']>;
  /** A bus that the page already has, in place of `server` and `token`. The element does not close it. */
  bus?: Given<SlateBuild['bus']>;
}

/** The events of `<slate-build>`. */
export interface SlateBuildEvents {
  /** It cannot receive events; `event.error` is one of Slate's error classes. */
  'slate-error': SlateErrorEvent;
}

/** `<slate-carets>`: Everyone's carets in a field. */
export interface SlateCaretsProps {
  /** The id of the field, in the same shadow root or in the document. */
  for?: Given<SlateCarets['for']>;
  /** The name of the field, at most 64 characters, which is the same on every page. Default: that of `for`. */
  name?: Given<SlateCarets['name']>;
  /** A room, or the id of a `<slate-room>`. Default: the `<slate-room>` around this element. */
  room?: Given<SlateCarets['room']>;
}

/** The events of `<slate-carets>`. */
export interface SlateCaretsEvents {
  /** The field has no caret; `event.error` says why. */
  'slate-error': SlateErrorEvent;
}

/** `<slate-cursors>`: Everyone's pointers. */
export interface SlateCursorsProps {
  /** A room, or the id of a `<slate-room>`; the room around this element where not given. */
  room?: Given<SlateCursors['room']>;
  /** Shows the others' pointers but does not report one's own. */
  'view-only'?: Given<SlateCursors['viewOnly'] | ''>;
  /** Shows the others' pointers but does not report one's own. */
  viewOnly?: Given<SlateCursors['viewOnly']>;
  /** Lets people say something at their pointer. */
  chat?: Given<SlateCursors['chat']>;
  /** Lets people react at their pointer with these emoji, separated by spaces; '' for the usual ones, null for none. */
  reactions?: Given<SlateCursors['reactions']>;
  /** The key that opens the bubble; '' for none. */
  'chat-key'?: Given<SlateCursors['chatKey']>;
  /** The key that opens the bubble; '' for none. */
  chatKey?: Given<SlateCursors['chatKey']>;
  /** The key that goes to the bar; '' for none. */
  'bar-key'?: Given<SlateCursors['barKey']>;
  /** The key that goes to the bar; '' for none. */
  barKey?: Given<SlateCursors['barKey']>;
  /** Whether screen readers speak of what others say and of who follows, politely. */
  announce?: Given<SlateCursors['announce']>;
  /** What this viewer wants to see, on all pages of this origin. Assign only what changes; it is remembered. */
  view?: Given<SlateCursors['view']>;
  /**  */
  lifted?: Given<SlateCursors['lifted']>;
}

/** The events of `<slate-cursors>`. */
export interface SlateCursorsEvents {
  /** Following has begun or ended; `event.user`, `event.reason`. */
  'slate-follow': SlateFollowEvent;
  /**
   * The person one follows is in another file; `event.file`, `event.location`. Unless it is cancelled, the `file` of
   * the room is set.
   */
  'slate-follow-file': SlateFollowFileEvent;
}

/** `<slate-feed>`: Shows what others did. */
export interface SlateFeedProps {
  /** The id of the project whose changes, files, assets and finished builds are shown. */
  project?: Given<SlateFeed['project']>;
  /** The id of the user whose projects are shown. */
  user?: Given<SlateFeed['user']>;
  /** The id of the user whose actions are left out. Default: that of `user`, else of the user in the room around it. */
  self?: Given<SlateFeed['self']>;
  /** The number of pieces of news that are kept, at least 1. Default 30. */
  max?: Given<SlateFeed['max']>;
  /** Whether screen readers speak of news, politely and at most every 5 s. */
  announce?: Given<SlateFeed['announce']>;
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  server?: Given<SlateFeed['server']>;
  /** Access token for that server. It is not reflected to the attribute. */
  token?: Given<SlateFeed['token']>;
  /** A bus that the page already has, in place of `server` and `token`. The element does not close it. */
  bus?: Given<SlateFeed['bus']>;
  /**
   * Gives the sentence for a piece of news in the page's own words, or undefined to leave it out. Default: the words of
   * `setWords`.
   */
  format?: Given<SlateFeed['format']>;
}

/** The events of `<slate-feed>`. */
export interface SlateFeedEvents {
  /** It cannot receive events; `event.error` is one of Slate's error classes. */
  'slate-error': SlateErrorEvent;
}

/** `<slate-fields>`: Who is in which field. */
export interface SlateFieldsProps {
  /** The id of a form, or of any other element; its controls are meant. Default: those of the whole page. */
  for?: Given<SlateFields['for']>;
  /** A room, or the id of a `<slate-room>` in the document. Default: the `<slate-room>` around this element. */
  room?: Given<SlateFields['room']>;
  /** Shows the others but does not tell where one is oneself. */
  'view-only'?: Given<SlateFields['viewOnly'] | ''>;
  /** Shows the others but does not tell where one is oneself. */
  viewOnly?: Given<SlateFields['viewOnly']>;
  /** Whether screen readers speak of who comes into which field, politely and at most every 5 s. */
  announce?: Given<SlateFields['announce']>;
}

/** `<slate-log>`: Shows a log as it is written. */
export interface SlateLogProps {
  /** The id of the session whose log is shown. */
  session?: Given<SlateLog['session']>;
  /** The lowest level that is shown: `info`, `warn` or `error`. Default: everything. */
  level?: Given<SlateLog['level']>;
  /**
   * The number of lines that are kept, 1 to 1,000,000. Beyond it, and beyond 64 million characters, the oldest tenth is
   * forgotten. Default 100000.
   */
  max?: Given<SlateLog['max']>;
  /** Whether screen readers speak of errors, politely and at most every 5 s. */
  announce?: Given<SlateLog['announce']>;
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  server?: Given<SlateLog['server']>;
  /** Access token for that server. It is not reflected to the attribute. */
  token?: Given<SlateLog['token']>;
  /** A bus that the page already has, in place of `server` and `token`. The element does not close it. */
  bus?: Given<SlateLog['bus']>;
}

/** The events of `<slate-log>`. */
export interface SlateLogEvents {
  /** It cannot receive events; `event.error` is one of Slate's error classes. */
  'slate-error': SlateErrorEvent;
}

/** `<slate-room>`: Joins a room and provides it to the elements inside it. */
export interface SlateRoomProps {
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  server?: Given<SlateRoom['server']>;
  /**
   * The id of the project whose room this is. It may be the address of a page, of any length; see `roomOf`. Default:
   * the lobby that all sessions without a project share.
   */
  project?: Given<SlateRoom['project']>;
  /** The id of a file in the project. Pointers are shared only with members in the same file. Default: none. */
  file?: Given<SlateRoom['file']>;
  /**
   * Access token for the server. It is not reflected to the attribute. Set a new one before or after the last one
   * expires: the next handshake presents it, and the session goes on.
   */
  token?: Given<SlateRoom['token']>;
  /**
   * Where to ask for a token, in place of `token`: the address gets a POST of `{ project, file }` as JSON, with cookies
   * (which one of another origin has to allow), and answers `{ jwt, seed, expires, server? }`, as `slate tokens` does.
   * It is asked again in good time before the token ends, and the room goes on. Where it does not answer, or says no,
   * it is asked again after 1 s, 2 s, 4 s … 32 s. Its `server` is used where this element names none.
   */
  'token-url'?: Given<SlateRoom['tokenUrl']>;
  /**
   * Where to ask for a token, in place of `token`: the address gets a POST of `{ project, file }` as JSON, with cookies
   * (which one of another origin has to allow), and answers `{ jwt, seed, expires, server? }`, as `slate tokens` does.
   * It is asked again in good time before the token ends, and the room goes on. Where it does not answer, or says no,
   * it is asked again after 1 s, 2 s, 4 s … 32 s. Its `server` is used where this element names none.
   */
  tokenUrl?: Given<SlateRoom['tokenUrl']>;
  /** The user by whom the server knows this page, with `password`. Others do not see it: see `user-id`. */
  user?: Given<SlateRoom['user']>;
  /** The password of `user`. It is not reflected to the attribute. */
  password?: Given<SlateRoom['password']>;
  /**
   * The user's stable and unique id. Default: the user that the token names, if it names one; else an id that is made
   * once and kept, see `identity`.
   */
  'user-id'?: Given<SlateRoom['userId']>;
  /**
   * The user's stable and unique id. Default: the user that the token names, if it names one; else an id that is made
   * once and kept, see `identity`.
   */
  userId?: Given<SlateRoom['userId']>;
  /**
   * The name that others see, at most 64 characters. Default: the user that the token names, if it names one; else a
   * friendly name that is made once and kept.
   */
  'user-name'?: Given<SlateRoom['userName']>;
  /**
   * The name that others see, at most 64 characters. Default: the user that the token names, if it names one; else a
   * friendly name that is made once and kept.
   */
  userName?: Given<SlateRoom['userName']>;
  /**
   * The user's colour: hexadecimal, a name, rgb(), hsl(), hwb(), oklab() or oklch(). Default: one of twelve that nobody
   * in the room has.
   */
  'user-color'?: Given<SlateRoom['userColor']>;
  /**
   * The user's colour: hexadecimal, a name, rgb(), hsl(), hwb(), oklab() or oklch(). Default: one of twelve that nobody
   * in the room has.
   */
  userColor?: Given<SlateRoom['userColor']>;
  /** Address of the user's picture (`https:`, `blob:` or `data:`). Default: none. */
  'user-avatar'?: Given<SlateRoom['userAvatar']>;
  /** Address of the user's picture (`https:`, `blob:` or `data:`). Default: none. */
  userAvatar?: Given<SlateRoom['userAvatar']>;
  /** Where the user is, as others read it: a page, a file, a heading. Default: nowhere. */
  location?: Given<SlateRoom['location']>;
  /**
   * Where the made-up id and name are kept: `browser` (two tabs are one user) or `tab` (each tab is a user of its own,
   * also one that was duplicated). Default `browser`.
   */
  identity?: Given<SlateRoom['identity']>;
  /**
   * Also sends a JSON heartbeat every 5 s, so that programs that read JSON and know no rooms see who is here. Default
   * false.
   */
  'json-presence'?: Given<SlateRoom['jsonPresence']>;
  /**
   * Also sends a JSON heartbeat every 5 s, so that programs that read JSON and know no rooms see who is here. Default
   * false.
   */
  jsonPresence?: Given<SlateRoom['jsonPresence']>;
  /**
   * Which pictures of others are shown. `all`: any, though one at an address of its owner's choice tells that address
   * the IP addresses of those who see it. `same-origin`: those at the origin of this page, and those without an address
   * (`data:`). `data`: only the latter. The others have initials. Default `all`.
   */
  avatars?: Given<SlateRoom['avatars']>;
  /**
   * Shares a document with everyone in the same file: `room.doc`, also through `<slate-text>`. `kept`, or no value: the
   * server keeps it. `live`: it lives while somebody has it open. Default: no document.
   */
  history?: Given<SlateRoom['history']>;
  /**
   * Joins the verified room of the project, in which the server vouches for the user of each message. Default: where
   * the token names the user.
   */
  verified?: Given<SlateRoom['verified']>;
  /** A bus that the page already has, in place of `server` and credentials. The element does not close it. */
  bus?: Given<SlateRoom['bus']>;
}

/** The events of `<slate-room>`. */
export interface SlateRoomEvents {
  /** The room is joined; `event.room`. */
  'slate-join': SlateJoinEvent;
  /** The room has been left; `event.room`. */
  'slate-leave': SlateLeaveEvent;
  /** The state of the connection changed; `event.status`, `event.error`. */
  'slate-status': SlateStatusEvent;
  /** Something went wrong; `event.error` is one of Slate's error classes. */
  'slate-error': SlateErrorEvent;
}

/** `<slate-status>`: Shows the state of the connection. */
export interface SlateStatusProps {
  /**
   * A room, or the id of a `<slate-room>` anywhere in the document. Default: the `<slate-room>` around this element.
   */
  room?: Given<SlateStatus['room']>;
  /** Whether screen readers speak of changes, politely. */
  announce?: Given<SlateStatus['announce']>;
}

/** `<slate-text>`: Shares the text of a field. */
export interface SlateTextProps {
  /** The id of the field, in the same shadow root or in the document. */
  for?: Given<SlateText['for']>;
  /** The name of the text in the document. Default: that of `for`. */
  name?: Given<SlateText['name']>;
  /**
   * What the field holds becomes the first content of a text that nobody has written to. Where several pages begin with
   * the same, it is there once.
   */
  seed?: Given<SlateText['seed']>;
  /**
   * A room, or the id of a `<slate-room>` anywhere in the document. Default: the `<slate-room>` around this element.
   */
  room?: Given<SlateText['room']>;
  /** The document, in place of that of the room. Others then see no caret. */
  doc?: Given<SlateText['doc']>;
}

/** The events of `<slate-text>`. */
export interface SlateTextEvents {
  /** The field cannot be shared; `event.error` says why. */
  'slate-error': SlateErrorEvent;
}

/** Tag name to the class, what markup may hold, and the events. */
export interface SlateElements {
  'slate-avatars': { element: SlateAvatars; props: SlateAvatarsProps; events: object };
  'slate-build': { element: SlateBuild; props: SlateBuildProps; events: SlateBuildEvents };
  'slate-carets': { element: SlateCarets; props: SlateCaretsProps; events: SlateCaretsEvents };
  'slate-cursors': { element: SlateCursors; props: SlateCursorsProps; events: SlateCursorsEvents };
  'slate-feed': { element: SlateFeed; props: SlateFeedProps; events: SlateFeedEvents };
  'slate-fields': { element: SlateFields; props: SlateFieldsProps; events: object };
  'slate-log': { element: SlateLog; props: SlateLogProps; events: SlateLogEvents };
  'slate-room': { element: SlateRoom; props: SlateRoomProps; events: SlateRoomEvents };
  'slate-status': { element: SlateStatus; props: SlateStatusProps; events: object };
  'slate-text': { element: SlateText; props: SlateTextProps; events: SlateTextEvents };
}

/** A value in markup, where a number may also be a text. */
type Given<Value> = Value | (Value extends number ? `${number}` : never) | undefined;
