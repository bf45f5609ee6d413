/** The table of docs/editors.md: which feature works in which editor. The tests run what it says. */
import { readFile } from 'node:fs/promises';
import { root } from '../../support/snippets.js';

export interface Cell {
  readonly feature: string;
  readonly holds: boolean;
  /** The footnote of a "no". */
  readonly reason?: string;
}

/** The cells of each editor, by the name of its section (`codemirror`), as the table has them. */
export async function readMatrix(): Promise<Map<string, readonly Cell[]>> {
  const lines = (await readFile(`${root}docs/editors.md`, 'utf8')).split('\n');
  const notes = new Map<string, string>();
  for (const line of lines) {
    const [, note = '', text = ''] = /^\[\^([\w-]+)\]: (.+)$/.exec(line) ?? [];
    notes.set(note, text);
  }
  const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim()));
  const features = rows.find((row) => row.includes('typing'))?.slice(2, -1) ?? [];
  const editors = new Map<string, readonly Cell[]>();
  for (const [, title = '', ...cells] of rows) {
    const [, editor] = /^\[[^\]]+\]\(#([\w-]+)\)$/.exec(title) ?? [];
    if (editor)
      editors.set(
        editor,
        features.map((feature, at) => readCell(feature, cells[at] ?? '', notes)),
      );
  }
  return editors;
}

/** Throws where a cell is neither "yes" nor a "no" with a footnote that says why. */
function readCell(feature: string, cell: string, notes: ReadonlyMap<string, string>): Cell {
  if (cell === 'yes') return { feature, holds: true };
  const [, note = ''] = /^no\[\^([\w-]+)\]$/.exec(cell) ?? [];
  const reason = notes.get(note);
  if (!reason)
    throw new Error(`docs/editors.md: "${cell}" of "${feature}" is neither "yes" nor a "no" with a footnote.`);
  return { feature, holds: false, reason };
}
