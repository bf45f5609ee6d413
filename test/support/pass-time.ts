/** Virtual time beside a real server: timers of ours run at once, the server answers in its own time. */
import type { VirtualClock } from './virtual-clock.js';
import { until } from './wait.js';

const STEP_MS = 200;

/** Lets virtual time pass, in steps between which a real server can answer, until something holds. */
export async function passTime(
  clock: VirtualClock,
  holds: () => boolean,
  { what, deadlineMs = 15_000 }: { what: string; deadlineMs?: number },
): Promise<void> {
  const step = async () => {
    await clock.advance(STEP_MS);
    return holds();
  };
  await until(step, { what, deadlineMs });
}
