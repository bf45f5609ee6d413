/** `slate top`: the load of the servers, drawn every second in a terminal, or printed once for a script. */
import { parseArgs } from 'node:util';
import type { MonitorError } from '../errors.js';
import { UsageError } from './exit.js';
import { addresses, DEFAULT_MONITOR } from './flags.js';
import type { Io } from './io.js';
import { type Load, LoadMeter } from './load.js';
import { draw } from './screen.js';
import { palette, safe, wantsColor } from './text.js';

export const TOP_HELP = `slate top   shows connections, message rates, subscriptions and errors, live

  slate top
  slate top --monitor http://sbx01:8222 --monitor http://sbx02:8222
  slate top --once --json

Options
  -m, --monitor <url>    Monitoring address of a server; give it again for each server of
                         a cluster. Default: SLATE_MONITORS (separated by commas), or
                         ${DEFAULT_MONITOR}.
  -i, --interval <s>     Seconds between two readings, 0.1 to 3600. Default: 1.
      --once             Measure for one interval, print, and end. This is the default
                         where the output is not a terminal.
      --json             Print everything as JSON: one line for each interval, or one
                         line with --once.

Keys: q or Ctrl-C ends it.`;

const ENTER = '\x1b[?1049h\x1b[?25l'; // the alternate screen, without a cursor
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const TO_END_OF_LINE = '\x1b[K';
const TO_END_OF_SCREEN = '\x1b[J';

export async function top(args: string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      monitor: { type: 'string', multiple: true, short: 'm' },
      interval: { type: 'string', short: 'i' },
      once: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const { stdout, clock, env, signal } = io;
  const interval = Number(values.interval ?? 1);
  if (!(interval >= 0.1 && interval <= 3600)) throw new UsageError('--interval must be 0.1 to 3600 seconds');
  const meter = new LoadMeter(monitors(values.monitor, env), clock);
  const live = !values.once && !values.json && stdout.isTTY === true;
  const once = !live && (values.once === true || !values.json);

  let load = await meter.read(signal); // fails on a wrong address before anything is drawn
  if (live) stdout.write(ENTER);
  try {
    if (live) show(load);
    while (!signal.aborted) {
      await pause(interval * 1000);
      if (signal.aborted) return;
      load = await next(load);
      if (signal.aborted) return;
      if (values.json) stdout.write(`${safe(JSON.stringify(load))}\n`);
      else if (live) show(load);
      else stdout.write(`${picture(load, Number.POSITIVE_INFINITY).join('\n')}\n`);
      if (once) return;
    }
  } finally {
    if (live) stdout.write(LEAVE);
  }

  /** While no server answers, the last errors and the reason are shown. */
  async function next(last: Load): Promise<Load> {
    try {
      return await meter.read(signal);
    } catch (error) {
      if (signal.aborted) return last;
      if (once) throw error;
      const { reason } = error as MonitorError;
      const servers = last.servers.map(({ monitor }) => ({ monitor, error: reason }));
      const total = { connections: 0, subscriptions: 0, slowConsumers: 0 };
      return { at: clock.date(), servers, total, connections: [], queues: [], faults: last.faults };
    }
  }

  function show(load: Load): void {
    const lines = picture(load, stdout.rows || 24);
    // Overwrites the last picture line by line: clearing the screen first would flicker.
    stdout.write(`${HOME}${lines.map((line) => `${line}${TO_END_OF_LINE}`).join('\r\n')}${TO_END_OF_SCREEN}`);
  }

  function picture(load: Load, rows: number): string[] {
    return draw(load, { columns: stdout.columns || 120, rows }, palette(wantsColor(stdout, env)));
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.after(ms, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function monitors(given: string[] | undefined, env: NodeJS.ProcessEnv): string[] {
  const all = addresses(given, env.SLATE_MONITORS, DEFAULT_MONITOR);
  for (const url of all) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw new UsageError(`--monitor ${safe(url)} is not an address; write http://host:8222`);
    }
  }
  return all;
}
