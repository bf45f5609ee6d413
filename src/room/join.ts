import type { Doc } from 'yjs';
import type { Bus, Identity } from '../bus/bus.js';
import { whenConnected } from '../bus/when-connected.js';
import { delay } from '../clock.js';
import { OptionError, PartMissingError } from '../errors.js';
import { loadDocuments } from './documents.js';
import { LiveRoom } from './live-room.js';
import { type RoomOptions, readOptions } from './options.js';
import { VERIFIED, type VerifiedCode } from './parts.js';
import type { Room } from './types.js';
import { unlessAborted } from './unless-aborted.js';

/**
 * Joins a room. Resolves once everyone in it is known, which takes two round trips at most. While `bus` is not
 * connected yet, it waits for the connection without a limit; `options.signal` aborts the wait. Where the credentials
 * of `bus` name a user, it is the verified room of the project, unless `options.verified` says otherwise.
 *
 * One document is one session in a project: a second room with the same `doc`, bus and project is refused, unless the
 * first one has been left. While the first one still joins, the second waits to see whether it is kept.
 *
 * Rejects with {@link OptionError} and {@link InvalidIdError} for options that cannot be used, with {@link
 * PermissionError} when the server forbids the room's subjects, with {@link AuthenticationError} and {@link
 * ConnectionClosedError} when the bus closes, with {@link PartMissingError} where the code of documents or of
 * verified rooms cannot be loaded, and with the signal's reason. It does not wait for the document: see
 * `room.documents.status`.
 *
 * ```ts
 * const room = await joinRoom(bus, { project: 'p1', file: 'src/main.ts', user: { id: 'ada', name: 'Ada' } });
 * room.on('members', (members) => console.log(members.map((member) => member.user.name)));
 * ```
 */
export async function joinRoom(bus: Bus, options: RoomOptions): Promise<Room> {
  if (typeof bus?.subscribe !== 'function') throw new OptionError('bus', 'must be a bus, such as connect() returns');
  const given = readOptions(options, await identityOf(bus, options));
  const [documents, verified] = await Promise.all([
    given.history === undefined ? undefined : loadDocuments(),
    given.verified ? loadVerified() : undefined,
  ]);
  const read = documents ? { ...given, doc: given.doc ?? documents.newDoc() } : given;
  const { doc, project, signal, clock } = read;
  const visits = visitsOf(doc);
  const find = () => visits.find((one) => one.bus === bus && one.room.project === project);
  for (let other = find(), known: Visit | undefined; other; known = other, other = find()) {
    if (other.room.status === 'closed') visits.splice(visits.indexOf(other), 1);
    else if (other === known) throw new OptionError('doc', 'is in this room already; use that room, or leave it first');
    else {
      await unlessAborted(
        other.joining.catch(() => undefined),
        signal,
      );
      await delay(clock, 0); // who joined it may leave it now, as frameworks do that mount everything twice
    }
  }
  const room = new LiveRoom(bus, read, { documents, verified });
  const joining = room.join(signal);
  visits.push({ bus, room, joining });
  await joining;
  return room;
}

/** Rejects with {@link PartMissingError}. */
async function loadVerified(): Promise<VerifiedCode> {
  try {
    return await import('./verified.js');
  } catch (cause) {
    throw new PartMissingError(VERIFIED, { cause });
  }
}

/** Whom the credentials of the bus name, which may be known no sooner than the first connection. */
async function identityOf(bus: Bus, options: RoomOptions): Promise<Identity | undefined> {
  const { verified, signal, user } = options ?? {};
  if (bus.identity || bus.status.type !== 'connecting' || verified === false) return bus.identity;
  if (user?.id !== undefined) readOptions(options); // what is wrong whoever it is need not wait
  await whenConnected(bus, { signal });
  return bus.identity;
}

/** A room with a document, from the start of its join. */
interface Visit {
  readonly bus: Bus;
  readonly room: LiveRoom;
  readonly joining: Promise<void>;
}

const visited = new WeakMap<Doc, Visit[]>();

/** The rooms of `doc`, some of them closed; without a document there is nothing that two rooms could share. */
function visitsOf(doc: Doc | undefined): Visit[] {
  const visits = (doc && visited.get(doc)) ?? [];
  if (doc) visited.set(doc, visits);
  return visits;
}
