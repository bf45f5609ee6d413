/**
 * What few pages use of the viewer (following, the menus, what is said at pointers) comes late, in one file, the first
 * time that anyone asks for it. Where it cannot be loaded, one `slate-error` says so, and nothing else is missing.
 */
import { PartMissingError } from '../../src/index.js';
import { SlateErrorEvent } from '../shared/room-events.js';

export type Viewer = typeof import('./viewer.js');

let viewer: Promise<Viewer | undefined> | undefined;

/** Does something with it once it is there; undefined where it cannot be had. `host` is what reports that. */
export async function withViewer<T>(host: Element, act: (viewer: Viewer) => T): Promise<T | undefined> {
  viewer ??= import('./viewer.js').catch((cause) => {
    host.dispatchEvent(new SlateErrorEvent(new PartMissingError('follows, chats and opens menus', { cause })));
    return undefined;
  });
  const loaded = await viewer;
  return loaded && act(loaded);
}
