/** CodeMirror 6 with y-codemirror.next, as docs/editors.md has it. */
import { describeEditor } from './suite.js';

describeEditor('codemirror', {
  content: '.cm-content',
  line: '.cm-line',
  caret: { at: '.cm-ySelectionCaret', name: '.cm-ySelectionInfo', style: 'background-color' },
  selection: { at: '.cm-ySelection', style: 'background-color' },
});
