/**
 * What a document that is open works with: its live lane, its history, and what looks after both. A document that may
 * only be read has them on a copy (Y19).
 */
import type { Doc } from 'yjs';
import type { Bus } from '../bus/bus.js';
import type { SlateError } from '../errors.js';
import { sealersOf } from './cipher.js';
import { History } from './history/history.js';
import { Keeping } from './keeping.js';
import { LiveLane } from './live/live-lane.js';
import { type ReadDocumentOptions, titleOf } from './options.js';
import { readOnlyCopy } from './read-only.js';
import { Rescue } from './rescue.js';
import type { DocumentEvents, Version } from './types.js';

/** The document that the lanes are of. */
export interface LanesHost {
  /** The origin of what the lanes change in the document. */
  readonly origin: object;
  /** True where somebody else watches over members that die (P9): a room. */
  readonly watched: boolean;
  report(error: unknown): void;
  progress(event: DocumentEvents['progress']): void;
  changed(): void;
  versions(versions: readonly Version[]): void;
  /** An edit was taken back, because the document may only be read. */
  refused(): void;
  /** Another document has its name; returns the error that says so. */
  replaced(theirs: Uint8Array): SlateError;
  /** The document was deleted, replaced, or may not be written any more. */
  ended(error: SlateError): void;
  /** The history has become available, some time after the document was opened. */
  arrived(): void;
  /** Compares the history with the document, and saves what is missing. */
  rescue(): Promise<void>;
  /** Reads what is new in the history; a writer also saves what is missing there. */
  look(): Promise<void>;
  /** Others have what the history has to show (Y20). */
  wanting(): void;
  /** Something came from elsewhere. */
  compare(): void;
}

export interface Lanes {
  /** The document on which they work. */
  readonly inner: Doc;
  readonly live: LiveLane;
  readonly history: History | undefined;
  /** How it is kept; `undefined` where it is not to be. */
  readonly keeping: Keeping | undefined;
  readonly rescue: Rescue;
  /** Stops all of them. Does not flush. Idempotent. */
  stop(): Promise<void>;
}

export function makeLanes(bus: Bus, options: ReadDocumentOptions, readOnly: boolean, host: LanesHost): Lanes {
  const { project, name, doc, clock, random, subjects, authors, cipher, keep, user, schema, store } = options;
  const document = titleOf(name);
  const copied = readOnly ? readOnlyCopy(doc, () => host.refused()) : undefined;
  const inner = copied?.copy ?? doc;
  const sealers = sealersOf(cipher, project, name);
  const { origin, report, watched } = host;
  const progress = (received: number, total: number) => host.progress({ received, total });
  const common = { bus, clock, random, doc: inner, subjects, authors, document, origin, readOnly, report, progress };
  const live = new LiveLane({
    ...common,
    lineage: () => keeping?.lineage,
    inHistory: () => keeping?.coversAll ?? false,
    look: () => void keeping?.look(),
    kept: (client, clock) => history?.told(client, clock),
    hasHistory: () => keeping?.isOpen ?? false,
    missing: (dropped) => {
      if (dropped) history?.dropped();
      if (authors.isVerified) host.wanting();
    },
    renamed: () => history?.renamed(),
    cipher: sealers?.live,
  });
  const history = options.history
    ? new History({
        ...common,
        by: user,
        keep,
        schema,
        changed: () => host.changed(),
        kept: (client, clock) => live.sayKept(client, clock),
        renew: () => live.renew(),
        claimed: () => live.claimed(),
        moved: () => live.sayLook(),
        versions: (versions) => host.versions(versions),
        cipher: sealers,
      })
    : undefined;
  const keeping: Keeping | undefined =
    history &&
    new Keeping({
      history,
      title: document,
      clock,
      store,
      replaced: (theirs) => host.replaced(theirs),
      report,
      changed: () => host.changed(),
      ended: (error) => host.ended(error),
      arrived: () => host.arrived(),
    });
  const rescue = new Rescue({
    ...common,
    save: () => host.rescue(),
    look: () => host.look(),
    elsewhere: () => host.compare(),
    watched: () => watched,
  });
  return {
    inner,
    live,
    history,
    keeping,
    rescue,
    stop: async () => {
      rescue.stop();
      keeping?.stop();
      live.stop();
      copied?.stop();
      await history?.stop();
    },
  };
}
