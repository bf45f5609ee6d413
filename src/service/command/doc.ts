/** `slate doc`: the documents that are kept, for operators. */
import { compactCommand, deleteCommand, undeleteCommand } from './doc-change.js';
import { listCommand } from './doc-list.js';
import { showCommand } from './doc-show.js';
import { exportCommand, importCommand } from './doc-transfer.js';
import { UsageError } from './exit.js';
import { CONNECTION_HELP } from './flags.js';
import type { Io } from './io.js';

const ACTIONS: Readonly<Record<string, (args: string[], io: Io) => Promise<void>>> = {
  ls: listCommand,
  show: showCommand,
  export: exportCommand,
  import: importCommand,
  compact: compactCommand,
  delete: deleteCommand,
  undelete: undeleteCommand,
};

export const DOC_HELP = `slate doc <action>   looks after documents that are kept

  slate doc ls [<project>]              lists documents
  slate doc show <project> <name>       says what is kept of one: sizes, content, versions
  slate doc export <project> <name>     writes it as an update of Yjs
  slate doc import <project> <name> <file>   makes a document of an update of Yjs (V1 or V2)
  slate doc compact <project> <name>    makes a new version, and removes what it replaces
  slate doc delete <project> <name>     deletes it for everyone; its versions are kept
  slate doc undelete <project> <name>   has it back, as its newest version is

A subdocument is named ~ and its guid. A name that begins with ~ or \\ has a \\ before it. The
project without a name is ''.

Options
      --json             ls, show: JSON, one object a line. export: the content as JSON.
      --stats            ls: read every document, and count of what it is made.
      --deleted          ls: deleted ones, too.
      --text             show: print the texts of the document, and nothing else.
      --version <id>     export: an earlier version; show lists them.
  -o, --output <file>    export: write there. Default: the output, if it is no terminal.
      --text <part>      import: the file is plain text, and becomes this part of the document,
                         which programs have as doc.getText('<part>').
      --replace          import: take the place of a document that is there. Whoever has that
                         one open is asked what to do; its versions are removed.
      --keep <n>         compact: how many versions are kept, 1 to 1000. Default: 20.
      --name <text>      compact: the name of the new version, which keeps it for good.
      --for-good         delete: the versions, too.
  -y, --yes              delete, import --replace: do not ask.
${CONNECTION_HELP}`;

export async function doc(args: string[], io: Io): Promise<void> {
  const [action = '', ...rest] = args;
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!run) throw new UsageError(`slate doc needs an action: ${Object.keys(ACTIONS).join(', ')}`);
  await run(rest, io);
}
