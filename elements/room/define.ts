/** Registers `<slate-room>`. */
import { define } from '../define.js';
import { SlateRoom } from './slate-room.js';

define('slate-room', SlateRoom);
