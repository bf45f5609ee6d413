/** The section "What verification costs": verified Slate beside open Slate, from the same run. */
import type { Results } from '../results.js';
import { type Cell, num, table, times } from './table.js';

const ABOUT = `In a verified room the server lets each user publish on subjects of their own alone: each subject is
longer by the token of the user, and for batches by that of the file; the server looks the subject of each message up in
the permissions of who sends it; and receivers read the speaker from it. The verified server knows its people by JWTs,
as \`slate init\` and \`mintToken\` make them; to get one costs what the app's own login costs, and is not in these
times.`;

/** Open, verified, and the one over the other; of paired loads the ratio is a median of its own. */
const row = (what: string, open: number, verified: number, digits?: number, ratio = verified / open): Cell[] => [
  what,
  num(open, digits),
  num(verified, digits),
  times(ratio),
];

/** `undefined` for a run without both. */
export function verificationSection({ verification, joining, idle }: Results): string | undefined {
  const rows: Cell[][] = [];
  for (const { people, open, verified, ratio } of verification) {
    const of = (what: string, key: keyof typeof open, digits?: number) =>
      rows.push(row(`${people} moving: ${what}`, open[key], verified[key], digits, ratio[key]));
    of('bytes received for an update', 'bytes', 1);
    of('bytes sent for an update', 'bytesOut', 1);
    of('server µs for a delivery', 'server');
    of('client µs for an update received', 'client');
    of('update p50, ms', 'p50');
    of('update p95, ms', 'p95');
  }
  const both = <T extends { readonly system: string }>(all: readonly T[], add: (open: T, verified: T) => void) => {
    const [open, verified] = ['slate', 'slate-verified'].map((id) => all.find(({ system }) => system === id));
    if (open && verified) add(open, verified);
  };
  both(joining, (open, verified) => {
    const what = `newcomer to ${open.people} people`;
    rows.push(row(`${what}: roster complete, ms from the call`, open.fromCall, verified.fromCall, 1));
    rows.push(row(`${what}: ms from the opened socket`, open.fromOpen, verified.fromOpen, 1));
    rows.push(row(`${what}: messages delivered`, open.deliveries, verified.deliveries, 0));
  });
  both(idle, (open, verified) => {
    const what = `${open.people} at rest`;
    rows.push(row(`${what}: bytes received a client and second`, open.bytesIn, verified.bytesIn, 0));
    rows.push(row(`${what}: bytes sent a client and second`, open.bytesOut, verified.bytesOut, 0));
    rows.push(row(`${what}: server µs a client and second`, open.serverCpu, verified.serverCpu, 0));
  });
  if (rows.length === 0) return undefined;
  const [first] = verification;
  const how = first
    ? `Of everyone moving: medians of ${first.rounds} pairs of loads, in which an open and a verified room take ` +
      'turns; the ratio is the median of those of the pairs. '
    : '';
  return [
    '## What verification costs',
    ABOUT,
    `${how}Of newcomers: medians, as above. Of the room at rest: one look each.`,
    table(['', 'Slate, open', 'Slate, verified', 'verified ÷ open'], rows),
  ].join('\n\n');
}
