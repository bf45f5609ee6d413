/** A process with people at their carets. It does what the main process asks, and writes down what happened when. */
import { createRelativePositionFromTypeIndex as positionAt } from 'yjs';
import { indexOf } from '../adapter.js';
import { answering } from '../answering.js';
import { now, sleep } from '../clock.js';
import { socketTotals } from '../socket.js';
import { LETTERS, type Seat, type SystemId, sit } from './seats.js';

/** A caret that was set, or seen: whose, the how many-eth of that person, by whom it was seen, when. */
export interface Sight {
  readonly by: number;
  readonly move: number;
  readonly at: number;
  readonly observer?: number;
}

/** Milliseconds between two carets of one person: between these two, by chance. */
export type Rhythm = readonly [from: number, to: number];

const seats = new Map<number, Seat>();
let sights: Sight[] = [];

/** The binding's own word for where the caret is. */
interface Cursor {
  readonly head?: { readonly item?: { readonly clock: number } | null };
}

/** The same for everyone and each run, so that each system gets the same load. */
function* chances(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Notes each caret of others that is new in the awareness of this person. */
function watch({ awareness, doc }: Seat, observer: number): void {
  awareness.on('change', ({ added, updated }: { added: number[]; updated: number[] }) => {
    const at = now();
    for (const client of [...added, ...updated]) {
      const state = client === doc.clientID ? undefined : awareness.getStates().get(client);
      const move = (state?.cursor as Cursor | undefined)?.head?.item?.clock;
      if (move !== undefined) sights.push({ by: indexOf(state?.user?.id), move, at, observer });
    }
  });
}

async function type(index: number, moves: number, [from, to]: Rhythm): Promise<void> {
  const { awareness, doc } = seats.get(index) as Seat;
  const text = doc.getText('content');
  const chance = chances(index + 1);
  await sleep(to * chance.next().value); // people do not begin together
  for (let move = 0; move < moves; move++) {
    // As y-codemirror.next writes it; the number of the letter tells the moves apart.
    const place = JSON.parse(JSON.stringify(positionAt(text, move % LETTERS))) as unknown;
    sights.push({ by: index, move, at: now() });
    awareness.setLocalStateField('cursor', { anchor: place, head: place });
    await sleep(from + (to - from) * chance.next().value);
  }
}

const ops = {
  async open(system: SystemId, url: string, room: string, indexes: readonly number[]): Promise<void> {
    for (const index of indexes) {
      const seat = await sit(system, url, room, index);
      seats.set(index, seat);
      watch(seat, index);
    }
  },
  /** The fewest people that somebody here sees. */
  people: () => Math.min(...[...seats.values()].map(({ awareness }) => awareness.getStates().size)),
  bytes: () => ({ in: socketTotals().bytesIn, out: socketTotals().bytesOut }),
  async type(moves: number, rhythm: Rhythm): Promise<void> {
    await Promise.all([...seats.keys()].map((index) => type(index, moves, rhythm)));
  },
  harvest(): Sight[] {
    const all = sights;
    sights = [];
    return all;
  },
  async leave(): Promise<void> {
    await Promise.all([...seats.values()].map((seat) => seat.leave()));
    seats.clear();
    sights = [];
  },
};

export type CaretOps = typeof ops;

process.setMaxListeners(0);
answering(ops);
