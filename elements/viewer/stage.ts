/**
 * The stages of the page: what the viewer (viewer.ts, which is loaded late) sees of each `<slate-cursors>`. There is
 * one list for the page, because one person sits before it and follows one other person, in whichever of its rooms.
 */
import type { LitElement } from 'lit';
import type { PointerPosition, Room } from '../../src/index.js';
import type { Surface } from '../surface/surface.js';
import type { KeyChoice } from './keys.js';

/** The `<slate-cursors>` of a stage; `announce` is what the page says about what screen readers are told. */
export interface StageHost extends LitElement, KeyChoice {
  readonly announce?: unknown;
}

/** One `<slate-cursors>`, as the viewer sees it. */
export interface Stage {
  readonly host: StageHost;
  /** Its room; null while it has none. */
  readonly room: Room | null;
  readonly surface: Surface;
  /** Where one's own pointer is in the window; undefined where it is not on this page, or never was. */
  readonly own: { readonly x: number; readonly y: number } | undefined;
  /** The element of a pointer that is drawn. */
  cursor(client: number): HTMLElement | undefined;
  /**
   * Scrolls smoothly to a position, until one's own input or {@link stopTravel} ends it. Any other scrolling that a
   * stage of the page has under way ends. False where nothing on this page matches the position.
   */
  travelTo(position: PointerPosition): boolean;
  stopTravel(): void;
  /** Draws everything anew: something may lie elsewhere. */
  redraw(): void;
  /** Sets the file of the `<slate-room>` that the room comes from, where there is one. */
  showFile(file: string | undefined): void;
}

/** In the order in which they came. */
class Stages extends Set<Stage> {
  /** Called when a stage has come or gone, has another room, or draws other pointers. */
  readonly watchers = new Set<() => void>();
  /** The viewer's bar at the lower edge of the window, while it is shown: it covers no marker, bubble or name. */
  bar: HTMLElement | undefined;

  /** The height of the window above the bar, in CSS pixels. It reads the layout. */
  get floor(): number {
    return this.bar?.getBoundingClientRect().top ?? document.documentElement.clientHeight;
  }

  /** The first stage with this room. */
  of(room: Room | null | undefined): Stage | undefined {
    return [...this].find((stage) => room && stage.room === room);
  }

  /** Calls the watchers: to be called after every change. */
  changed(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

/** The stages of this page. */
export const stages = new Stages();
