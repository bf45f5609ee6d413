/** The options of `joinRoom`, and the checks that they pass. */
import type { Doc } from 'yjs';
import type { Identity } from '../bus/bus.js';
import { type Clock, type Random, systemClock, systemRandom } from '../clock.js';
import { MESSAGES_PER_SECOND } from '../cursors/pace.js';
import type { RoomDocumentOptions } from '../documents/types.js';
import { OptionError } from '../errors.js';
import { HEARTBEAT_MS } from '../presence/constants.js';
import { AVATARS, type Avatars } from '../presence/pictures.js';
import { hexColor } from '../protocol/color.js';
import { MAX_FIELDS, MAX_NAME_BYTES } from '../protocol/fields-codec.js';
import { FORBIDDEN_KEYS } from '../protocol/forbidden-keys.js';
import { MAX_LOCATION, MAX_NAME } from '../protocol/limits.js';
import { cleanUser, IDENTITY } from '../protocol/state.js';
import { cleanText } from '../protocol/text.js';
import { encodeToken } from '../protocol/token.js';
import { fits } from '../protocol/utf8.js';
import type { Role, User, UserInit } from './types.js';

/** The options of `joinRoom`. Ids are any well-formed Unicode that takes at most 256 bytes as a subject token. */
export interface RoomOptions {
  /** The project that the members share. Not empty. @defaultValue none: the lobby, on the subjects without a project */
  readonly project?: string;
  /** The file that this session is in; pointers go only to sessions in the same file. Not empty. @defaultValue none */
  readonly file?: string;
  /**
   * Who this is; at least `{ id }`, unless the credentials of the bus name the user (`bus.identity`). Then the id is
   * theirs, and another one is an error.
   */
  readonly user?: Partial<UserInit>;
  /**
   * Joins the verified room of the project, in which the server vouches for the user of each message
   * (docs/PROTOCOL.md, section "Verified rooms"). It needs a project, and permissions for this user.
   * @defaultValue true where the credentials of the bus name a user (`bus.identity`), else false
   */
  readonly verified?: boolean;
  /**
   * What this session does not try, because the server does not permit it (docs/PROTOCOL.md, V6).
   * @defaultValue that of `bus.identity`, else `writer`
   */
  readonly role?: Role;
  /** Where this session is, in words for people. At most 256 characters are shown. @defaultValue none */
  readonly location?: string;
  /**
   * A document to share; its `clientID` becomes that of the session. A program joins once with it in each project on
   * each bus, and again after it has left; destroying it leaves the room.
   * @defaultValue none
   */
  readonly doc?: Doc;
  /**
   * Shares `doc` (or a new document, `room.doc`) with everyone in the same file: with `true` it is also kept, in the
   * server's stream; with `false` it lives while somebody has it open. Without this option another provider may share
   * it.
   * @defaultValue none: the room does not share the document
   */
  readonly history?: boolean;
  /**
   * How the document is shared, where `history` says that it is: a local store, the first content, reading only, a
   * cipher, how many versions are kept, the version of its schema.
   * @defaultValue those of `openDocument`
   */
  readonly document?: Pick<RoomDocumentOptions, 'store' | 'seed' | 'readOnly' | 'cipher' | 'keep' | 'schema'>;
  /**
   * The awareness fields that travel with the pointer instead of with the state from the start (docs/PROTOCOL.md, M1).
   * Other fields do so by themselves while they change often (M10). At most 16 names of at most 64 bytes; not
   * `user`, `file` or `location`.
   * @defaultValue what editors and the elements write: `['cursor', 'selection', 'anchorPos', 'focusPos', 'view',
   * 'chat', 'reaction', 'caret']`
   */
  readonly fastFields?: readonly string[];
  /**
   * How many messages a second this session may receive; at least 100. All sessions of a room have to give the same
   * number. When many pointers move, everyone sends batches less often to stay below it; 600 allows 48 moving pointers
   * with a batch every 100 ms (docs/PROTOCOL.md, M6).
   * @defaultValue 600
   */
  readonly messagesPerSecond?: number;
  /**
   * Also sends JSON heartbeats (docs/PROTOCOL.md, P2), so that programs which subscribe to
   * `slate.collab.presence.{project}` and read JSON see who is here. None is sent while a stock Yjs client is in the
   * room, which could not read it.
   * @defaultValue false
   */
  readonly jsonPresence?: boolean;
  /**
   * How often this session says that it is here, in milliseconds, from 1000 to 60 000. When it falls silent, the others
   * see it for the time of one more heartbeat and 6 s. Above 100 members everyone does it less often, so that nobody
   * receives more than about 20 heartbeats a second (docs/PROTOCOL.md, P3).
   * @defaultValue 5000
   */
  readonly heartbeatMs?: number;
  /**
   * Which pictures of others this session shows. A picture at an address of its owner's choice (`all`) tells that
   * address who looks: the IP address of everyone in the room. `same-origin`: only pictures at the origin of this page,
   * and those in the message itself. `data`: only the latter (`data:`). Without a picture, elements show initials.
   * @defaultValue 'all'
   */
  readonly avatars?: Avatars;
  /** Aborts the join; `joinRoom` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The room's clock, for tests. @defaultValue the system's */
  readonly clock?: Clock;
  /** The room's source of random numbers, for tests. @defaultValue the system's */
  readonly random?: Random;
}

