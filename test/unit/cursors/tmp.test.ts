import { it } from 'vitest';
import { Crowd } from '../../support/crowd.js';
it('x', () => {
  const t0 = performance.now();
  const crowd = new Crowd();
  crowd.join(); crowd.join();
  crowd.clock.runUntil(3000);
  for (let i = 0; i < 498; i++) crowd.clock.at(3000 + i * 10000 / 498, () => crowd.join());
  for (let s = 1; s <= 20; s++) {
    crowd.clock.runUntil(3000 + s * 1000);
    const iv = crowd.intervals;
    console.log(s, 'people', iv.length, 'busiest', crowd.busiest(3000 + (s - 1) * 1000, 3000 + s * 1000), 'rate', crowd.rate(2000 + s * 1000, 3000 + s * 1000), 'interval', Math.min(...iv).toFixed(0), Math.max(...iv).toFixed(0));
  }
  crowd.move(false);
  crowd.clock.runUntil(30000);
  crowd.move(true);
  for (let s = 1; s <= 6; s++) { crowd.clock.runUntil(30000 + s * 500); const iv = crowd.intervals; console.log('all at once', s, crowd.busiest(30000 + (s - 1) * 500, 30000 + s * 500), crowd.rate(30000 + (s - 1) * 500, 30000 + s * 500), Math.min(...iv).toFixed(0), Math.max(...iv).toFixed(0)); }
  crowd.move(false, 3);
  for (let s = 1; s <= 10; s++) { crowd.clock.runUntil(33000 + s * 500); const iv = crowd.intervals; console.log('all but three stop', s, crowd.rate(33000 + (s - 1) * 500, 33000 + s * 500), Math.min(...iv).toFixed(0), Math.max(...iv).toFixed(0)); }
  console.log(performance.now() - t0);
});
