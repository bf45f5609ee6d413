/** Registers `<slate-fields>`. */
import { define } from '../shared/define.js';
import { SlateFields } from './slate-fields.js';

export { SlateFields };

define('slate-fields', SlateFields);
