/**
 * M2, M8: the figures that playout must reach, on traces and networks of `npm run bench:motion`, which prints the whole
 * table. The real batcher and the real codec make the batches.
 */
import { describe, expect, it } from 'vitest';
import { countBytes } from '../../bench/motion/bytes.js';
import { type Figures, judge } from '../../bench/motion/metrics.js';
import { travel, watch } from '../../bench/motion/model.js';
import { NETWORKS, type Network } from '../../bench/motion/network.js';
import { SlatePlayer } from '../../bench/motion/players-slate.js';
import { sendBatches } from '../../bench/motion/senders.js';
import { Trace } from '../../bench/motion/trace.js';
import { seeded } from '../../support/random.js';

const trace = new Trace(seeded(2), 40_000);
const { sent } = sendBatches(trace);
const [near, usual, spiky] = NETWORKS as readonly [Network, Network, Network];

function figures(network: Network, hz: number): Figures {
  const arrivals = travel(sent, network, 5);
  return judge(
    trace,
    watch(arrivals, (clock) => new SlatePlayer(clock), { hz, phase: 3 }, trace.ms),
  );
}

describe('playout', () => {
  const at60 = figures(usual, 60);

  it('M8: has an error of 6 px rms at a lag of 190 ms over 60 ± 15 ms, does not stall, and does not overshoot', () => {
    expect(at60.rms).toBeLessThanOrEqual(6);
    expect(at60.lag).toBeLessThanOrEqual(190);
    expect(at60.stall).toBeLessThan(0.01);
    expect(at60.overshoot).toBeLessThan(1); // pointer events have whole px
    expect(at60.fastest).toBeLessThanOrEqual(1.5);
  });

  it.each([30, 120, 144])('M8: has the same figures at %i Hz, within 5 %%', (hz) => {
    const other = figures(usual, hz);
    for (const key of ['lag', 'rms', 'p95'] as const) {
      expect(Math.abs(other[key] / at60[key] - 1), key).toBeLessThanOrEqual(0.05);
    }
    expect(other.stall).toBeLessThan(0.01);
    expect(other.overshoot).toBeLessThan(1);
    expect(other.fastest).toBeLessThanOrEqual(1.5);
  });

  it('M8: has a smaller lag over a near network, and over a spiky one neither jumps nor overshoots', () => {
    expect(figures(near, 60).lag).toBeLessThanOrEqual(130);
    const { rms, overshoot, fastest } = figures(spiky, 60);
    expect(rms).toBeLessThan(40);
    expect(overshoot).toBeLessThan(1);
    expect(fastest).toBeLessThanOrEqual(1.6); // 1.5, and the offset that shrinks
    for (const hz of [30, 144]) expect(Math.abs(figures(spiky, hz).rms / rms - 1)).toBeLessThanOrEqual(0.02);
  });
});

describe('the wire', () => {
  it('M2: a pointer event at 60 Hz takes less than 6 bytes, and 16 with the framing of NATS and WebSocket', () => {
    const { steady, whole } = countBytes(trace);
    const [, inFile] = steady;
    expect(inFile?.subject).toBe('slate.editor.cursors.batch.p1.src/main%2Ets');
    expect(inFile?.payload).toBeLessThanOrEqual(6);
    expect(inFile?.all).toBeLessThanOrEqual(16);
    expect(whole[1]?.payload).toBeLessThanOrEqual(6.5); // rests included
  });
});
