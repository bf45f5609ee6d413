/**
 * Owns the viewer of the page. Few pages use it (following, cards, what people say at their pointers), so its code is
 * one file that is loaded when it is first needed. The viewer is made for the first room that needs it and disposed
 * after the last one. Where the code cannot be loaded, one `slate-error` reports that, and everything else works.
 */
import { loadPart } from '../shared/load-part.js';
import type { ViewerTimes } from './times.js';
import type { Viewer, ViewerOwner } from './viewer.js';

export class PageViewer implements ViewerOwner {
  /** The viewer, while there is one. */
  current: Viewer | undefined;
  /** Replaces the usual times of every viewer that is made from now on. */
  times: Partial<ViewerTimes> | undefined;
  #code: Promise<typeof import('./viewer.js') | undefined> | undefined;

  /** Calls `act` with the viewer once it is loaded; undefined where it cannot be loaded, which `host` then reports. */
  async use<T>(host: Element, act: (viewer: Viewer) => T): Promise<T | undefined> {
    this.#code ??= loadPart(host, import('./viewer.js'), 'follows, chats and opens cards');
    const code = await this.#code;
    if (!code) return undefined;
    this.current ??= new code.Viewer(this);
    const viewer = this.current;
    const result = act(viewer);
    viewer.changed(); // disposes the viewer where nothing needs it
    return result;
  }
}

/** The viewer of this page. */
export const pageViewer = new PageViewer();
