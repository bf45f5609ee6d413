/** The inbound side of one room, without the rest: every message goes through a door that records it. */
import { Turns } from '../../src/cursors/turns.js';
import { Emitter } from '../../src/emitter.js';
import { Announcer } from '../../src/presence/announcer.js';
import { createAwareness } from '../../src/presence/awareness.js';
import { Share } from '../../src/presence/bounds.js';
import { Changes } from '../../src/presence/changes.js';
import { openClaims } from '../../src/presence/claims.js';
import type { Claim } from '../../src/presence/door.js';
import { OwnClient } from '../../src/presence/own-client.js';
import { Peers } from '../../src/presence/peers.js';
import { openQuestions } from '../../src/presence/questions.js';
import type { Speaker } from '../../src/protocol/speaker.js';
import { roomSubjects } from '../../src/protocol/subjects.js';
import { RoomChannel } from '../../src/room/channel.js';
import { Display } from '../../src/room/display.js';
import { Inbound } from '../../src/room/inbound.js';
import { JsonPrograms } from '../../src/room/json-programs.js';
import { Pointing } from '../../src/room/pointing.js';
import { Self } from '../../src/room/self.js';
import type { RoomEvents } from '../../src/room/types.js';
import { MemoryHub } from '../../src/testing.js';
import { seeded } from './random.js';
import { VirtualClock } from './virtual-clock.js';

export class InboundLab {
  readonly clock = new VirtualClock();
  readonly hub = new MemoryHub({ clock: this.clock });
  readonly peers: Peers;
  readonly channel: RoomChannel;
  readonly json: JsonPrograms;
  readonly inbound: Inbound;
  readonly errors: Error[] = [];
  /** What the door was asked to admit, since the last look. */
  readonly #claims: [Claim, number, Speaker][] = [];

  constructor() {
    const { clock } = this;
    const random = seeded(1);
    const [project, file] = ['p1', 'a.ts'];
    const events = new Emitter<RoomEvents>();
    events.on('error', (error) => this.errors.push(error));
    const own = new OwnClient(createAwareness(undefined, 1));
    const changes = new Changes();
    const peers = new Peers(changes, clock, {
      admit: (speaker, claim, client) => this.#claims.push([claim, client, speaker]),
    });
    const channel = new RoomChannel(this.hub.connect(), roomSubjects(project, file), events, clock, { own, peers });
    const self = new Self(own, { user: { id: 'me', name: 'Me', color: '#188039' }, hasColor: true, file });
    const turns = new Turns(clock);
    const pointing = new Pointing({ clock, random, messagesPerSecond: 600, peers, own, channel, turns });
    const announcer = new Announcer({
      own,
      clock,
      random,
      fastFields: [],
      heartbeatMs: 5_000,
      digest: () => 0,
      channel,
      peers,
      motion: pointing.batcher,
      identity: () => self.identity,
      turns,
    });
    const display = new Display({ clock, events, own, self, peers, changes, pointing, file, origin: this });
    const deaf = { heard: () => undefined };
    const answerRoster = () => undefined;
    const parts = {
      clash: deaf,
      census: { ...deaf, ask: () => undefined },
      answerRoster,
      share: new Share(clock, () => 1),
      doubt: () => undefined,
      announcer,
      pointing,
      display,
      claims: openClaims,
      questions: openQuestions(channel.bus),
    };
    const room = { clock, random, channel, own, self, peers, ...parts, project, file };
    this.json = new JsonPrograms({ ...room, messagesPerSecond: 600, heartbeatMs: 5_000 });
    this.inbound = new Inbound({ ...room, json: this.json });
    peers.on('arrived', (peer) => this.inbound.release(peer));
    this.peers = peers;
    this.channel = channel;
  }

  claims(): [Claim, number, Speaker][] {
    return this.#claims.splice(0);
  }
}
