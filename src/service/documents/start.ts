/** `startDocumentService`: the way in for programs that compact documents themselves. */
import type { Bus } from '../../bus/bus.js';
import { ensureDocumentStream } from '../../documents/history/operations.js';
import { CompactingService } from './document-service.js';
import { checkSettings } from './settings.js';
import type { DocumentService, DocumentServiceOptions } from './types.js';

/**
 * Creates the stream of documents where it is missing, and compacts the documents that are due (Y13), together with all
 * other instances. Resolves when it has begun. Rejects with {@link OptionError}, {@link PermissionError}, with {@link
 * JetStreamError} where there is no JetStream or the stream has another configuration, and with the reason of `signal`.
 *
 * ```ts
 * const service = await startDocumentService(bus, { keep: 50, onCompacted: ({ name }) => console.log(name) });
 * ```
 */
export async function startDocumentService(bus: Bus, options: DocumentServiceOptions = {}): Promise<DocumentService> {
  const settings = checkSettings(bus, options);
  const { signal } = options;
  signal?.throwIfAborted();
  await ensureDocumentStream(bus, settings.stream);
  signal?.throwIfAborted();
  const service = new CompactingService(settings);
  const stop = () => void service.stop();
  signal?.addEventListener('abort', stop, { once: true });
  void service.closed.then(() => signal?.removeEventListener('abort', stop));
  void service.run();
  return service;
}
