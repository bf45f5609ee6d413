/** The parts of one room, connected to each other: the only place that puts presence and cursors together. */
import type { Bus } from '../bus/bus.js';
import { Turns } from '../cursors/turns.js';
import { Emitter } from '../emitter.js';
import { PartMissingError, ProtocolError } from '../errors.js';
import { Announcer } from '../presence/announcer.js';
import { createAwareness } from '../presence/awareness.js';
import { Share } from '../presence/bounds.js';
import { Census } from '../presence/census.js';
import { Changes } from '../presence/changes.js';
import { openClaims } from '../presence/claims.js';
import { Clash } from '../presence/clash.js';
import { Joiner } from '../presence/joiner.js';
import { OwnClient } from '../presence/own-client.js';
import { Peers } from '../presence/peers.js';
import { withPictures } from '../presence/pictures.js';
import { openQuestions } from '../presence/questions.js';
import { roomSubjects } from '../protocol/subjects.js';
import { Attendance } from './attendance.js';
import { type Lane, RoomChannel } from './channel.js';
import { Display } from './display.js';
import { Inbound } from './inbound.js';
import { JsonPrograms } from './json-programs.js';
import { Neighbours } from './neighbours.js';
import type { ReadOptions } from './options.js';
import { OwnWork } from './own-work.js';
import { Placing } from './placing.js';
import { Pointing } from './pointing.js';
import { Self } from './self.js';
import type { Role, RoomEvents } from './types.js';

/** V6: what a role keeps a session from sending. */
const SILENT: Partial<Record<Role, ReadonlySet<Lane>>> = {
  viewer: new Set(['cursors']),
  ghost: new Set(['presence', 'cursors', 'joined', 'left']),
};

/** What the late part does. */
export const VERIFIED = 'joins verified rooms';

/** Two bytes on the wire. */
const MAX_FIRST_CLOCK = 2 ** 14;

export type Parts = ReturnType<typeof makeParts>;

export type VerifiedCode = typeof import('./verified.js');

/**
 * Each part receives those made before it. `origin`: what listeners of Awareness get as the origin of remote changes.
 * `code`: what a verified room needs. Throws {@link PartMissingError} without it.
 */
export function makeParts(bus: Bus, options: ReadOptions, origin: object, code?: VerifiedCode) {
  const { project, file, doc, clock, random, verified, role, user } = options;
  if (verified && !code) throw new PartMissingError(VERIFIED); // never open by mistake
  const secure = verified ? code : undefined;
  const events = new Emitter<RoomEvents>();
  // An earlier page may have had the client id of this document, and have ended at any low clock (P6).
  const first = doc ? Math.floor(random() * MAX_FIRST_CLOCK) : 0;
  const own = new OwnClient(createAwareness(doc, Math.floor(random() * 2 ** 32)), first);
  const changes = new Changes();
  const peers = new Peers(changes, clock, undefined, withPictures(options.avatars));
  const claims = secure
    ? new secure.VerifiedClaims({
        user: user.id,
        own,
        stateOf: (id) => {
          const peer = peers.get(id);
          return peer && peers.effective(peer).state;
        },
        move: (id, to) => peers.move(id, to),
        remove: (id) => peers.remove(id),
        report: (error) => channel.fail(error, roomSubjects(project, file, error.user).presence),
      })
    : openClaims;
  const wire = roomSubjects(project, file, verified ? user.id : undefined);
  /** Inside of the room, clients have the ids that it knows them by (V3). */
  const alive = (id: number) => {
    const { client, user } = claims.onWire(id);
    return wire.alive(client, user);
  };
  const subjects = { ...wire, alive };
  const here = { own, peers, claims, silent: SILENT[role] };
  const channel: RoomChannel = new RoomChannel(bus, subjects, events, clock, here);
  const questions =
    secure && subjects.answers !== undefined
      ? secure.verifiedQuestions(bus, subjects, subjects.answers, random)
      : openQuestions(bus);
  const alike = secure && new secure.Alike();
  const self = new Self(own, options);
  const work = new OwnWork({ own, clock });
  const turns = new Turns(clock);
  const share = new Share(clock, () => peers.proven + 1);
  const base = { ...options, events, own, channel, claims, questions, self, work, alike, changes, peers, turns, share };
  const pointing = new Pointing({ ...base, memberOf: (client) => display.memberOf(client) });
  const census = new Census({ ...base, isSeen: role !== 'ghost', ask: (client) => void joiner.askMember(client) });
  const announcer = new Announcer({
    ...base,
    identity: () => self.identity,
    motion: pointing.batcher,
    digest: () => census.digest(),
  });
  const display: Display = new Display({ ...base, pointing, origin });
  const placing = new Placing(base);
  events.on('members', () => placing.check());
  const json = new JsonPrograms({ ...base, pointing, display });
  const clash = new Clash({ clock, random, own, announcer, renew: () => renew() });
  const parts = { ...base, pointing, placing, announcer, display, json, clash, census };
  const inbound = new Inbound({
    ...parts,
    answerRoster: (question, asker, speaker) => joiner.reply(question, asker, speaker),
    doubt: (client, ofServer) => neighbours.doubt(client, ofServer),
  });
  const joiner: Joiner = new Joiner({ ...parts, pointers: pointing, receiver: inbound });
  const neighbours: Neighbours = new Neighbours({ ...parts, inbound });
  const attendance = new Attendance({ ...parts, inbound, joiner });
  /** Another session uses our client id: this one goes on under a new one (P8). */
  const renew = () => {
    const before = own.id;
    own.rename(Math.floor(random() * 2 ** 32));
    neighbours.listen();
    pointing.spellAgain();
    changes.roster(before);
    announcer.start();
    display.showAll();
    const detail = `another session uses the client id ${before}; this one goes on as ${own.id}`;
    channel.fail(new ProtocolError('identity', detail), channel.subjects.presence);
  };
  return { ...parts, inbound, neighbours, attendance };
}
