/** Registers `<slate-carets>`. */
import { define } from '../shared/define.js';
import { SlateCarets } from './slate-carets.js';

export { SlateCarets };

define('slate-carets', SlateCarets);
