/** The section "What verification costs" of docs/benchmarks.md: verified Slate beside open Slate, of what a run had. */
import { expect, it } from 'vitest';
import { verificationSection } from '../bench/report/verification.js';
import type { Results } from '../bench/results.js';

const figures = (value: number) => ({ bytes: value, bytesOut: 1, server: 2, client: 3, p50: 4, p95: 5 });
const joined = { people: 100, fromCall: 10, fromOpen: 8, toPointers: 9, worst: 12, publishes: 4, times: 7 };
const still = { people: 50, seconds: 60, bytesOut: 120, messagesIn: 11, serverCpu: 200 };
const NOTHING: Results = {
  machine: { cpu: '', cores: 2, memoryGiB: 1, system: '', node: '', date: '', versions: {} },
  quick: false,
  moving: [],
  joining: [],
  idle: [],
  life: [],
  verification: [],
  seconds: 1,
};
const OPEN: Results = {
  ...NOTHING,
  joining: [{ ...joined, system: 'slate', title: 'Slate', deliveries: 100 }],
  idle: [{ ...still, system: 'slate', title: 'Slate', bytesIn: 600 }],
};

it('has each figure of both, and the one over the other; of pairs the median of their ratios', () => {
  const both: Results = {
    ...OPEN,
    joining: [...OPEN.joining, { ...joined, system: 'slate-verified', title: 'Slate, verified', deliveries: 150 }],
    idle: [...OPEN.idle, { ...still, system: 'slate-verified', title: 'Slate, verified', bytesIn: 660 }],
    verification: [{ people: 100, rounds: 7, open: figures(80), verified: figures(88), ratio: figures(1.2) }],
  };
  const text = verificationSection(both);
  expect(text).toContain('medians of 7 pairs');
  expect(text).toContain('| 100 moving: bytes received for an update | 80.0 | 88.0 | × 1.20 |');
  expect(text).toContain('| newcomer to 100 people: messages delivered | 100 | 150 | × 1.50 |');
  expect(text).toContain('| 50 at rest: bytes received a client and second | 600 | 660 | × 1.10 |');
});

it('is left out where a run had not both', () => {
  expect(verificationSection(NOTHING)).toBe(undefined);
  expect(verificationSection(OPEN)).toBe(undefined);
});
