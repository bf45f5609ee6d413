/** The one-file build with events: it registers every element and exports the whole public API. */
import './feed/define.js';
import './fields/define.js';
import './build/define.js';
import './log/define.js';

export * from '../src/index.js';
export { SlateBuild } from './build/define.js';
export { EventsController, type EventsHost } from './controllers/events-controller.js';
export { type FeedEvent, type FeedNews, SlateFeed } from './feed/define.js';
export { SlateFields } from './fields/define.js';
export * from './index.js';
export { SlateLog } from './log/define.js';
export type { SlateText } from './text/slate-text.js'; // it is in the file of documents beside this one
export { setWords } from './words/index.js';
