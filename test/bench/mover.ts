/**
 * Moves pointers as hands do: each person 60 times a second along a smooth path, at about the width of the board a
 * second. Each begins at a different time, because the 100 ms of different people are not in step. A tick that comes
 * more than one period late is left out and counted, as a frame of a page would be.
 */
import type { BenchClient } from './adapter.js';
import { now } from './clock.js';
import type { Logbook } from './logbook.js';

export interface Moved {
  /** Moves made. */
  moves: number;
  /** Moves left out because this process was too busy. */
  missed: number;
}

export interface Walker {
  readonly person: number;
  readonly client: BenchClient;
}

interface Walk extends Walker {
  due: number;
}

const SPREAD_MS = 100;

/** Four decimals, as a careful page would send; more would only make JSON longer. */
const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

export function move(walkers: readonly Walker[], hz: number, ms: number, log: Logbook): Promise<Moved> {
  const period = 1000 / hz;
  const start = now() + 20;
  const end = start + ms;
  // The golden ratio spreads the beginnings evenly whatever the number of people.
  const walks: Walk[] = walkers.map((each) => ({ ...each, due: start + ((each.person * 0.618034) % 1) * SPREAD_MS }));
  const result: Moved = { moves: 0, missed: 0 };
  return new Promise((resolve) => {
    const loop = () => {
      const time = now();
      for (const walk of walks) {
        if (walk.due > time || walk.due >= end) continue;
        while (walk.due < time - period && walk.due < end) {
          walk.due += period;
          result.missed += 1;
        }
        walk.due += period;
        const t = time / 1000 + walk.person;
        log.moved(walk.person);
        walk.client.move(
          rounded(0.5 + 0.3 * Math.sin(2.1 * t) + 0.15 * Math.sin(5.3 * t)),
          rounded(0.5 + 0.3 * Math.cos(1.7 * t) + 0.15 * Math.sin(4.1 * t)),
        );
        result.moves += 1;
      }
      if (time >= end) resolve(result);
      else setTimeout(loop, 1);
    };
    setTimeout(loop, 20);
  });
}
