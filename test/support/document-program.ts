/**
 * A session of a document as a process: `document-program <servers> <name> write|compact`. A writer appends a line
 * `<pid>:<n>` to the text every few milliseconds, and prints `saved <n>` when the history has acknowledged all up to
 * it; a compactor folds the document again and again, and prints `folded` each time.
 */
import { connect } from '../../src/bus/nats/connect.js';
import { delay, systemClock } from '../../src/clock.js';
import { compact, placeOf } from '../../src/documents/history/operations.js';
import { openDocument } from '../../src/documents/open.js';

const EDIT_MS = 5;
const [servers = '', name = '', task = ''] = process.argv.slice(2);
const bus = await connect({ servers });
const print = (line: string) => process.stdout.write(`${line}\n`);

async function write(): Promise<never> {
  const document = await openDocument(bus, { project: 'p1', name });
  const text = document.doc.getText('content');
  let written = 0;
  document.on('status', ({ state }) => state === 'saved' && print(`saved ${written}`));
  for (;;) {
    written++;
    text.insert(text.length, `${process.pid}:${written}\n`);
    await delay(systemClock, EDIT_MS);
  }
}

async function fold(): Promise<never> {
  const place = placeOf(bus, { project: 'p1', name });
  for (;;) {
    if (await compact(place, { keep: 2 })) print('folded');
    else await delay(systemClock, EDIT_MS);
  }
}

await (task === 'write' ? write() : fold());
