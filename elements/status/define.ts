/** Registers `<slate-status>`. */
import { define } from '../define.js';
import { SlateStatus } from './slate-status.js';

define('slate-status', SlateStatus);
