/** The walls of the house: the import table of docs/ARCHITECTURE.md holds for every file of src/ and elements/. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { circles, forbidden, importsOf, readSources, readTable, type Sources } from '../support/house.js';

const table = readTable(readFileSync(new URL('../../docs/ARCHITECTURE.md', import.meta.url), 'utf8'));
const sources = readSources('src', 'elements');
const holding = (file: string, code: string): Sources => new Map([[file, code]]);

describe('the import table of docs/ARCHITECTURE.md', () => {
  it('allows every import of src/ and elements/', () => {
    expect(forbidden(table, sources)).toEqual([]);
  });

  it('has a row for every room, and none for a room that is gone', () => {
    const files = [...sources.keys()];
    const empty = table.filter(({ path }) => !files.some((file) => file === path || file.startsWith(`${path}/`)));
    expect(empty.map(({ path }) => path)).toEqual([]);
    expect(sources.size).toBeGreaterThan(150);
  });

  it('names only rooms it has a row for, and no two rooms that import each other', () => {
    const rows = new Map(table.map((room) => [room.path, room]));
    for (const { path, imports } of table) {
      for (const other of imports) {
        expect(rows.has(other), `${path} imports ${other}`).toBe(true);
        expect(rows.get(other)?.imports, `${other} imports ${path}`).not.toContain(path);
      }
    }
  });

  it('no file imports itself by way of others, types included', () => {
    expect(circles(sources)).toEqual([]);
  });

  // Each line breaks one arrow.
  it.each([
    ['src/errors.ts', './bus/bus.js'],
    ['src/protocol/a.ts', '../bus/bus.js'],
    ['src/protocol/b.ts', '../clock.js'],
    ['src/protocol/c.ts', '../cursors/playout.js'],
    ['src/bus/a.ts', '../protocol/subjects.js'],
    ['src/bus/b.ts', '../presence/roster.js'],
    ['src/bus/c.ts', './nats/nats-bus.js'],
    ['src/bus/d.ts', '../messaging/outbox.js'],
    ['src/bus/nats/a.ts', '../memory/memory-hub.js'],
    ['src/bus/nats/b.ts', 'nats.ws'],
    ['src/bus/memory/a.ts', 'nats.ws'],
    ['src/jetstream/a.ts', '../service/work/jobs.js'],
    ['src/jetstream/b.ts', 'node:fs'],
    ['src/messaging/a.ts', '../events/build.js'],
    ['src/messaging/b.ts', '../index.js'],
    ['src/events/a.ts', '../presence/roster.js'],
    ['src/presence/a.ts', '../cursors/playout.js'],
    ['src/presence/b.ts', '../room/join.js'],
    ['src/presence/c.ts', 'lit'],
    ['src/cursors/a.ts', '../presence/roster.js'],
    ['src/room/a.ts', '../events/build.js'],
    ['src/room/b.ts', '../messaging/default.js'],
    ['src/room/c.ts', '../../elements/index.js'],
    ['src/index.ts', './service/index.js'],
    ['src/testing.ts', './room/join.js'],
    ['src/react/a.ts', '../room/join.js'],
    ['src/service/a.ts', '../room/join.js'],
    ['elements/status/a.ts', '../../src/room/join.js'],
    ['elements/status/b.ts', '../../src/testing.js'],
    ['elements/status/c.ts', 'yjs'],
    ['elements/status/d.ts', '../cursors/overlay.js'],
    ['elements/surface/a.ts', '../cursors/overlay.js'],
    ['elements/room/late.ts', '../../src/rooms.js'],
  ])('%s must not import %s', (file, specifier) => {
    expect(forbidden(table, holding(file, `import { thing } from '${specifier}';`))).toHaveLength(1);
    expect(forbidden(table, holding(file, `export * from "${specifier}";`))).toHaveLength(1);
  });

  it('sees types, late imports and imports without names', () => {
    const code =
      "import type { A } from './a.js';\nimport './b.js';\n" +
      "const c = await import('./c.js');\nexport { d } from './d.js';";
    expect(importsOf(code)).toEqual([
      { specifier: './a.js', late: true },
      { specifier: './b.js', late: false },
      { specifier: './c.js', late: true },
      { specifier: './d.js', late: false },
    ]);
    expect(importsOf("/* import './no.js' */ // from './no.js'\n")).toEqual([]);
    expect(forbidden(table, holding('elements/room/late.ts', "await import('../../src/rooms.js')"))).toEqual([]);
  });

  it('a file outside every room is told so', () => {
    expect(forbidden(table, holding('src/cellar/a.ts', ''))[0]).toContain('add a row');
  });

  it('a circle of types is a circle', () => {
    const two = new Map([
      ['src/a.ts', "import type { B } from './b.js';"],
      ['src/b.ts', "import { a } from './a.js';"],
    ]);
    expect(circles(two)).toEqual(['src/a.ts → src/b.ts → src/a.ts']);
  });
});
