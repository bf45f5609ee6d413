/** Tells whoever has a document open that its head was changed from outside, so that they look what happened. */
import type { Place } from '../../documents/history/place.js';
import { encodeLook } from '../../protocol/document-messages.js';

/** Resolves when the server has it. Who misses it finds out when saving. Rejects as `Bus.flush` does. */
export async function tellMembers({ bus, subjects }: Place): Promise<void> {
  bus.publish(subjects.live, encodeLook());
  await bus.flush();
}
