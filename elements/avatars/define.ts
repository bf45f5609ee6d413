/** Registers `<slate-avatars>`. */
import { define } from '../shared/define.js';
import { SlateAvatars } from './slate-avatars.js';

define('slate-avatars', SlateAvatars);
