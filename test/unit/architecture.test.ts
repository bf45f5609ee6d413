/** docs/ARCHITECTURE.md against the code: a newcomer who follows its tables finds what they promise. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(`${root}docs/ARCHITECTURE.md`, 'utf8');

/** The rows of the tables in a section, cell by cell, without the heads. */
function rowsOf(heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

describe('Where do I change …', () => {
  const rows = rowsOf('Where do I change');

  it.each(rows)('%s', (_question, place, names) => {
    const files = quoted(place).filter((path) => path.includes('.'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(root + file), file).toBe(true);
    for (const name of quoted(names)) expect(readFileSync(root + files[0], 'utf8')).toContain(name);
  });

  it('answers what newcomers ask first', () => {
    const questions = rows.map(([question]) => question);
    expect(questions).toEqual(
      expect.arrayContaining([
        'the heartbeat interval',
        'what a tooltip says',
        'how a cursor batch is encoded',
        'what happens on a refused password',
        'where a new kind of event goes',
      ]),
    );
  });
});

describe('The way of one …', () => {
  const ways = [...text.matchAll(/^## (The way of one .+)$/gm)].map(([, heading = '']) => heading);

  it('is told of a pointer move, a renewal, a presence change, a join, an edit, an event and a durable job', () => {
    expect(ways).toHaveLength(7);
  });

  it.each(ways)('%s: every step names files that exist, and the steps are numbered', (way) => {
    const steps = rowsOf(way).filter(([number]) => number !== '');
    expect(steps.map(([number]) => Number(number))).toEqual(steps.map((_, index) => index + 1));
    for (const [, files = '', does = ''] of steps) {
      const paths = [...quoted(files), ...quoted(does).filter((name) => /^(?:[a-z]+\/)*[-a-z.]+\.ts$/.test(name))];
      let folder = '';
      for (const path of paths) {
        const full = path.includes('/') ? path : `${folder}${path}`;
        if (path.includes('/') && quoted(files).includes(path)) folder = path.replace(/[^/]+$/, '');
        expect(existsSync(root + full), `${path}, as ${full}`).toBe(true);
      }
    }
  });
});

it('the glossary has some two dozen words', () => {
  const words = rowsOf('Glossary');
  expect(words.length).toBeGreaterThanOrEqual(18);
  expect(words.length).toBeLessThanOrEqual(30);
});
