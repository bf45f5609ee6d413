/** M1: when motion is sent, and what. */
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
    /** When each batch was sent, and the x that it ends with. */
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

  it('M1: says of a tap that it is one, once, also where the pointer rested', async () => {
    const { clock, move, batcher, sent, state } = lab();
    const tap = (x: number) => batcher.move({ x, y: 0, anchor: '', tapped: true }, clock.now());
    const taps = () => sent.map(({ tapped, samples }) => [samples.at(-1)?.x, tapped]);
    move(0.1);
    tap(0.1);
    await clock.advance(1_000);
    expect(taps()).toEqual([
      [0.1, undefined],
      [0.1, true],
    ]);
    tap(0.2);
    tap(0.3);
    move(0.4); // before the next batch leaves
    await clock.advance(1_000);
    expect(taps().slice(2)).toEqual([
      [0.2, true],
      [0.4, undefined],
    ]);
    state.audience = false;
    tap(0.5);
    state.audience = true;
    batcher.catchUp();
    await clock.advance(1_000);
    expect(taps().at(-1)).toEqual([0.5, undefined]);
  });

  it('M1: gives the age of each sample by the time of the event, and not by the time of the call', async () => {
    const { clock, move, sent } = lab();
    move(0.1);
    await clock.advance(50);
    move(0.2, clock.now() - 8); // the time of a coalesced pointer event
    move(0.3);
    await clock.advance(50);
    expect(sent[1]?.samples).toEqual([
      { x: 0.2, y: 0, anchor: '', ago: 58 },
      { x: 0.3, y: 0, anchor: '', ago: 50 },
    ]);
    expect(sent[1]?.sentAt).toBe(clock.now());
  });

  it('M1: takes the time of an event from the future as now, so that later events keep their times', async () => {
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

  it('M1: sends nothing for a pointer that stands still', async () => {
    const { clock, move, sent } = lab();
    move(0.1);
    await clock.advance(500);
    for (let i = 0; i < 10; i++) move(0.1);
    await clock.advance(500);
    expect(sent).toHaveLength(1);
    move(0.1, clock.now(), '#other'); // the same fractions of another anchor are another position
    expect(sent).toHaveLength(2);
  });

  it('M1: sends nothing while nobody would see it, and nothing out of date when somebody joins', async () => {
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

  it('M1: drops the samples that wait when the last member leaves, but not the position', async () => {
    const { clock, move, sent, state, batcher } = lab();
    for (const x of [0.1, 0.2, 0.3]) move(x);
    state.audience = false;
    await clock.advance(5_000);
    expect(sent).toHaveLength(1);
    expect(clock.waiting).toBe(0); // no timer is left
    batcher.catchUp(); // nobody is there yet
    state.audience = true;
    batcher.catchUp();
    expect(sent.slice(1)).toMatchObject([{ samples: [{ x: 0.3, ago: 5_000 }] }]);
  });

  it('M1: sends the present values of what was missed when there is an audience again', async () => {
    const { clock, move, sent, state, batcher } = lab();
    move(0.1);
    move(0.2);
    state.audience = false; // the connection is lost while a sample waits
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

  it('M1: says afterwards that a pointer left while there was no connection', async () => {
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

  it('M1: sends all fast fields, as they are now, in the same batch as the samples', async () => {
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
    batcher.dropFields(); // a full state contained them
    await clock.advance(1_000);
    expect(sent).toHaveLength(2);
  });

  it('M1: says once that a pointer left, after its last sample', async () => {
    const { clock, move, sent, batcher } = lab();
    batcher.leave(); // it was never there
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
    move(0.2); // the same position as before: it is back nevertheless
    expect(sent[2]).toMatchObject({ left: false, samples: [{ x: 0.2 }] });
  });

  it('M5: knows where the pointer rests, and since when, for clients that join later', async () => {
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

  it('M1: a batch that could not be sent is replaced by the next one', async () => {
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

  it('M2: leaves out samples when there are more than a batch can hold, and keeps the last one', async () => {
    const { clock, move, sent } = lab();
    for (let i = 0; i <= 5_000; i++) move(i / 5_000);
    await clock.advance(100);
    expect(sent[1]?.samples.length).toBeLessThanOrEqual(MAX_SAMPLES);
    expect(sent[1]?.samples.at(-1)?.x).toBe(1);
  });

  it('sends nothing after it was stopped', async () => {
    const { clock, move, sent, batcher } = lab();
    move(0.1);
    move(0.2);
    batcher.stop();
    batcher.stop();
    await clock.advance(1_000);
    expect(sent).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it('M1: sends one batch an interval at most, each sample once and in order, and the last value', async () => {
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
        await clock.advance(2 * BATCH_INTERVAL_MS); // the last batch, and perhaps one that says that the pointer rests
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
