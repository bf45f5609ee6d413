/** M10: the turns that both lanes share. */
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/cursors/turns.js';
import { VirtualClock } from '../../support/virtual-clock.js';

function lab() {
  const clock = new VirtualClock();
  const turns = new Turns(clock);
  const sent: [string, number][] = [];
  const sender = (name: string) => () => {
    sent.push([name, clock.now() - start]);
    turns.taken();
  };
  const start = clock.now();
  return { clock, turns, sent, sender };
}

describe('turns', () => {
  it('M10: come at once after a rest, then every 100 ms, in the order of the questions', async () => {
    const { clock, turns, sent, sender } = lab();
    const [one, other] = [sender('one'), sender('other')];
    for (let i = 0; i < 49; i++) {
      turns.request(one);
      turns.request(other);
      await clock.advance(10);
    }
    expect(sent).toEqual([
      ['one', 0],
      ['other', 100],
      ['one', 200],
      ['other', 300],
      ['one', 400],
    ]);
    await clock.advance(1_000);
    expect(sent.slice(5)).toEqual([
      ['other', 500],
      ['one', 600],
    ]);
    expect(clock.waiting).toBe(0);
  });

  it('M10: who has nothing to send leaves the turn to the next', async () => {
    const { clock, turns, sent, sender } = lab();
    turns.request(sender('first'));
    turns.request(() => undefined);
    turns.request(sender('second'));
    await clock.advance(100);
    expect(sent).toEqual([
      ['first', 0],
      ['second', 100],
    ]);
  });

  it('M10: may be called off, and leave no timer then', async () => {
    const { clock, turns, sent, sender } = lab();
    const later = sender('later');
    turns.request(sender('first'));
    turns.request(later);
    expect(clock.waiting).toBe(1);
    turns.cancel(later);
    expect(clock.waiting).toBe(0);
    await clock.advance(1_000);
    expect(sent).toHaveLength(1);
  });
});
