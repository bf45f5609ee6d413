/** Registers `<slate-cursors>`. */
import { define } from '../define.js';
import { SlateCursors } from './slate-cursors.js';

define('slate-cursors', SlateCursors);
