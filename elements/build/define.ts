/** Registers `<slate-build>`. */
import { define } from '../shared/define.js';
import { SlateBuild } from './slate-build.js';

export { buildWords } from './words.js';
export { SlateBuild };

define('slate-build', SlateBuild);
