/** BlockNote in React, as docs/editors.md has it. */
import { describeEditor } from './suite.js';

describeEditor(
  'blocknote',
  {
    content: '.bn-editor',
    line: '.bn-inline-content',
    caret: {
      at: '.bn-collaboration-cursor__base',
      in: '.bn-collaboration-cursor__caret',
      name: '.bn-collaboration-cursor__label',
      style: 'background-color',
    },
    selection: { at: '.ProseMirror-yjs-selection', style: 'background-color' },
  },
  { bundling: ['--conditions=style,module', '--loader:.woff2=dataurl'] },
);
