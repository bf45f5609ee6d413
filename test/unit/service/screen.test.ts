/** The screen of `slate top`: it fits every terminal, and text from the network cannot control the terminal. */
import { describe, expect, it } from 'vitest';
import type { Load } from '../../../src/service/command/load.js';
import { draw } from '../../../src/service/command/screen.js';
import { clip, pad, palette, safe, short, wantsColor, width } from '../../../src/service/command/text.js';

const rates = { inMessages: 12_345, outMessages: 0.4, inBytes: 999, outBytes: 1_000_000 };
const connection = (cid: number, name: string) => ({
  cid,
  name,
  user: 'slate_user',
  address: '127.0.0.1:50000',
  subscriptions: 7,
  pending: 0,
  inMessages: 0,
  outMessages: 0,
  inBytes: 0,
  outBytes: 0,
  rtt: '1.234567ms',
  server: 'SBX01',
  rates,
});
const load: Load = {
  at: Date.UTC(2025, 0, 31, 12, 0, 5),
  servers: [
    {
      monitor: 'http://sbx01:8222',
      name: 'SBX01',
      version: '2.9.10',
      uptime: '3h2m1s',
      connections: 40,
      subscriptions: 300,
      slowConsumers: 2,
      routes: 1,
      inMessages: 0,
      outMessages: 0,
      inBytes: 0,
      outBytes: 0,
      memory: 16_800_000,
      cpu: 3.2,
      jetstream: true,
      rates,
    },
    { monitor: 'http://sbx02:8222', error: 'ECONNREFUSED' },
  ],
  total: { connections: 40, subscriptions: 300, slowConsumers: 2, rates },
  connections: Array.from({ length: 40 }, (_, n) => connection(n, n === 0 ? '陳\x1b[2J\u202e' : `page ${n}`)),
  queues: [{ stream: 'slate-build-jobs', queue: 'build-workers', waiting: 3, running: 2, again: 1 }],
  faults: [
    {
      cid: 9,
      name: 'reader',
      address: '127.0.0.1:1',
      stop: '2025-01-31T12:00:04Z',
      reason: 'Slow Consumer (Pending Bytes)',
      server: 'SBX01',
    },
  ],
};

describe('the screen', () => {
  it('shows servers, rates, queues, errors and the busiest connections', () => {
    const text = draw(load, { columns: 130, rows: 20 }, palette(false)).join('\n');
    expect(text).toContain('slate top  12:00:05   40 connections   300 subscriptions   12.3k msgs/s in, 0.4 out');
    expect(text).toContain('2 slow consumers   1 error');
    expect(text).toMatch(/^SBX01 +2\.9\.10 +3h2m1s +40 +300 +12\.3k +0\.4 +999 +1\.00M +3 +16\.8M +2$/m);
    expect(text).toContain('http://sbx02:8222 cannot be read: ECONNREFUSED');
    expect(text).toContain('build-workers: 3 waiting, 2 running, 1 delivered again');
    expect(text).toContain('12:00:04  SBX01  reader (127.0.0.1:1): Slow Consumer (Pending Bytes)');
    expect(text).toMatch(/^page 1 .* 1\.2ms$/m);
    expect(text).toContain('… and 32 more');
  });

  it.each([
    [130, 20],
    [80, 24],
    [60, 12],
    [40, 6],
    [20, 3],
    [20, 30],
    [1, 30],
  ])('fits %i columns and %i rows', (columns, rows) => {
    const lines = draw(load, { columns, rows }, palette(true));
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(width(line), line).toBeLessThanOrEqual(columns);
  });

  it('escapes control characters in a name', () => {
    const text = draw(load, { columns: 130, rows: 40 }, palette(false)).join('\n');
    expect(text).toContain('陳\\u001b[2J');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there is none
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

describe('text', () => {
  it('is measured in columns, clipped and filled', () => {
    expect([width('abc'), width('陳大文'), width('é'), width('👍'), width('\x1b[31mred\x1b[0m')]).toEqual([
      3, 6, 1, 2, 3,
    ]);
    expect([clip('abcdef', 4), clip('abc', 3), clip('陳大文', 4), clip('abc', 0)]).toEqual(['abc…', 'abc', '陳…', '']);
    expect([pad('陳', 4), pad('7', 3, true)]).toEqual(['陳  ', '  7']);
  });

  it('cannot move the cursor or change its direction', () => {
    expect(safe('a\x1b[31m\x9b2J\u202eb\nc陳👍')).toBe('a\\u001b[31m\\u009b2J\\u202eb\\u000ac陳👍');
  });

  it('shows numbers with three digits', () => {
    expect([0, 7, 0.25, 99.94, 999, 999.6, 1000, 12_345, 999_499, 1e6, 2.5e12].map(short)).toEqual([
      '0',
      '7',
      '0.3',
      '99.9',
      '999',
      '1.00k',
      '1.00k',
      '12.3k',
      '999k',
      '1.00M',
      '2.50T',
    ]);
  });

  it('has colours only on a terminal, and not where NO_COLOR is set', () => {
    expect(wantsColor({ isTTY: true }, {})).toBe(true);
    expect(wantsColor({}, {})).toBe(false);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  });
});
