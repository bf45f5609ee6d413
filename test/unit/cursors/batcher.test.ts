/** M1: when motion leaves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batcher, type Motion } from '../../../src/cursors/batcher.js';
import { BATCH_INTERVAL_MS } from '../../../src/cursors/pace.js';
import { MAX_SAMPLES } from '../../../src/protocol/samples-codec.js';
import { VirtualClock } from '../../support/virtual-clock.js';

function lab() {
  const clock = new VirtualClock();
  const sent: (Motion & { at: number })[] = [];
  const state = { audience: true, connected: true };
  const batcher = new Batcher({
    clock,
    audience: () => state.audience,
    send: (motion) => {
      if (state.connected) sent.push({ ...motion, at: clock.now() });
      return state.connected;
    },
  });
  const start = clock.now();
  const move = (x: number, at = clock.now(), anchor = '') => batcher.move({ x, y: 0, anchor }, at);
  return {
    clock,
    sent,
    state,
    batcher,
    move,
    /** The position that each batch ends with, and when it left. */
    get log() {
      return sent.map(({ at, samples }) => [at - start, samples.at(-1)?.x]);
    },
  };
}

describe('the batcher', () => {
  it('M1: sends the first move after a rest at once, and the last value 100 ms later', async () => {
    const { clock, move, batcher, ...rest } = lab();
    move(0.1);
    expect(rest.sent).toHaveLength(1);
    move(0.2);
    move(0.3);
    await clock.advance(99);
    expect(rest.sent).toHaveLength(1);
    await clock.advance(1);
    expect(rest.sent.map(({ samples }) => samples.map(({ x }) => x))).toEqual([[0.1], [0.2, 0.3]]);
    await clock.advance(10_000);
    expect(rest.sent).toHaveLength(2); // nothing while it rests
    move(0.4);
    expect(rest.sent).toHaveLength(3); // at once again
    batcher.stop();
    expect(clock.waiting).toBe(0);
  });

  it('M1: tells how long ago each sample was, on the time of the event and not of the call', async () => {
    const { clock, move, sent } = lab();
    move(0.1);
    await clock.advance(50);
    move(0.2, clock.now() - 8); // as a coalesced pointer event tells
    move(0.3);
    await clock.advance(50);
    expect(sent[1]?.samples).toEqual([
      { x: 0.2, y: 0, anchor: '', ago: 58 },
      { x: 0.3, y: 0, anchor: '', ago: 50 },
    ]);
    expect(sent[1]?.sentAt).toBe(clock.now());
  });

  it('M1: believes no event from the future: those after it keep their times', async () => {
    const { clock, move, sent } = lab();
    move(0.1, clock.now() + 1e12);
    await clock.advance(20);
    move(0.2);
    await clock.advance(30);
    move(0.3);
    await clock.advance(50);
    expect(sent[0]?.samples.map(({ ago }) => ago)).toEqual([0]);
    expect(sent[1]?.samples.map(({ ago }) => ago)).toEqual([80, 50]);
  });

  it('M1: a pointer that stands still says nothing', async () => {
    const { clock, move, sent } = lab();
    move(0.1);
    await clock.advance(500);
    for (let i = 0; i < 10; i++) move(0.1);
    await clock.advance(500);
    expect(sent).toHaveLength(1);
    move(0.1, clock.now(), '#other'); // the same place of another element is another place
    expect(sent).toHaveLength(2);
  });

  it('M1: sends nothing while nobody would see it, and nothing old when somebody comes', async () => {
    const { clock, move, sent, state, batcher } = lab();
    state.audience = false;
    move(0.1);
    batcher.set({ cursor: 1 });
    batcher.leave();
    move(0.2);
    await clock.advance(1_000);
    state.audience = true;
    await clock.advance(1_000);
    expect(sent).toEqual([]);
    expect(batcher.rest()?.samples).toMatchObject([{ x: 0.2 }]);
  });

  it('M1: drops the way it went when the last one goes meanwhile, but not where it is', async () => {
    const { clock, move, sent, state, batcher } = lab();
    for (const x of [0.1, 0.2, 0.3]) move(x);
    state.audience = false;
    await clock.advance(5_000);
    expect(sent).toHaveLength(1);
    expect(clock.waiting).toBe(0); // and does not look every now and then
    batcher.catchUp(); // nobody is there yet
    state.audience = true;
    batcher.catchUp();
    expect(sent.slice(1)).toMatchObject([{ samples: [{ x: 0.3, ago: 5_000 }] }]);
  });

  it('M1: sends what was missed, as it is now, when there is an audience again', async () => {
    const { clock, move, sent, state, batcher } = lab();
    move(0.1);
    move(0.2);
    state.audience = false; // the link is lost, with a sample waiting
    await clock.advance(100);
    for (const x of [0.3, 0.4, 0.5]) move(x);
    batcher.set({ cursor: 1 });
    batcher.set({ cursor: 2 });
    await clock.advance(2_000);
    state.audience = true;
    batcher.catchUp();
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject({ samples: [{ x: 0.5, ago: 2_000 }], fields: { cursor: 2 }, left: false });
    batcher.catchUp();
    await clock.advance(1_000);
    expect(sent).toHaveLength(2); // nothing more was missed
  });

  it('M1: tells that a pointer left while nobody could hear it', async () => {
    const { clock, move, sent, state, batcher } = lab();
    move(0.1);
    await clock.advance(500);
    state.audience = false;
    move(0.2);
    batcher.leave();
    state.audience = true;
    batcher.catchUp();
    await clock.advance(500);
    expect(sent.slice(1)).toMatchObject([{ left: true, samples: [] }]);
  });

  it('M1: the newest fields go, all of them, in the same batch as the samples', async () => {
    const { clock, move, sent, batcher } = lab();
    batcher.set({ cursor: 1 });
    batcher.set({ cursor: 2, selection: null });
    batcher.set({ cursor: 3, selection: null });
    move(0.1);
    await clock.advance(100);
    expect(sent.map(({ fields, samples }) => [fields, samples.length])).toEqual([
      [{ cursor: 1 }, 0],
      [{ cursor: 3, selection: null }, 1],
    ]);
    batcher.set({ cursor: 4 });
    batcher.dropFields(); // a full state took them along
    await clock.advance(1_000);
    expect(sent).toHaveLength(2);
  });

  it('M1: a pointer that leaves is said to, once, after its last sample', async () => {
    const { clock, move, sent, batcher } = lab();
    batcher.leave(); // never was there
    move(0.1);
    move(0.2);
    batcher.leave();
    batcher.leave();
    await clock.advance(1_000);
    expect(sent.map(({ left, samples }) => [left, samples.length])).toEqual([
      [false, 1],
      [true, 1],
    ]);
    expect(batcher.rest()).toBeUndefined();
    move(0.2); // where it was before: it is back all the same
    expect(sent[2]).toMatchObject({ left: false, samples: [{ x: 0.2 }] });
  });

  it('M5: knows where the pointer rests, and since when, for those who come later', async () => {
    const { clock, move, batcher } = lab();
    move(0.1);
    move(0.7, clock.now(), '#b');
    await clock.advance(12_345);
    const rest = batcher.rest();
    expect(rest).toEqual({
      sentAt: clock.now(),
      left: false,
      samples: [expect.objectContaining({ x: 0.7, y: 0, anchor: '#b', ago: 12_345 })],
    });
  });

  it('M1: what could not be sent is replaced by what comes next', async () => {
    const { clock, move, sent, state, batcher } = lab();
    state.connected = false;
    move(0.1);
    move(0.2);
    await clock.advance(150);
    state.connected = true;
    move(0.3);
    await clock.advance(100);
    expect(sent.map(({ samples }) => samples.map(({ x }) => x))).toEqual([[0.3]]);
    expect(batcher.rest()?.samples).toMatchObject([{ x: 0.3 }]);
  });

  it('M2: more than a batch can hold is thinned, and the last sample is kept', async () => {
    const { clock, move, sent } = lab();
    for (let i = 0; i <= 5_000; i++) move(i / 5_000);
    await clock.advance(100);
    expect(sent[1]?.samples.length).toBeLessThanOrEqual(MAX_SAMPLES);
    expect(sent[1]?.samples.at(-1)?.x).toBe(1);
  });

  it('stops, and whatever waited with it', async () => {
    const { clock, move, sent, batcher } = lab();
    move(0.1);
    move(0.2);
    batcher.stop();
    batcher.stop();
    await clock.advance(1_000);
    expect(sent).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it('M1: whatever a hand does: at most a batch an interval, each sample once and in order, the last within 100 ms', async () => {
    const act = fc.record({
      kind: fc.constantFrom('move', 'move', 'move', 'leave', 'set'),
      wait: fc.nat(160),
      value: fc.nat(1_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        const { clock, move, sent, batcher } = lab();
        let expected: { x?: number | undefined; cursor?: number; left: boolean } = { left: false };
        for (const { kind, wait, value } of acts) {
          await clock.advance(wait);
          if (kind === 'move') {
            move(value / 1_000);
            expected = { ...expected, x: value / 1_000, left: false };
          } else if (kind === 'set') {
            batcher.set({ cursor: value });
            expected = { ...expected, cursor: value };
          } else {
            batcher.leave();
            if (expected.x !== undefined) expected = { ...expected, left: true };
          }
        }
        await clock.advance(2 * BATCH_INTERVAL_MS); // the last, and perhaps that it rests
        const { length } = sent;
        await clock.advance(10_000);
        expect(sent).toHaveLength(length);
        for (const [i, { at }] of sent.entries()) {
          if (i > 0) expect(at - (sent[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(BATCH_INTERVAL_MS);
        }
        const times = sent.flatMap(({ sentAt, samples }) => samples.map(({ ago }) => sentAt - ago));
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(sent.flatMap(({ samples }) => samples).at(-1)?.x).toBe(expected.x);
        expect(sent.findLast(({ fields }) => fields)?.fields?.cursor).toBe(expected.cursor);
        expect(sent.findLast(({ left, samples }) => left || samples.length > 0)?.left ?? false).toBe(expected.left);
      }),
      { numRuns: 200 },
    );
  });
});
