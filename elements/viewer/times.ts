/** How long things last for the viewer. All times are in milliseconds. */

export const USUAL_TIMES = {
  /** How long a person may be gone before following them ends: they may reload, or change the file. */
  goneMs: 5_000,
  /** How long a person whose request was answered cannot ask again (F3). */
  answeredMs: 60_000,
  /** How long a saying stays after the last key. */
  sayingMs: 6_000,
  /** How long a reaction rises, and stays on the wire (F5). */
  riseMs: 1_500,
};

export type ViewerTimes = Readonly<typeof USUAL_TIMES>;

/** Calls `act` once: after `ms`, or at once when the signal aborts. */
export function after(ms: number, signal: AbortSignal, act: () => void): void {
  const run = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', run);
    act();
  };
  const timer = setTimeout(run, ms);
  signal.addEventListener('abort', run);
}
