/** Registers `<slate-build>`. */
import { define } from '../shared/define.js';
import { SlateBuild } from './slate-build.js';

export { SlateBuild };

define('slate-build', SlateBuild);
