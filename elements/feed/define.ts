/** Registers `<slate-feed>`. */
import { define } from '../shared/define.js';
import { SlateFeed } from './slate-feed.js';

export type { FeedEvent, FeedNews } from './news.js';
export { SlateFeed };

define('slate-feed', SlateFeed);
