/**
 * Takes the programs out of a Markdown document, so that tests can run them: each code block with a name, and a folder
 * of modules inside `.cache/`, where Vitest and the compiler find what the programs import.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Block {
  /** From `<!-- name -->` on the line before; else the heading above, with a number from its second block on. */
  readonly name: string;
  readonly lang: string;
  readonly code: string;
  /** The line it begins on. */
  readonly line: number;
}

export async function readBlocks(file: string): Promise<Block[]> {
  const blocks: Block[] = [];
  const counts = new Map<string, number>();
  let heading = '';
  let comment: string | undefined;
  let open: { lang: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of (await readFile(`${root}${file}`, 'utf8')).split('\n').entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (open && !fence) open.lines.push(line);
    else if (open) {
      const count = (counts.get(heading) ?? 0) + 1;
      counts.set(heading, count);
      const name = comment ?? (count === 1 ? heading : `${heading} ${count}`);
      blocks.push({ name, lang: open.lang, code: open.lines.join('\n'), line: open.line });
      open = undefined;
      comment = undefined;
    } else if (fence) open = { lang: fence[1] ?? '', line: index + 1, lines: [] };
    else {
      heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading;
      comment = /^<!-- (.+) -->$/.exec(line)?.[1] ?? (line.trim() === '' ? comment : undefined);
    }
  }
  return blocks;
}

export interface Folder extends AsyncDisposable {
  readonly dir: string;
  /** Writes a file and returns its path. */
  write(name: string, text: string): Promise<string>;
}

/** A new folder in `.cache/`, two levels below the root. It is removed at the end of the scope. */
export async function makeFolder(prefix: string): Promise<Folder> {
  await mkdir(`${root}.cache`, { recursive: true });
  const dir = await mkdtemp(`${root}.cache/${prefix}-`);
  return {
    dir,
    async write(name, text) {
      await writeFile(`${dir}/${name}`, text);
      return `${dir}/${name}`;
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A file name made of the name of a block. */
export const slug = (name: string) => name.toLowerCase().replace(/\W+/g, '-').replace(/^-|-$/g, '');

/** The entries of the package to their sources, relative to a folder of {@link makeFolder}. */
export const SOURCES: Readonly<Record<string, string>> = {
  'slate-collab': '../../src/index.js',
  'slate-collab/elements': '../../elements/index.js',
  'slate-collab/react': '../../src/react/index.js',
  'slate-collab/service': '../../src/service/index.js',
  'slate-collab/testing': '../../src/testing.js',
};

/** What the package `codemirror` exports, for the compiler: its parts are here, and it, which joins them, is not. */
export const CODEMIRROR = `declare module 'codemirror' {
  export { EditorView } from '@codemirror/view';
  export const basicSetup: import('@codemirror/state').Extension;
}`;

/** The program with other import paths; paths that `paths` does not name stay. */
export function withPaths(code: string, paths: Readonly<Record<string, string>>): string {
  return code.replace(/(\bfrom |\bimport )'([^']+)'/g, (whole, word: string, path: string) =>
    path in paths ? `${word}'${paths[path]}'` : whole,
  );
}

/** An import of those `names` that the program uses and neither imports nor declares. */
export function missingImports(code: string, names: readonly string[], path: string): string {
  const used = names.filter((name) => {
    const own = new RegExp(`import [^;]*\\b${name}\\b[^;]*from|(?:const|let|function) (?:\\{[^}]*)?\\b${name}\\b`);
    return new RegExp(`\\b${name}\\b`).test(code) && !own.test(code);
  });
  return used.length > 0 ? `import { ${used.join(', ')} } from '${path}';\n` : '';
}

/** The errors of the compiler for the modules in a folder, as strict as for the sources; unused names are allowed. */
export async function compilerErrors(folder: Folder): Promise<string[]> {
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts', '*.tsx'] };
  await folder.write('tsconfig.json', JSON.stringify(config));
  const tsc = promisify(execFile)(`${root}node_modules/.bin/tsc`, ['-p', folder.dir], { maxBuffer: 1e7 });
  const said = await tsc.then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );
  return said.split('\n').filter((line) => line.includes('error TS'));
}
