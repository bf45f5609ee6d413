/** Our row in a real Chromium: the page that scripts/bench-motion.mjs has built, in real time. */
import { readFile } from 'node:fs/promises';
import { launchChromium } from '../../support/chromium.js';
import type { Frame } from './metrics.js';
import { travel } from './model.js';
import type { Network } from './network.js';
import type { Drawn, Recording } from './page.js';
import { sendBatches } from './senders.js';
import type { Trace } from './trace.js';

export interface BrowserRun {
  readonly version: string;
  readonly hz: number;
  readonly frames: readonly Frame[][];
}

export async function inChromium(
  script: string,
  trace: Trace,
  networks: readonly Network[],
  seed: number,
): Promise<BrowserRun> {
  const { sent } = sendBatches(trace);
  const arrivals = networks.map((network) =>
    travel(sent, network, seed).map(({ at, message }) => ({ at, bytes: [...message] })),
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: await readFile(script, 'utf8') });
    const drawn = await page.evaluate(
      (recording) => (globalThis as unknown as { play(recording: Recording): Promise<Drawn> }).play(recording),
      { ms: trace.ms, arrivals },
    );
    const frames = drawn.map((flat) =>
      Array.from({ length: flat.length / 3 }, (_, i) => ({
        now: flat[3 * i] as number,
        shown: { x: flat[3 * i + 1] as number, y: flat[3 * i + 2] as number },
      })),
    );
    const [first = []] = frames;
    const hz = (1_000 * (first.length - 1)) / ((first.at(-1)?.now ?? 0) - (first[0]?.now ?? 0));
    return { version: browser.version(), hz, frames };
  } finally {
    await browser.close();
  }
}
