/** Quill with y-quill and quill-cursors, as docs/editors.md has it. */
import { describeEditor } from './suite.js';

describeEditor('quill', {
  content: '.ql-editor',
  line: 'p',
  caret: { at: '.ql-cursor:not(.hidden)', in: '.ql-cursor-caret', name: '.ql-cursor-name', style: 'background-color' },
  redo: 'Control+Shift+z',
  selection: { at: '.ql-cursor-selection-block', style: 'background-color' },
});