/** The options after their checks, with all defaults filled in. */
export interface ReadOptions extends RoomOptions {
  readonly user: User;
  /** The page gave the user a colour. */
  readonly hasColor: boolean;
  readonly verified: boolean;
  readonly role: Role;
  readonly fastFields: readonly string[];
  readonly messagesPerSecond: number;
  readonly heartbeatMs: number;
  readonly avatars: Avatars;
  readonly clock: Clock;
  readonly random: Random;
}

const DEFAULT_FAST_FIELDS = ['cursor', 'selection', 'anchorPos', 'focusPos', 'view', 'chat', 'reaction', 'caret'];

const ROLES: readonly Role[] = ['writer', 'commenter', 'viewer', 'ghost'];

/**
 * Checks the options and fills in the defaults. `identity`: whom the credentials of the bus name. Throws {@link
 * OptionError} and {@link InvalidIdError}.
 */
export function readOptions(options: RoomOptions, identity?: Identity): ReadOptions {
  const {
    project,
    file,
    user: given = identity && {},
    verified = identity !== undefined,
    role = identity?.role ?? 'writer',
    location,
    doc,
    history,
    messagesPerSecond = MESSAGES_PER_SECOND,
    heartbeatMs = HEARTBEAT_MS,
    avatars = 'all',
  } = options ?? {};
  if (project !== undefined) nonEmpty('project', project);
  if (file !== undefined) nonEmpty('file', file);
  if (typeof verified !== 'boolean') throw new OptionError('verified', 'is not a boolean');
  if (verified && project === undefined) throw new OptionError('project', 'is missing; a verified room needs one');
  if (!ROLES.includes(role)) throw new OptionError('role', `is none of ${ROLES.join(', ')}`);
  if (typeof given !== 'object' || given === null) throw new OptionError('user', 'is missing; give at least { id }');
  const user = { ...given, id: given.id ?? identity?.user ?? '' };
  if (identity && user.id !== identity.user) {
    const [one, other] = [user.id, identity.user].map((id) => JSON.stringify(id));
    throw new OptionError('user.id', `is ${one}, and the credentials name ${other}; leave it out`);
  }
  nonEmpty('user.id', user.id);
  encodeToken('user', user.id);
  if (location !== undefined && typeof location !== 'string') throw new OptionError('location', 'is not a string');
  if (doc && typeof doc.clientID !== 'number') throw new OptionError('doc', 'is not a Y.Doc');
  if (history !== undefined && typeof history !== 'boolean') throw new OptionError('history', 'is not a boolean');
  if (!(messagesPerSecond >= 100)) throw new OptionError('messagesPerSecond', 'is not a number of at least 100');
  if (!(heartbeatMs >= 1_000 && heartbeatMs <= 60_000)) {
    throw new OptionError('heartbeatMs', 'is not a number from 1000 to 60 000');
  }
  if (!AVATARS.includes(avatars)) throw new OptionError('avatars', `is none of ${AVATARS.join(', ')}`);
  const fastFields = options.fastFields ?? DEFAULT_FAST_FIELDS;
  if (fastFields.length > MAX_FIELDS || fastFields.some((name) => name === '' || !fits(name, MAX_NAME_BYTES))) {
    throw new OptionError('fastFields', `holds more than ${MAX_FIELDS} names, or one over ${MAX_NAME_BYTES} bytes`);
  }
  const slow = fastFields.find((name) => FORBIDDEN_KEYS.has(name) || (IDENTITY as readonly string[]).includes(name));
  if (slow !== undefined) throw new OptionError('fastFields', `holds "${slow}", which no batch may carry`);
  const { location: _, ...rest } = options;
  const place = cleanText(location, MAX_LOCATION);
  return {
    ...rest,
    ...(place && { location: place }),
    user: makeUser(user),
    hasColor: user.color !== undefined,
    verified,
    role,
    fastFields,
    messagesPerSecond,
    heartbeatMs,
    avatars,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

/** A user as others will see it. Throws {@link OptionError} for a field that they would not accept. */
export function makeUser({ id, name, color, avatar }: UserInit): User {
  if (name !== undefined && cleanText(name, MAX_NAME) === '')
    throw new OptionError('user.name', 'has no visible characters');
  if (color !== undefined && !hexColor(color)) {
    throw new OptionError(
      'user.color',
      `${JSON.stringify(color)} is not a visible colour: use #rrggbb, a name, rgb(), hsl(), hwb(), oklab() or oklch()`,
    );
  }
  const user = cleanUser({ id, name: name ?? id, color, avatar });
  if (!user || (avatar !== undefined && user.avatar === undefined)) {
    throw new OptionError(
      'user.avatar',
      'is not an https:, blob: or data:image/(png|jpeg|webp|gif|avif) address of at most 12 KiB',
    );
  }
  return user as unknown as User;
}

function nonEmpty(option: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw new OptionError(option, 'is not a non-empty string');
}
