/** What `joinRoom` takes, and the identity made of it. */
import type { Doc } from 'yjs';
import { type Clock, type Random, systemClock, systemRandom } from '../clock.js';
import { MESSAGES_PER_SECOND } from '../cursors/pace.js';
import { OptionError } from '../errors.js';
import { isColor } from '../protocol/color.js';
import { MAX_FIELDS, MAX_NAME_BYTES } from '../protocol/fields-codec.js';
import { cleanText, cleanUser } from '../protocol/state.js';
import { encodeToken } from '../protocol/token.js';
import type { User, UserInit } from './types.js';

export interface RoomOptions {
  /** The project that people meet in. Without one: the lobby, on the bare subjects. */
  readonly project?: string;
  /** Cursors go only to people in the same file. */
  readonly file?: string;
  readonly user: UserInit;
  /** Where this session is, as shown to others. */
  readonly location?: string;
  /** A document to share; its `clientID` becomes the session's. */
  readonly doc?: Doc;
  /**
   * Awareness fields that change fast and travel in the motion lane (M1). Default: `cursor`, `selection`, and what the
   * elements say there: `view`, `chat`, `reaction`.
   */
  readonly fastFields?: readonly string[];
  /**
   * How many messages a second one session takes in at the most (M6); 600 where not given, 100 at least. Where many move,
   * everyone sends batches more seldom, so give all sessions of a room the same. Up to 48 movers at 600 it changes nothing:
   * a batch each 100 ms.
   */
  readonly messagesPerSecond?: number;
  /** Gives up joining. */
  readonly signal?: AbortSignal;
  /** Time and chance, for tests. */
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface ReadOptions extends RoomOptions {
  readonly user: User;
  readonly fastFields: readonly string[];
  readonly messagesPerSecond: number;
  readonly clock: Clock;
  readonly random: Random;
}

const DEFAULT_FAST_FIELDS = ['cursor', 'selection', 'view', 'chat', 'reaction'];

/** Throws {@link OptionError} and {@link InvalidIdError}. */
export function readOptions(options: RoomOptions): ReadOptions {
  const { project, file, user, location, doc, messagesPerSecond = MESSAGES_PER_SECOND } = options;
  if (project !== undefined) nonEmpty('project', project);
  if (file !== undefined) nonEmpty('file', file);
  if (typeof user !== 'object' || user === null) throw new OptionError('user', 'is missing; give at least { id }');
  nonEmpty('user.id', user.id);
  encodeToken('user', user.id);
  if (location !== undefined && typeof location !== 'string') throw new OptionError('location', 'is not a string');
  if (doc && typeof doc.clientID !== 'number') throw new OptionError('doc', 'is not a Y.Doc');
  if (!(messagesPerSecond >= 100)) throw new OptionError('messagesPerSecond', 'is not a number of at least 100');
  const fastFields = options.fastFields ?? DEFAULT_FAST_FIELDS;
  if (fastFields.length > MAX_FIELDS || fastFields.some((name) => name === '' || name.length > MAX_NAME_BYTES / 3)) {
    throw new OptionError(
      'fastFields',
      `holds more than ${MAX_FIELDS} names, or one over ${Math.floor(MAX_NAME_BYTES / 3)} characters`,
    );
  }
  return {
    ...options,
    user: makeUser(user),
    fastFields,
    messagesPerSecond,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

/** A user as others will see it. Throws {@link OptionError} for what they would not. */
export function makeUser({ id, name, color, avatar }: UserInit): User {
  if (name !== undefined && cleanText(name, 64) === '') throw new OptionError('user.name', 'has no visible characters');
  if (color !== undefined && !isColor(color))
    throw new OptionError('user.color', `${JSON.stringify(color)} is not a CSS colour`);
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
