/**
 * The page that opens the paper: `?system=&url=&name=&length=`. It marks the begin and the end in the trace, and shows
 * nothing: what an editor does with the text is not measured here.
 */
import { Doc } from 'yjs';
import { BEGIN_MARK, END_MARK } from '../marks.js';
import { pageSystemOf } from './page-systems.js';

const query = new URLSearchParams(location.search);
const length = Number(query.get('length'));
const doc = new Doc();
const text = doc.getText('text');
const measured = { doc, length: 0, done: false };
Object.assign(window, { measured });

/** Begins when the page is at rest, so that its own loading is not measured. */
setTimeout(async () => {
  performance.mark(BEGIN_MARK);
  const system = pageSystemOf(query.get('system') ?? '');
  await system.open({ url: query.get('url') ?? '', name: query.get('name') ?? '', doc });
  const look = () => {
    measured.length = text.length;
    if (text.length < length || measured.done) return;
    performance.mark(END_MARK);
    measured.done = true;
  };
  doc.on('afterTransaction', look);
  look();
}, 300);
