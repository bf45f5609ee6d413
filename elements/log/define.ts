/** Registers `<slate-log>`. */
import { define } from '../shared/define.js';
import { SlateLog } from './slate-log.js';

export { SlateLog };

define('slate-log', SlateLog);
