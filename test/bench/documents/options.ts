/** The command line of the benchmark of documents. */

export const PARTS = ['typing', 'bytes', 'history', 'join', 'tail', 'page'] as const;
/** In the order of the tables. */
export const SYSTEM_IDS = ['nats', 'slate', 'slate-live', 'y-websocket', 'hocuspocus'] as const;
export type SystemId = (typeof SYSTEM_IDS)[number];
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly quick: boolean;
  /** Processor profiles of processes that open a document are written; the times are those of a profiled process. */
  readonly profile: boolean;
  /** Ids of systems and names of parts; empty: everything. */
  readonly only: ReadonlySet<string>;
  /** The file of a trace; undefined: one is made up. */
  readonly trace: string | undefined;
  readonly rounds: number;
}

export const HELP = `npm run bench:documents -- [--quick] [--profile] [--only <name>[,<name>…]] [--trace <file>] [--rounds <n>]

  --quick   one round, and shorter (about three minutes); does not write docs/benchmarks-documents.md
  --profile processor profiles of joins in .cache/bench-documents/profiles, for a browser's developer tools; does not
            write docs/benchmarks-documents.md
  --only    systems: ${SYSTEM_IDS.join(' ')}
            parts:   ${PARTS.join(' ')}
            does not write docs/benchmarks-documents.md
  --trace   automerge-paper.json.gz of josephg/editing-traces, sequential_traces; without it a trace is made up
  --rounds  from 1 to 20; 5 unless given`;

export function parseOptions(args: readonly string[]): Options | undefined {
  let quick = false;
  let profile = false;
  let trace: string | undefined;
  let rounds: number | undefined;
  const only = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--quick') quick = true;
    else if (arg === '--profile') profile = true;
    else if (arg === '--only') for (const name of (args[++i] ?? '').split(',')) only.add(name);
    else if (arg === '--trace') trace = args[++i];
    else if (arg === '--rounds') rounds = Number(args[++i]);
    else return undefined;
  }
  rounds ??= quick ? 1 : 5;
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) return undefined;
  const known = new Set<string>([...PARTS, ...SYSTEM_IDS]);
  if ([...only].some((name) => !known.has(name))) return undefined;
  return { quick, profile, only, trace, rounds };
}

export const wantsPart = ({ only }: Options, part: Part): boolean =>
  only.has(part) || !PARTS.some((each) => only.has(each));

export const wantsSystem = ({ only }: Options, id: string): boolean =>
  only.has(id) || [...only].every((name) => PARTS.some((part) => part === name));
