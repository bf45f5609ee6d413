#!/usr/bin/env node
/** The `slate` command: finds the command asked for, gives it the world, and ends with the number that says how it went. */
import { readFile } from 'node:fs/promises';
import { systemClock } from '../clock.js';
import { CONFIG_HELP, config } from './command/config.js';
import { EXIT, exitCodeOf, UsageError } from './command/exit.js';
import type { Io } from './command/io.js';
import { TAIL_HELP, tail } from './command/tail.js';
import { palette, safe, wantsColor } from './command/text.js';
import { TOP_HELP, top } from './command/top.js';

const COMMANDS: Record<string, { run: (args: string[], io: Io) => Promise<void>; help: string }> = {
  tail: { run: tail, help: TAIL_HELP },
  top: { run: top, help: TOP_HELP },
  config: { run: config, help: CONFIG_HELP },
};

const HELP = `slate <command>

  tail     prints messages as they come, rooms' bytes decoded
  top      shows what the servers do, live
  config   prints a configuration of nats-server

slate <command> --help says more. slate --version

Exit codes: ${EXIT.ok} well, ${EXIT.failed} failed, ${EXIT.usage} called wrongly, ${EXIT.unreachable} no server answered, ${EXIT.refused} refused by the server`;

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
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new UsageError(`there is no command "${name}".\n\n${HELP}`);
    if (args.includes('--help') || args.includes('-h')) io.stdout.write(`${command.help}\n`);
    else await command.run(args, io);
  }
}

function complain(error: unknown): void {
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
  if (error.code !== 'EPIPE') complain(error); // a full disk, say
  ending.abort(); // `slate tail | head`: the reader has had enough
});
process.stderr.on('error', () => undefined); // nobody reads the notes
if (process.stdin.isTTY && process.stdout.isTTY && process.argv[2] === 'top') {
  process.stdin.setRawMode(true).on('data', (keys: Buffer) => {
    if (/[qQ]/.test(keys.toString()) || keys.includes(CTRL_C)) ending.abort();
  });
}

const { stdout, stderr, env, argv } = process;
try {
  await main(argv.slice(2), { stdout, stderr, env, clock: systemClock, signal: ending.signal });
} catch (error) {
  if (!ending.signal.aborted) complain(error);
}
if (process.stdin.isTTY) process.stdin.setRawMode(false).pause();
