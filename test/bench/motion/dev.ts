import { seeded } from '../../support/random.js';
import { judge } from './metrics.js';
import { travel, watch } from './model.js';
import { NETWORKS } from './network.js';
import { LinearPlayer, PerfectPlayer, RawPlayer, SlatePlayer, SpringPlayer } from './players.js';
import { sendBatches, sendThrottled } from './senders.js';
import { Trace } from './trace.js';

const all = process.argv.includes('all');
const seeds = (process.argv.find((a) => a.startsWith('seeds='))?.slice(6) ?? '1').split(',').map(Number);
const f = (f: ReturnType<typeof judge>) =>
  `${f.lag} / ${f.rms.toFixed(1)} / ${f.p95.toFixed(1)} / ${(100 * f.stall).toFixed(2)}% / o ${f.overshoot.toFixed(1)} / j ${f.jump.toFixed(1)}`;
for (const seed of seeds) {
  const trace = new Trace(seeded(seed), 120_000);
  let moving = 0,
    v2 = 0;
  for (let t = 0; t < trace.ms; t += 10) {
    const v = trace.speed(t);
    if (v > 30) moving++;
    v2 += v * v;
  }
  const { sent, samples } = sendBatches(trace);
  const bytes = sent.reduce((n, { message }) => n + message.length, 0);
  console.log(
    'seed',
    seed,
    'moving',
    moving / 12000,
    'vrms',
    Math.sqrt(v2 / 12000),
    'msg/s',
    sent.length / 120,
    'samples/s',
    samples / 120,
    'B/sample',
    bytes / samples,
    'samples/msg',
    samples / sent.length,
  );
  const full = sent
    .filter((_, i) => i > 2)
    .map((s) => s.message.length)
    .sort((a, b) => a - b);
  console.log('bytes/msg median', full[full.length >> 1], 'p95', full[Math.floor(full.length * 0.95)]);
  for (const network of NETWORKS) {
    const arrivals = travel(sent, network, 1000 + seed);
    for (const hz of [30, 60, 120, 144])
      console.log(
        network.title,
        hz,
        f(
          judge(
            trace,
            watch(arrivals, (c) => new SlatePlayer(c), { hz, phase: 3.3 }, trace.ms),
          ),
        ),
      );
    if (!all) continue;
    const t100 = travel(sendThrottled(trace, 100), network, 1000 + seed);
    const t80 = travel(sendThrottled(trace, 80), network, 1000 + seed);
    const s = { hz: 60, phase: 3.3 };
    console.log(
      '  raw',
      f(
        judge(
          trace,
          watch(t100, () => new RawPlayer(), s, trace.ms),
        ),
      ),
    );
    console.log(
      '  css',
      f(
        judge(
          trace,
          watch(t100, (c) => new LinearPlayer(c, 100), s, trace.ms),
        ),
      ),
    );
    console.log(
      '  spring',
      f(
        judge(
          trace,
          watch(t100, () => new SpringPlayer(320, 32), s, trace.ms),
        ),
      ),
    );
    console.log(
      '  perfect',
      f(
        judge(
          trace,
          watch(t80, (c) => new PerfectPlayer(c), s, trace.ms),
        ),
      ),
    );
  }
}
