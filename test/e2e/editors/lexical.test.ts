/** Lexical with its Yjs plugin, as docs/editors.md has it. What it draws has no classes, so styles tell it apart. */
import { describeEditor } from './suite.js';

describeEditor('lexical', {
  content: '[contenteditable]',
  line: 'p',
  caret: { at: '#editor span[style*="z-index: 10"]', name: 'span', style: 'background-color' },
  selection: { at: '#editor span:has(> span[style*="z-index: 5"])', in: 'span', style: 'background-color' },
});
