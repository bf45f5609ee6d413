/** A room that goes from 2 people to many, all moving: real rooms on the in-memory bus and a virtual clock. */
import type { Room } from '../../../src/index.js';
import { LiveRoom } from '../../../src/room/live-room.js';
import { readOptions } from '../../../src/room/options.js';
import { MemoryHub } from '../../../src/testing.js';
import { seeded } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const COMING_MS = 10_000;
const SECONDS = 16;
const EVENT_MS = 50;

export interface CrowdSecond {
  readonly people: number;
  /**
   * Messages received in this second: by the one who received the most, and by the first, who was there all the time.
   */
  readonly most: number;
  readonly first: number;
}

export async function crowd(people: number, say: (line: string) => void): Promise<CrowdSecond[]> {
  const clock = new VirtualClock();
  const random = seeded(9);
  const hub = new MemoryHub({ clock, random });
  const rooms: { room: Room; before: number }[] = [];
  const join = async (i: number) => {
    const user = { id: `p${i}` };
    const room = new LiveRoom(hub.connect(), readOptions({ project: 'p1', file: 'src/main.ts', user, clock, random }));
    rooms.push({ room, before: 0 });
    await room.join();
    let x = random();
    const move = () => {
      x = (x + 0.01) % 1;
      room.pointer.move({ x, y: 0.5, anchor: '#board' });
      clock.after(EVENT_MS, move);
    };
    clock.after(EVENT_MS * random(), move);
  };
  for (let i = 0; i < 2; i++) await clock.while(join(i));
  await clock.advance(2_000);
  for (const each of rooms) each.before = each.room.stats.messagesIn;
  for (let i = 2; i < people; i++) clock.after(((i - 2) * COMING_MS) / (people - 2), () => void join(i));
  const seconds: CrowdSecond[] = [];
  for (let second = 0; second < SECONDS; second++) {
    await clock.advance(1_000);
    const taken = rooms.map((each) => {
      const { messagesIn } = each.room.stats;
      const count = messagesIn - each.before;
      each.before = messagesIn;
      return count;
    });
    seconds.push({ people: rooms.length, most: Math.max(...taken), first: taken[0] ?? 0 });
    say(`crowd: second ${second + 1}, ${rooms.length} people, at most ${Math.max(...taken)} messages in`);
  }
  await Promise.all(rooms.map(({ room }) => room.leave()));
  return seconds;
}
