/** The words for the cover: CodeMirror on a text of the room's document, with the carets of everyone who is in it. */
import { EditorState } from '@codemirror/state';
import { keymap, placeholder } from '@codemirror/view';
import { EditorView, minimalSetup } from 'codemirror';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import type { Room } from '../../src/index.js';

/** The editor of the room before this one, if there was one. */
let view: EditorView | undefined;

/** Puts the editor into `parent`. */
export function openWords(parent: Element, { doc, awareness }: Room): void {
  const text = doc?.getText('words');
  if (!text) return;
  const state = EditorState.create({
    doc: text.toString(),
    extensions: [
      keymap.of(yUndoManagerKeymap), // before the editor's own, which would take back what others wrote
      minimalSetup,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-labelledby': 'words-title', 'aria-describedby': 'words-hint' }),
      placeholder('What should stand on the back?'),
      yCollab(text, awareness),
    ],
  });
  view?.destroy();
  view = new EditorView({ state, parent });
}
