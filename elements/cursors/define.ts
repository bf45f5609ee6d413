/** Registers `<slate-cursors>`. */
import { define } from '../shared/define.js';
import { SlateCursors } from './slate-cursors.js';

define('slate-cursors', SlateCursors);
