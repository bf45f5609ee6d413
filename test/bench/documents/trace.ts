/**
 * The keystrokes of a whole paper. `--trace` names a file of josephg/editing-traces, in the format of its sequential
 * traces; without it a trace of the same size and shape is made up: as many edits, as many of them deletes, as long in
 * the end, in runs that leave a state of about as many bytes. Always the same one.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Text } from 'yjs';

/** At this index, this many characters are deleted, and then these inserted. */
export type Edit = readonly [index: number, deleted: number, inserted: string];

export interface Trace {
  /** What the tables call it. */
  readonly title: string;
  readonly edits: readonly Edit[];
}

const INSERTS = 182_315;
const DELETES = 77_463;
/** People type and erase in runs of up to so many characters; that often, the cursor goes elsewhere before one. */
const RUN = { typed: 94, erased: 40 };
const JUMP = 0.5;
/** A letter occurs in it about as often as in English. */
const LETTERS = 'eeeeeeetttttaaaaooooiiiinnnnsssshhhrrrdddlluuccmmwwffggyyppbbvk        ,.\n';

export function readTrace(file: string | undefined): Trace {
  if (file === undefined) return { title: 'a generated trace', edits: generated() };
  const { txns } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { txns: { patches: Edit[] }[] };
  const name = file
    .split('/')
    .at(-1)
    ?.replace(/\.json\.gz$/, '');
  return {
    title: `\`${name}\` of josephg/editing-traces (CC BY 4.0)`,
    edits: txns.flatMap(({ patches }) => patches),
  };
}

function generated(): Edit[] {
  // xorshift32
  let state = 0x9e3779b9;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const edits: Edit[] = [];
  let inserts = INSERTS;
  let deletes = DELETES;
  let length = 0;
  let cursor = 0;
  while (inserts + deletes > 0) {
    if (random() < JUMP) cursor = Math.floor(random() * (length + 1));
    const deleting = cursor > 0 && random() < 0.5;
    for (let run = 1 + Math.floor(random() * (deleting ? RUN.erased : RUN.typed)); run > 0; run--) {
      if (deleting && deletes > 0 && cursor > 0) {
        cursor -= 1;
        length -= 1;
        deletes -= 1;
        edits.push([cursor, 1, '']);
      } else if (!deleting && inserts > 0) {
        edits.push([cursor, 0, LETTERS[Math.floor(random() * LETTERS.length)] ?? 'e']);
        cursor += 1;
        length += 1;
        inserts -= 1;
      } else break;
    }
    if (inserts === 0 && cursor === 0) cursor = length;
  }
  return edits;
}

export function play(text: Text, edits: readonly Edit[]): void {
  for (const [index, deleted, inserted] of edits) {
    if (deleted > 0) text.delete(index, deleted);
    if (inserted !== '') text.insert(index, inserted);
  }
}
