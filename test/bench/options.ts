/** The command line of the bench. */

export interface Options {
  readonly quick: boolean;
  /** Processor profiles of the driver processes are written. */
  readonly profile: boolean;
  /** Ids of systems and names of parts; empty: everything. */
  readonly only: ReadonlySet<string>;
  /** Sizes of the rooms that move; undefined: the usual ones. */
  readonly peoples: readonly number[] | undefined;
}

export const PARTS = ['moving', 'joining', 'idle', 'life', 'verification'] as const;
export type Part = (typeof PARTS)[number];

export const HELP = `npm run bench -- [--quick] [--profile] [--only <name>[,<name>…]] [--people <n>[,<n>…]]

  --quick   fewer people and shorter (about two minutes); does not write docs/benchmarks.md
  --profile processor profiles of the driver processes in .cache/bench/profiles, for a browser's developer tools
  --only    systems: slate slate-verified nats y-websocket hocuspocus hocuspocus-gathered y-websocket-60 hocuspocus-60
            parts:   ${PARTS.join(' ')}
            does not write docs/benchmarks.md
  --people  sizes of the moving rooms, in place of 2,10,50,100,200; does not write docs/benchmarks.md`;

export function parseOptions(args: readonly string[]): Options | undefined {
  let quick = false;
  let profile = false;
  const only = new Set<string>();
  let peoples: number[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--quick') quick = true;
    else if (arg === '--profile') profile = true;
    else if (arg === '--only') for (const name of (args[++i] ?? '').split(',')) only.add(name);
    else if (arg === '--people') peoples = (args[++i] ?? '').split(',').map(Number);
    else return undefined;
  }
  if (peoples?.some((n) => !Number.isInteger(n) || n < 2 || n > 1000)) return undefined;
  return { quick, profile, only, peoples };
}

/** Whether a part is wanted: named, or no part is named. */
export const wantsPart = ({ only }: Options, part: Part): boolean =>
  only.has(part) || !PARTS.some((each) => only.has(each));

/** Whether a system is wanted: named, or no system is named. */
export const wantsSystem = ({ only }: Options, id: string): boolean =>
  only.has(id) || [...only].every((name) => PARTS.some((part) => part === name));
