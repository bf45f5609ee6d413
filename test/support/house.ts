/**
 * The import table of docs/ARCHITECTURE.md, read, and held against the code: who imports whom, which packages,
 * what comes late, and circles, those of types included.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One row of the table: a folder or a file, and what its files may import besides one another. */
export interface Room {
  readonly path: string;
  readonly imports: readonly string[];
  /** Of `imports`, those that may be loaded with `import()` or imported for their types, and not otherwise. */
  readonly late: readonly string[];
  /** Package to the one file that may import it, or to '' where all files may. */
  readonly packages: ReadonlyMap<string, string>;
}

export interface Import {
  readonly specifier: string;
  /** `import type`, `export type` or `import()`: what it names is not loaded with the file. */
  readonly late: boolean;
}

/** Path of the file, from the root of the project, to its text. */
export type Sources = ReadonlyMap<string, string>;

/** The rows of the table under the heading "Who may import whom". */
export function readTable(markdown: string): Room[] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith('Who may import whom')) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [, path = '', imports = '', packages = ''] = row.split('|');
    return {
      path: quoted(path)[0] ?? '',
      imports: quoted(imports),
      late: [...imports.matchAll(/`([^`]+)` \(late\)/g)].map(([, name = '']) => name),
      packages: new Map(
        [...packages.matchAll(/`([^`]+)`(?: in `([^`]+)`)?/g)].map(([, name = '', file = '']) => [name, file]),
      ),
    };
  });
}

const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

export function readSources(...folders: readonly string[]): Sources {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const code = files.map((file) => file.replaceAll('\\', '/')).filter((file) => /\.tsx?$/.test(file));
  return new Map(code.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

export function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  const found: Import[] = [];
  for (const [, keyword = '', specifier = ''] of code.matchAll(
    /\b((?:import|export)\b[^'"`;()]*?\bfrom|import\s*\(|import)\s*['"]([^'"]+)['"]/g,
  )) {
    found.push({ specifier, late: /^(?:import|export)\s+type\b|^import\s*\($/.test(keyword) });
  }
  return found;
}

/** What the code imports and the table does not allow, a line each. */
export function forbidden(table: readonly Room[], sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) => {
    const room = roomOf(table, file);
    if (!room) return [`${file} is in no room of the table: add a row for its folder`];
    return importsOf(source).flatMap(({ specifier, late }) => {
      const no = `${file} (${room.path}) must not import ${specifier}`;
      if (!specifier.startsWith('.')) return allowsPackage(room, file, specifier) ? [] : [no];
      const target = targetOf(file, specifier);
      const other = roomOf(table, target);
      if (other === room) return [];
      if (!other || !room.imports.includes(other.path)) return [no];
      return late || !room.late.includes(other.path) ? [] : [`${no} but late, with import()`];
    });
  });
}

/** Files that import each other in a circle, a line for each circle. */
export function circles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const { specifier } of importsOf(sources.get(file) ?? '')) {
      if (specifier.startsWith('.')) visit(targetOf(file, specifier));
    }
    path.pop();
    done.add(file);
  };
  for (const file of sources.keys()) visit(file);
  return found;
}

/** The row with the longest path that holds the file. */
function roomOf(table: readonly Room[], file: string): Room | undefined {
  const holds = ({ path }: Room) => file === path || file.startsWith(`${path}/`);
  return table.filter(holds).sort((a, b) => b.path.length - a.path.length)[0];
}

function targetOf(file: string, specifier: string): string {
  return normalize(join(file, '..', specifier))
    .replaceAll('\\', '/')
    .replace(/\.js$/, '.ts');
}

function allowsPackage(room: Room, file: string, specifier: string): boolean {
  const name = specifier.startsWith('node:')
    ? 'node:*'
    : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const only = room.packages.get(name);
  return only !== undefined && (only === '' || file === `${room.path}/${only}`);
}
