/** Registers `<slate-status>`. */
import { define } from '../shared/define.js';
import { SlateStatus } from './slate-status.js';

define('slate-status', SlateStatus);
