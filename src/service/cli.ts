#!/usr/bin/env node
/** The `slate` command: runs the command that was asked for, and sets the exit code. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../clock.js';
import { CONFIG_HELP, config } from './command/config.js';
import { EXIT, exitCodeOf, UsageError } from './command/exit.js';
import type { Io } from './command/io.js';
import { JANITOR_HELP, janitor } from './command/janitor.js';
import { palette, safe, wantsColor } from './command/text.js';
import { TOP_HELP, top } from './command/top.js';

interface Command {
  readonly run: (args: string[], io: Io) => Promise<void>;
  readonly help: string;
}

/** Those that read documents are loaded late, because Yjs is; those with keys, because few need them. */
const COMMANDS: Record<string, () => Command | Promise<Command>> = {
  tail: () => import('./command/tail.js').then(({ tail, TAIL_HELP }) => ({ run: tail, help: TAIL_HELP })),
  top: () => ({ run: top, help: TOP_HELP }),
  docs: () => import('./command/docs.js').then(({ docs, DOCS_HELP }) => ({ run: docs, help: DOCS_HELP })),
  doc: () => import('./command/doc.js').then(({ doc, DOC_HELP }) => ({ run: doc, help: DOC_HELP })),
  janitor: () => ({ run: janitor, help: JANITOR_HELP }),
  config: () => ({ run: config, help: CONFIG_HELP }),
  init: () => import('./command/init.js').then(({ init, INIT_HELP }) => ({ run: init, help: INIT_HELP })),
  tokens: () => import('./command/tokens.js').then(({ tokens, TOKENS_HELP }) => ({ run: tokens, help: TOKENS_HELP })),
  revoke: () => import('./command/revoke.js').then(({ revoke, REVOKE_HELP }) => ({ run: revoke, help: REVOKE_HELP })),
};

const HELP = `slate <command>

  tail     prints messages as they arrive, the bytes of rooms decoded
  top      shows the load of the servers, live
  docs     keeps the histories of documents short
  doc      lists, shows, exports, imports and deletes documents
  janitor  tells rooms at once who has lost the connection
  config   prints a configuration for nats-server
  init     writes the files of a secure deployment
  tokens   gives tokens to the users of an app
  revoke   ends tokens before their time

slate <command> --help describes a command. slate --version prints the version.

Exit codes: ${EXIT.ok} success, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, \
${EXIT.unreachable} no server answered, ${EXIT.refused} refused by the server`;

async function version(): Promise<string> {
  const file = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

async function main(argv: string[], io: Io): Promise<void> {
  const [name = '', ...args] = argv;
  if (name === '') {
    io.stderr.write(`${HELP}\n`);
    process.exitCode = EXIT.usage;
  } else if (name === '--version' || name === '-v') io.stdout.write(`${await version()}\n`);
  else if (name === '--help' || name === '-h' || name === 'help') io.stdout.write(`${HELP}\n`);
  else {
    const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined;
    if (!command) throw new UsageError(`there is no command "${name}".\n\n${HELP}`);
    if (args.includes('--help') || args.includes('-h')) io.stdout.write(`${command.help}\n`);
    else await command.run(args, io);
  }
}

function printError(error: unknown): void {
  const { stderr, env } = process;
  const { bad } = palette(wantsColor(stderr, env));
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`${bad('slate:')} ${message.split('\n').map(safe).join('\n')}\n`);
  process.exitCode = exitCodeOf(error);
}

const CTRL_C = 3;
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ending.abort());
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') printError(error); // a full disk, for example
  ending.abort(); // EPIPE: the reader has ended, as in `slate tail | head`
});
process.stderr.on('error', () => undefined); // without a reader for notes and errors the command goes on
if (process.stdin.isTTY && process.stdout.isTTY && process.argv[2] === 'top') {
  process.stdin.setRawMode(true).on('data', (keys: Buffer) => {
    if (/[qQ]/.test(keys.toString()) || keys.includes(CTRL_C)) ending.abort();
  });
}

/** On stderr, because the output may be a file. Ctrl-C and Ctrl-D are an answer, too: an empty one. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const silence = new Promise<string>((resolve) => {
    for (const event of ['SIGINT', 'close']) terminal.once(event, () => resolve(''));
    ending.signal.addEventListener('abort', () => resolve(''), { once: true });
  });
  try {
    return await Promise.race([terminal.question(question), silence]);
  } finally {
    terminal.close();
  }
}

const { stdout, stderr, env, argv, stdin } = process;
try {
  const io: Io = { stdout, stderr, env, clock: systemClock, signal: ending.signal };
  await main(argv.slice(2), stdin.isTTY ? { ...io, ask } : io);
} catch (error) {
  if (!ending.signal.aborted) printError(error);
}
if (process.stdin.isTTY) process.stdin.setRawMode(false).pause();
