/** Registers `<slate-room>`. */
import { define } from '../shared/define.js';
import { SlateRoom } from './slate-room.js';

define('slate-room', SlateRoom);
