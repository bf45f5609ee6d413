/** Verified rooms on one in-memory hub, which permits each user what a server would (V1, V6). */
import { matches } from '../../src/bus/subject.js';
import type { Identity } from '../../src/index.js';
import {
  encodeStates,
  encodeUnreachable,
  type OutgoingEntry,
  type StateEntry,
} from '../../src/protocol/presence-codec.js';
import { roomPermissions, roomSubjects } from '../../src/protocol/subjects.js';
import type { MemoryBus } from '../../src/testing.js';
import { type Actor, type LabOptions, RoomLab } from './room-lab.js';

const PROJECT = 'p1';
const TERMS = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;

interface Login {
  readonly user: string;
  readonly role: Identity['role'];
}

export class VerifiedLab extends RoomLab {
  readonly #logins: Map<MemoryBus, Login>;
  /** What the hub did not permit: one line for each, with the user. */
  readonly refused: string[];

  constructor(seed = 1) {
    const logins = new Map<MemoryBus, Login>();
    const refused: string[] = [];
    super(seed, {
      permits: (operation, subject, bus) => {
        const login = logins.get(bus);
        const may = !login || isPermitted(login, operation, subject);
        if (!may) refused.push(`${login.user} ${operation} ${subject}`);
        return may;
      },
    });
    this.#logins = logins;
    this.refused = refused;
  }

  override connect(name: string, role: Identity['role'] = 'writer'): MemoryBus {
    const bus = this.hub.connect();
    this.#logins.set(bus, { user: name, role });
    return bus;
  }

  /** What this connection is from now on. */
  login(bus: MemoryBus, user: string, role: Identity['role']): void {
    this.#logins.set(bus, { user, role });
  }

  override prepare(name: string, options: LabOptions = {}): Actor {
    const actor = super.prepare(name, { verified: true, ...options });
    this.#logins.set(actor.bus, { user: options.user?.id ?? name, role: options.role ?? 'writer' });
    return actor;
  }

  /** A valid user with a program of its own, which sends what it likes. */
  mallory(user = 'mallory') {
    const bus = this.connect(user);
    const subjects = roomSubjects(PROJECT, undefined, user);
    return {
      bus,
      subjects,
      say: (bytes: Uint8Array) => bus.publish(subjects.presence, bytes),
      state: (entry: Partial<StateEntry>) => bus.publish(subjects.presence, stateOf(user, entry)),
      report: (by: number, client: number, clock: number) =>
        bus.publish(subjects.presence, encodeUnreachable(by, client, clock)),
    };
  }
}

/** An entry of a roster, or of a state message. */
export function entryOf(id: string, entry: Partial<OutgoingEntry> = {}): OutgoingEntry {
  return { client: 5, clock: 3, state: { user: { id, name: id } }, terms: TERMS, ...entry };
}

export function stateOf(id: string, entry: Partial<OutgoingEntry> = {}): Uint8Array {
  return encodeStates([entryOf(id, entry)]);
}

function isPermitted({ user, role }: Login, operation: 'publish' | 'subscribe', subject: string): boolean {
  const { see, appear, point } = roomPermissions(PROJECT, user);
  const all = [see, ...(role === 'ghost' ? [] : [appear]), ...(role === 'ghost' || role === 'viewer' ? [] : [point])];
  const patterns = all.flatMap((one) => one[operation]).map((pattern) => pattern.replace(/ .*/, ''));
  const example = subject.replaceAll('*', 'x').replace(/>$/, 'x'); // every pattern here has the same wildcards
  const inbox = operation === 'subscribe' && subject.startsWith('slate.inbox.');
  return inbox || patterns.some((pattern) => matches(pattern, example));
}
