/** Tiptap 2 with its collaboration cursors, as docs/editors.md has it. */
import { describeEditor } from './suite.js';

describeEditor('tiptap-2', {
  content: '.ProseMirror',
  line: 'p',
  caret: { at: '.collaboration-cursor__caret', name: '.collaboration-cursor__label', style: 'border-left-color' },
  selection: { at: '.ProseMirror-yjs-selection', style: 'background-color' },
});
