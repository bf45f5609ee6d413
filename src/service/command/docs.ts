/** `slate docs`: the service for documents, until it is stopped. */
import { parseArgs } from 'node:util';
import { isoTime } from '../../clock.js';
import type { SlateError } from '../../errors.js';
import { startDocumentService } from '../documents/start.js';
import type { DocumentServiceOptions } from '../documents/types.js';
import { bytes as bytesOf, seconds, whole } from './amounts.js';
import { documentText } from './document-name.js';
import { CONNECTION_FLAGS, CONNECTION_HELP, connectOptions, reach } from './flags.js';
import type { Io } from './io.js';
import { palette, safe, short, wantsColor } from './text.js';

export const DOCS_HELP = `slate docs   keeps the histories of documents short, until it is stopped

  slate docs --server wss://nats.example.com --user slate_documents

Creates the stream of documents if it is missing. Then it compacts every document whose log has
grown: makes a new version of it, and removes what that replaces. It prints a line for each. Run
one or several: they need not know of each other, and may be stopped at any time.

Options
      --keep <n>           How many versions of a document are kept, 1 to 1000. Those with a name
                           are kept for good. Default: 20.
      --replicas <n>       On how many servers of a cluster documents are kept, where it creates
                           the stream; 1 to 5. Default: 1.
      --max-bytes <size>   The most bytes of all documents, where it creates the stream: 500MB,
                           20GB. When they are reached, edits are not saved, and pages say so.
                           Default: no limit but the server's.
  -i, --interval <s>       Seconds between two looks at what is due, 0.1 to 3600. Default: 5.
      --json               One JSON object a line: time, project, document, entries, bytes, ms.
${CONNECTION_HELP}`;

export async function docs(args: string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...CONNECTION_FLAGS,
      keep: { type: 'string' },
      replicas: { type: 'string' },
      'max-bytes': { type: 'string' },
      interval: { type: 'string', short: 'i' },
      json: { type: 'boolean' },
    },
  });
  const { stdout, stderr, env, clock, signal } = io;
  const colors = palette(wantsColor(stdout, env));
  const notes = palette(wantsColor(stderr, env));
  const note = (text: string) => stderr.write(`${notes.dim(safe(text))}\n`);
  const options: DocumentServiceOptions = {
    keep: whole('--keep', values.keep, 1, 1000),
    replicas: whole('--replicas', values.replicas, 1, 5),
    maxBytes: bytesOf('--max-bytes', values['max-bytes']),
    everyMs: seconds('--interval', values.interval, 0.1, 3600),
    clock,
    onCompacted({ project, name, entries, bytes, ms }) {
      const time = isoTime(clock.date());
      const said = `${short(entries)} entries, now ${short(bytes)}B, ${Math.round(ms)} ms`;
      stdout.write(
        values.json
          ? `${safe(JSON.stringify({ time, project, document: name, entries, bytes, ms: Math.round(ms) }))}\n`
          : `${colors.dim(time.slice(11, 19))}  ${documentText({ project, name })}  ${said}\n`,
      );
    },
    onError: ({ name, message, count }) => note(`${name}: ${message}${count > 1 ? ` (${count} times)` : ''}`),
  };
  const bus = await reach(await connectOptions(values, env), io);
  try {
    const service = await startDocumentService(bus, { ...options, signal });
    const { server } = bus.status as { server?: string };
    note(`Compacting documents at ${server}`);
    const error: SlateError | undefined = await service.closed;
    if (error) throw error;
    const { compacted, lost, failed } = service.stats;
    note(`Stopped: ${compacted} compacted, ${lost} left to others, ${failed} failures.`);
  } finally {
    await bus.close();
  }
}
