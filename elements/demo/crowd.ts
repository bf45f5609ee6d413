/**
 * Twenty people more: sessions like every other, each with its own connection to the server, which move their pointers
 * over the covers until they are sent home. They go with the page that brought them.
 */
import { type Clock, connect, joinRoom, type Room, systemClock } from '../../src/index.js';
import type { SlateRoom } from '../index.js';
import { botId } from './bots.js';
import { covers } from './covers.js';
import type { Say } from './say.js';

const NAMES = [
  ...'Amara Bjørn 千尋 Dalia Emre Farah Goran Hiroko Ìyá João'.split(' '),
  ...'Κώστας Leila Мила Noor Oskar Priya Quim Rania Sören Tala'.split(' '),
];
const STEP_MS = 50;
/** A glide takes so many steps, and a rest lasts between these, in milliseconds. */
const STEPS = 16;
const REST_MS = { least: 1500, most: 5000 };

export function startCrowd(
  element: SlateRoom,
  servers: readonly string[],
  say: Say,
  clock: Pick<Clock, 'after'> = systemClock,
  random: () => number = Math.random,
): void {
  const button = document.querySelector<HTMLButtonElement>('#crowd');
  let here: AbortController | undefined;

  button?.addEventListener('click', () => {
    const coming = here === undefined;
    here?.abort();
    here = coming ? new AbortController() : undefined;
    button.textContent = coming ? 'Send them home' : `Add ${NAMES.length} people`;
    say(coming ? `${NAMES.length} more sessions, each with a connection of its own.` : 'They said goodbye.');
    const { signal } = here ?? {};
    if (!signal) return;
    for (const name of NAMES) {
      visit(name, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        console.warn(error);
        say('Not all of them could come. Is the server there?');
      });
    }
  });

  /** One of them: comes, moves, and leaves when the signal says so. */
  async function visit(name: string, signal: AbortSignal): Promise<void> {
    const bus = await connect({ servers });
    try {
      const room = await joinRoom(bus, {
        project: element.project ?? 'demo',
        user: { id: botId(random), name: `${name}🤖` },
        signal,
      });
      wander(room, signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await room.leave();
    } finally {
      await bus.close();
    }
  }

  function wander(room: Room, signal: AbortSignal): void {
    let at = { x: random(), y: random(), cover: covers[Math.floor(random() * covers.length)] };
    const rest = (): void => {
      const cover = covers[Math.floor(random() * covers.length)];
      room.setLocation(cover?.place);
      const to = { x: 0.1 + 0.8 * random(), y: 0.1 + 0.8 * random(), cover };
      // On another cover the pointer comes in from its edge.
      const from = to.cover === at.cover ? at : { x: random(), y: 1 };
      glide(from, to, 1);
      at = to;
    };
    const glide = (from: { x: number; y: number }, to: typeof at, step: number): void => {
      if (signal.aborted) return;
      const part = (1 - Math.cos((Math.PI * step) / STEPS)) / 2; // slow at both ends, as a hand is
      const between = (a: number, b: number) => a + (b - a) * part;
      room.pointer.move({ x: between(from.x, to.x), y: between(from.y, to.y), anchor: `=${to.cover?.anchor}` });
      if (step < STEPS) clock.after(STEP_MS, () => glide(from, to, step + 1));
      else clock.after(REST_MS.least + random() * (REST_MS.most - REST_MS.least), () => !signal.aborted && rest());
    };
    rest();
  }
}
