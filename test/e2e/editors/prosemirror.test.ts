/** ProseMirror with y-prosemirror, as docs/editors.md has it. */
import { describeEditor } from './suite.js';

describeEditor('prosemirror', {
  content: '.ProseMirror',
  line: 'p',
  caret: { at: '.ProseMirror-yjs-cursor', name: 'div', style: 'border-left-color' },
  selection: { at: '.ProseMirror-yjs-selection', style: 'background-color' },
});
