/**
 * Where the optional parts of the viewer (following, chat, menu, markers at the edge) meet the `<slate-cursors>` of the
 * page. They are loaded when they are first used; this file is all that is loaded before, and draws nothing.
 */
import type { LitElement } from 'lit';
import type { Room } from '../../src/index.js';
import type { Surface } from '../surface/anchors.js';

/** One `<slate-cursors>`, as seen by the optional parts. */
export interface Stage {
  readonly host: LitElement;
  /** Its room; null while it has none. */
  readonly room: Room | null;
  readonly surface: Surface;
  /** Where one's own pointer is in the window; undefined where it is not on this page, or never was. */
  readonly own: { readonly x: number; readonly y: number } | undefined;
  /** The element of a pointer that is drawn. */
  cursor(client: number): HTMLElement | undefined;
}

/** The stages of the page, in the order they came. */
export const stages = new Set<Stage>();

/** Called when a stage has come, has gone, has another room, or draws another cast. */
export const stageWatchers = new Set<() => void>();

export function stagesChanged(): void {
  for (const fn of [...stageWatchers]) fn();
}

export function stageOf(room: Room | null | undefined): Stage | undefined {
  return room ? [...stages].find((stage) => stage.room === room) : undefined;
}

/** The id of the person whom one follows now. */
export const followed: { user: string | null } = { user: null };
