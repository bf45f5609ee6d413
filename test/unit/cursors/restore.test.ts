import { expect, it } from 'vitest';
import { Playout } from '../../../src/cursors/playout.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const at = (x: number) => ({ x, y: 0.5, anchor: '' });

it('M5: a pointer that someone else told of is there at once, and follows its sender from its first move', async () => {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  const ahead = 5_000_000; // the sender's clock
  playout.restore(7, at(0.25), ahead - 600_000); // it has rested for ten minutes
  expect(playout.sample(clock.now())).toMatchObject([{ client: 7, x: 0.25 }]);
  for (let frame = 0; frame < 60; frame++) {
    await clock.advance(16);
    expect(playout.sample(clock.now())).toMatchObject([{ x: 0.25 }]);
  }
  playout.push(7, ahead, [{ ...at(0.5), ago: 0 }], false);
  for (let frame = 0; frame < 15; frame++) {
    await clock.advance(16);
    playout.sample(clock.now());
  }
  expect(playout.sample(clock.now())).toMatchObject([{ x: 0.5 }]);
});

it('M5: pointers that a roster does not bring are dropped, unless they moved since', async () => {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  for (const client of [1, 2, 3]) playout.push(client, 100, [{ ...at(0.5), ago: 0 }], false);
  await clock.advance(1_000);
  const asked = clock.now();
  await clock.advance(10);
  playout.push(2, 1_000, [{ ...at(0.6), ago: 0 }], false);
  playout.retain([1], asked);
  await clock.advance(500);
  expect(playout.sample(clock.now()).map(({ client }) => client)).toEqual([1, 2]);
});
