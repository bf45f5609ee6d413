/**
 * Y3 to Y8: whatever a network does to messages, and whoever loses the connection meanwhile, everyone has the same
 * document in the end, deletions included, and says no more. fast-check prints the seed of a run that fails.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ProtocolError } from '../../../../src/errors.js';
import { LiveLab, type Member } from '../../../support/live-lab.js';
import { seeded } from '../../../support/random.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 100);

type Step = { readonly who: number; readonly what: number; readonly at: number; readonly ms: number };

/** An edit of one of many kinds: text, formats, maps, arrays, nested types, undoing. */
function edit({ doc, text }: Member, what: number, at: number): void {
  const list = doc.getArray<Y.Map<unknown>>('list');
  const map = doc.getMap<unknown>('map');
  const inText = text.length === 0 ? 0 : at % text.length;
  const inList = list.length === 0 ? 0 : at % list.length;
  if (what < 4) text.insert(inText, 'abc'.slice(0, 1 + (at % 3)));
  else if (what < 6) text.delete(inText, Math.min(1 + (at % 4), text.length - inText));
  else if (what === 6) text.format(inText, Math.min(3, text.length - inText), { bold: at % 2 === 0 || null });
  else if (what === 7) map.set(`k${at % 3}`, at);
  else if (what === 8) map.delete(`k${at % 3}`);
  else if (what === 9) list.insert(inList, [new Y.Map<unknown>([['n', new Y.Text(`${at}`)]])]);
  else if (what === 10 && list.length > 0) list.delete(inList, 1);
  else if (what === 11 && list.length > 0) (list.get(inList).get('n') as Y.Text).insert(0, 'x');
  else doc.transact(() => [text.insert(0, 'y'), map.set('k0', new Y.Array<unknown>())]);
}

const steps = fc.array(
  fc.record<Step>({
    who: fc.nat(4),
    what: fc.nat(15),
    at: fc.nat(40),
    ms: fc.oneof(fc.nat(60), fc.nat(3_000)),
  }),
  { minLength: 5, maxLength: 60 },
);

describe('documents on a bad network', () => {
  it('Y3, Y4, Y6, Y7, Y8: become the same, and silent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 5 }), fc.nat(), steps, async (count, seed, all) => {
        const lab = new LiveLab({ seed });
        const chance = seeded(seed + 1);
        const members = await lab.joined(count);
        const lost = new Set<Member>();
        lab.network = (_, send) => {
          if (chance() < 0.15) return;
          for (let copies = chance() < 0.1 ? 2 : 1; copies > 0; copies--) {
            if (chance() < 0.5) send();
            else lab.clock.after(chance() * 200, send);
          }
        };
        for (const { who, what, at, ms } of all) {
          const member = members[who % count] as Member;
          if (what < 13) edit(member, what, at);
          else if (lost.delete(member)) await lab.regain(member);
          else if (what === 13) {
            lost.add(member);
            lab.lose(member);
          }
          await lab.clock.advance(ms);
        }
        lab.network = undefined;
        for (const member of lost) await lab.regain(member);
        await lab.clock.advance(180_000);
        expect(lab.converged).toBe(true);
        expect(members.some(({ doc }) => doc.store.pendingStructs ?? doc.store.pendingDs)).toBe(false);
        const sent = lab.sent.length;
        await lab.clock.advance(1_200_000);
        expect(lab.sent.length).toBe(sent);
        // One that nobody could help drops what waits for its predecessors, and gets both later.
        const errors = members.flatMap((member) => member.errors as ProtocolError[]);
        expect(errors.filter(({ reason }) => reason !== 'clock')).toEqual([]);
        for (const { lane } of members) lane.stop();
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
