/** Registers `<slate-avatars>`. */
import { define } from '../define.js';
import { SlateAvatars } from './slate-avatars.js';

define('slate-avatars', SlateAvatars);
