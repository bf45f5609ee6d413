/** `slate tail`: prints the messages on the bus as they come, one line each. */
import { parseArgs } from 'node:util';
import type { Bus, BusMessage } from '../../bus/bus.js';
import { isInbox } from '../../bus/inbox.js';
import { checkPattern, matches } from '../../bus/subject.js';
import { isoTime } from '../../clock.js';
import { EVERYTHING, QUESTIONS, watchedPatterns } from '../../protocol/subjects.js';
import { describe, SeenAnchors } from './describe.js';
import { UsageError } from './exit.js';
import { CONNECTION_FLAGS, CONNECTION_HELP, connectOptions, reach } from './flags.js';
import type { Io } from './io.js';
import { clip, palette, safe, wantsColor } from './text.js';

export const TAIL_HELP = `slate tail [<subject> …]   prints messages as they come

  slate tail '${EVERYTHING}'
  slate tail 'slate.project.>' 'slate.build.*.p1' --json

Subjects may hold wildcards: * is one token, > one or more at the end. Quote them.
Without one: all events, presence and cursors, but not the questions that rooms ask.

Options
      --json           One JSON object a line: time, subject, kind, bytes, data, reply.
      --all            Show probes and answers too: each member of a room sends a probe a second.
      --full           Do not cut long messages.
  -n, --count <n>      End after so many messages.
${CONNECTION_HELP}

A subscription to ${EVERYTHING} receives those questions, too, and so keeps rooms from learning
that nobody else does: a crashed client is shown some seconds longer, and whoever joins an
empty room waits 1.5 s. The user slate_monitor of the shipped server configurations is denied them.`;

const DISTURBS =
  'Rooms ask questions here and learn from the server when nobody receives them. Unless the server ' +
  'denies these subjects to this user, rooms notice crashes and empty rooms later while this runs. ' +
  'See slate tail --help.';
const MAX_CHARS = 2000;
/** Kinds that need no label. */
const PLAIN = new Set(['event', 'json', 'text', 'bytes']);

export async function tail(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...CONNECTION_FLAGS,
      json: { type: 'boolean' },
      all: { type: 'boolean' },
      full: { type: 'boolean' },
      count: { type: 'string', short: 'n' },
    },
  });
  const patterns = positionals.length > 0 ? positionals : watchedPatterns();
  for (const pattern of patterns) checkPattern(pattern);
  const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count);
  if (!(count >= 1) || (Number.isFinite(count) && !Number.isInteger(count))) {
    throw new UsageError('--count must be a whole number, 1 or more');
  }
  const { stdout, stderr, clock, env, signal } = io;
  const colors = palette(wantsColor(stdout, env));
  const notes = palette(wantsColor(stderr, env));
  const print = values.json ? jsonLine : (message: BusMessage) => line(message, colors, values.full === true);
  const note = (text: string) => stderr.write(`${notes.dim(safe(text))}\n`);

  const seen = new SeenAnchors();
  const bus = await reach(await connectOptions(values, env), io);
  let shown = 0;
  let silent = 0;
  const wanted = patterns.some(isInbox);
  const isAnswer = ({ subject }: BusMessage) => isInbox(subject) && !wanted;
  try {
    await new Promise<void>((resolve, reject) => {
      const receive = (message: BusMessage) => {
        if (shown >= count) return;
        if (!values.all && (isAnswer(message) || describe(message, seen).kind === 'probe')) {
          silent++;
          return;
        }
        stdout.write(`${print(message)}\n`);
        if (++shown === count) resolve();
      };
      for (const pattern of outermost(patterns)) {
        void bus.subscribe(pattern, receive).closed.then((error) => {
          if (error) reject(error);
        });
      }
      watch(bus, note, reject);
      if (patterns.some((pattern) => QUESTIONS.some((subject) => matches(pattern, subject)))) note(DISTURBS);
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
      const { server } = bus.status as { server?: string };
      bus.flush().then(
        () => note(`Listening at ${server} for ${positionals.join(' ') || 'events, presence and cursors'}`),
        () => undefined, // the connection was lost at once; its status tells that
      );
    });
    if (silent > 0) note(`${silent} probes and answers are not shown; --all shows them.`);
  } finally {
    await bus.close();
  }

  /** One line, and never two messages in one. */
  function jsonLine(message: BusMessage): string {
    const { kind, data } = describe(message, seen);
    const { subject, reply } = message;
    const time = isoTime(clock.date());
    const all = { time, subject, kind, bytes: message.data.length, data, ...(reply !== undefined && { reply }) };
    return safe(JSON.stringify(all));
  }

  function line(message: BusMessage, { dim, bad, named }: typeof colors, full: boolean): string {
    const { kind, data, words } = describe(message, seen);
    const [, resource = ''] = message.subject.split('.');
    const said = safe(words ?? (data === null ? '' : JSON.stringify(data)));
    const shown = full ? said : clip(said, MAX_CHARS);
    const question = message.reply === undefined ? '' : dim(' asks for an answer');
    const time = isoTime(clock.date()).slice(11, 23);
    const label = PLAIN.has(kind) ? '' : `${kind === 'bad' ? bad(kind) : dim(kind)}  `;
    return `${dim(time)}  ${named(resource)(safe(message.subject))}  ${label}${shown}${question}`;
  }
}

/** Reports lost and new connections. Rejects with an error that a reconnection cannot cure. */
function watch(bus: Bus, note: (text: string) => void, reject: (error: unknown) => void): void {
  bus.on('status', (status) => {
    if (status.type === 'reconnecting' && !status.error)
      note('The connection is lost; trying again. Messages sent meanwhile are missed.');
    else if (status.type === 'connected') note(`Connected again, to ${status.server}`);
    else if (status.type === 'closed' && status.error) reject(status.error);
  });
  bus.on('error', (error) => note(`${error.name}: ${error.message}`));
}

/** Leaves out patterns that another one covers, so that no message is printed twice. */
function outermost(patterns: readonly string[]): string[] {
  const unique = [...new Set(patterns)];
  return unique.filter((pattern) => !unique.some((other) => other !== pattern && covers(other, pattern)));
}

/** True where `outer` matches every subject that `inner` matches. */
function covers(outer: string, inner: string): boolean {
  const [wide, narrow] = [outer.split('.'), inner.split('.')];
  for (const [index, token] of wide.entries()) {
    if (token === '>') return narrow.length > index;
    const other = narrow[index];
    if (other === undefined || other === '>') return false;
    if (token !== '*' && token !== other) return false;
  }
  return wide.length === narrow.length;
}
