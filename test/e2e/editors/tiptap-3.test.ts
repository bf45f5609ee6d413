/** Tiptap 3 with its collaboration carets, as docs/editors.md has it. */
import { describeEditor } from './suite.js';

describeEditor('tiptap-3', {
  content: '.ProseMirror',
  line: 'p',
  caret: { at: '.collaboration-carets__caret', name: '.collaboration-carets__label', style: 'border-left-color' },
  selection: { at: '.ProseMirror-yjs-selection', style: 'background-color' },
});
