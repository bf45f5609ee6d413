/** Monaco with y-monaco and the style sheet of `slate-collab/monaco`, as docs/editors.md has it. */
import { describeEditor } from './suite.js';

describeEditor(
  'monaco',
  {
    content: '.monaco-editor .view-lines',
    line: '.view-line',
    caret: { at: '.yRemoteSelectionHead', name: '::after', style: 'border-left-color' },
    selection: { at: '.yRemoteSelection', style: 'background-color' },
  },
  {
    bundling: [
      '--alias:monaco-editor/esm/vs/editor/editor.api.js=monaco-editor',
      'editor.worker=monaco-editor/editor/editor.worker.js',
    ],
  },
);
