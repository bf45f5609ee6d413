/**
 * How documents are named on the command line, and in what is printed: a document by its name, a subdocument as
 * `~guid`. A name that itself begins with `~` or `\` has a `\` before it.
 */
import { type DocumentName, documentSubjects } from '../../protocol/document-subjects.js';
import { UsageError } from './exit.js';
import { safe } from './text.js';

export interface NamedDocument {
  readonly project: string;
  readonly name: DocumentName;
}

/** Throws {@link UsageError} for an address that no document can have, or where one of the two is not given. */
export function namedDocument(command: string, positionals: readonly string[], more = 0): NamedDocument {
  const [project, text, ...rest] = positionals;
  if (project === undefined || text === undefined || rest.length !== more) {
    throw new UsageError(`${command} needs a project and the name of a document${more > 0 ? ', and a file' : ''}`);
  }
  const name = parseName(text);
  documentSubjects(project, name); // throws InvalidIdError
  return { project, name };
}

export function parseName(text: string): DocumentName {
  if (text.startsWith('~')) return { guid: text.slice(1) };
  return text.startsWith('\\') ? text.slice(1) : text;
}

export function nameText(name: DocumentName): string {
  if (typeof name !== 'string') return `~${name.guid}`;
  return /^[~\\]/.test(name) ? `\\${name}` : name;
}

/** A project, or the text of a name, as one word of a line: in quotes where it is none, or would look quoted. */
export function word(text: string): string {
  return safe(/^[^\s"]+$/.test(text) ? text : JSON.stringify(text));
}

/** Both, as a person would write them. */
export function documentText({ project, name }: NamedDocument): string {
  return `${word(project)} ${word(nameText(name))}`;
}
