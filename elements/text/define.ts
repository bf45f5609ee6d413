/** Registers `<slate-text>`. */
import { define } from '../shared/define.js';
import { SlateText } from './slate-text.js';

export { SlateText };

define('slate-text', SlateText);
