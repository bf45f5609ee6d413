/** The way from one tab through a server to another: delays from a seed, and in order, as TCP has it. */
import type { Random } from '../../../src/clock.js';

export interface Network {
  readonly title: string;
  /** One way, in ms: mean and standard deviation of a normal distribution, and never below 1. */
  readonly mean: number;
  readonly deviation: number;
  /** How many messages are held up longer (a share), and by how much more, in ms. */
  readonly spikes?: { readonly share: number; readonly from: number; readonly to: number };
}

export const NETWORKS: readonly Network[] = [
  { title: '20 ± 3 ms', mean: 20, deviation: 3 },
  { title: '60 ± 15 ms', mean: 60, deviation: 15 },
  { title: '60 ± 15 ms, 2 % spikes', mean: 60, deviation: 15, spikes: { share: 0.02, from: 100, to: 250 } },
];

/** When a message that leaves at `sentAt` arrives. To be called in the order of sending. */
export function makeWay({ mean, deviation, spikes }: Network, random: Random): (sentAt: number) => number {
  let last = 0;
  return (sentAt) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let delay = Math.max(1, mean + deviation * normal);
    const [lot, more] = [random(), random()];
    if (spikes && lot < spikes.share) delay += spikes.from + (spikes.to - spikes.from) * more;
    last = Math.max(last, sentAt + delay);
    return last;
  };
}
