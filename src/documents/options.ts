/** The options of a document, and the checks that they pass. */
import { Doc } from 'yjs';
import type { Bus, Identity } from '../bus/bus.js';
import { type Clock, type Random, systemClock, systemRandom } from '../clock.js';
import { OptionError } from '../errors.js';
import { type DocumentName, type DocumentSubjects, documentSubjects } from '../protocol/document-subjects.js';
import { Authors } from './authors.js';
import type { DocumentOptions } from './types.js';

/** Heads before the present one. */
const KEEP = 20;
const MAX_KEEP = 1000;

/** The options after their checks, with all defaults filled in. */
export interface ReadDocumentOptions extends DocumentOptions {
  readonly doc: Doc;
  readonly history: boolean;
  readonly readOnly: boolean;
  readonly keep: number;
  readonly schema: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly subjects: DocumentSubjects;
  /** Y20: who has which client id. */
  readonly authors: Authors;
  readonly verified: boolean;
}

/** Checks the options and fills in the defaults. Throws {@link OptionError} and {@link InvalidIdError}. */
export function readDocumentOptions(
  { identity }: Pick<Bus, 'identity'>,
  options: DocumentOptions,
): ReadDocumentOptions {
  const { project, name, doc = new Doc(), history = true, keep = KEEP } = options ?? {};
  const { schema = 0, seed, store } = options ?? {};
  if (typeof project !== 'string') throw new OptionError('project', 'is not a string');
  if (!isName(name)) throw new OptionError('name', 'is neither a string nor { guid }');
  if (!(doc instanceof Doc)) {
    throw new OptionError('doc', 'is not a Y.Doc of this copy of yjs; does the page load yjs twice?');
  }
  if (doc.isDestroyed) throw new OptionError('doc', 'is destroyed');
  if (!(Number.isInteger(keep) && keep >= 1 && keep <= MAX_KEEP)) {
    throw new OptionError('keep', `is not a whole number from 1 to ${MAX_KEEP}`);
  }
  if (!(Number.isSafeInteger(schema) && schema >= 0))
    throw new OptionError('schema', 'is not a whole number from 0 on');
  if (seed !== undefined && typeof seed !== 'function') throw new OptionError('seed', 'must be a function');
  if (store !== undefined && typeof store.get !== 'function') throw new OptionError('store', 'has no method get()');
  const { clock = systemClock, random = systemRandom } = options;
  const { verified = identity !== undefined, user = identity?.user } = options;
  if (verified) checkVerified(project, user, identity);
  const readOnly = options.readOnly === true || (verified && (identity?.role ?? 'writer') !== 'writer');
  const authors = new Authors(verified ? user : '');
  const subjects = documentSubjects(project, name, authors.user);
  return { ...options, doc, history, readOnly, keep, schema, clock, random, subjects, authors, verified, user };
}

/** V1: a verified room has a project, and the server lets a user publish under its own name alone. */
function checkVerified(project: string, user: string | undefined, identity: Identity | undefined): void {
  if (project === '') throw new OptionError('project', 'is empty; a verified room needs one');
  if (typeof user !== 'string' || user === '') throw new OptionError('user', 'is missing; a verified room needs one');
  if (identity && identity.user !== user) {
    throw new OptionError('user', `is "${user}", and the connection is for "${identity.user}"`);
  }
}

function isName(name: unknown): name is DocumentName {
  return typeof name === 'string' || typeof (name as { guid?: unknown } | null | undefined)?.guid === 'string';
}

/** The name for people. */
export function titleOf(name: DocumentName): string {
  return typeof name === 'string' ? name : name.guid;
}
