/** What every `slate doc` command does first, and last: connects, and closes the connection. */
import type { Bus } from '../../bus/bus.js';
import { type DocumentPlace, placeOf } from '../../documents/history/operations.js';
import type { Place } from '../../documents/history/place.js';
import type { SlateError } from '../../errors.js';
import { type ConnectionFlags, connectOptions, reach } from './flags.js';
import type { Io } from './io.js';
import { palette, safe, wantsColor } from './text.js';

/** Runs `use` with a connection. Rejects as `reach` and `use` do. */
export async function withBus<T>(flags: ConnectionFlags, io: Io, use: (bus: Bus) => Promise<T>): Promise<T> {
  const bus = await reach(await connectOptions(flags, io.env), io);
  try {
    return await use(bus);
  } finally {
    await bus.close();
  }
}

/** The same, for the history of one document. What cannot be read of it is noted on stderr, and left out. */
export function withDocument<T>(
  flags: ConnectionFlags,
  io: Io,
  document: DocumentPlace,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const { warn } = palette(wantsColor(io.stderr, io.env));
  const report = ({ message }: SlateError) => io.stderr.write(`${warn(safe(message))}\n`);
  return withBus(flags, io, (bus) => use(placeOf(bus, document, { report })));
}
