/**
 * P3 to P13, M3, D5 together: whatever the network, the people and a stranger do, everyone soon shows everyone as they
 * are, and so does an unmodified Awareness of y-protocols. `npm run fuzz:presence` runs many more traces; PRESENCE_SEED
 * chooses others. fast-check prints the trace that fails, made as short as it can.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS, PresenceTrace, type Step } from '../../support/presence-trace.js';

const TRACES = Number(process.env.PRESENCE_TRACES ?? 1_000);
const SEED = Number(process.env.PRESENCE_SEED ?? 1);
const BLOCKS = 10;
/** The time in which a dead line is noticed and replaced (P7), a heartbeat, and what follows it. */
const SETTLE_MS = 20_000;
/** Who died is forgotten after a lease (P3), longer by the time in which nothing came, or the longest that is lied. */
const LEASE_MS = 35_000;
const LONGEST_LEASE_MS = 195_000;

const step: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom(...KINDS), who: fc.nat(4), value: fc.nat(999) });
const trace = fc.record({
  seed: fc.nat(2 ** 31),
  crowd: fc.integer({ min: 1, max: 4 }),
  steps: fc.array(step, { maxLength: 18 }),
});

describe('presence', () => {
  it.each(Array.from({ length: BLOCKS }, (_, block) => block))(
    'property 1: P3 to P13, M3: converges, and equals an unmodified Awareness (part %i)',
    async (block) => {
      const property = fc.asyncProperty(trace, async ({ seed, crowd, steps }) => {
        const world = new PresenceTrace(seed);
        await world.run(crowd, steps);
        world.calm();
        await world.lab.clock.advance(SETTLE_MS);
        expect(world.differences(false)).toEqual([]);
        const isLong = steps.some(({ kind }) => kind === 'lie' || kind === 'activity');
        // Three minutes take ten times as long as the trace itself, so one in four of these goes on for so long.
        if (!isLong || seed % 4 === 0) {
          await world.lab.clock.advance((isLong ? LONGEST_LEASE_MS : LEASE_MS) - SETTLE_MS);
          expect(world.differences()).toEqual([]);
        }
        expect(await world.differencesOfStock()).toEqual([]);
        await world.end();
      });
      await fc.assert(property, { numRuns: Math.ceil(TRACES / BLOCKS), seed: SEED + block });
    },
    60_000 + TRACES * 100,
  );
});
