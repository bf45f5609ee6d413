/**
 * The whole protocol of the history at once (Y9 to Y14): writers, compactors of which some are killed in the middle,
 * and cold readers, of which none misses an edit that had been acknowledged before it began. `HISTORY_SEED` and
 * `HISTORY_MS` choose another run.
 */
import { expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { compact, countMessages, ensureDocumentStream, readDocument } from '../../src/documents/history/operations.js';
import { opened, place, session } from '../support/history-lab.js';
import { natsServer } from '../support/nats.js';
import { seeded } from '../support/random.js';
import { until } from '../support/wait.js';

const SEED = Number(process.env.HISTORY_SEED ?? 7);
const RUN_MS = Number(process.env.HISTORY_MS ?? 6_000);
const NAME = 'whole';
const WRITERS = 4;
const COMPACTORS = 2;

class Killed extends Error {}

/** A bus whose program dies when it has asked `calls` times: it asks nothing more, and hears no answer. */
function dying(bus: Bus, calls: number): Bus {
  let left = calls;
  return new Proxy(bus, {
    get(target, key) {
      if (key === 'request') {
        return (...args: Parameters<Bus['request']>) =>
          left-- > 0 ? target.request(...args) : Promise.reject(new Killed());
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

it(
  'Y11, Y13: no cold reader misses an acknowledged edit, whoever folds and dies meanwhile',
  async () => {
    await using server = await natsServer({ jetstream: true });
    const buses: Bus[] = [];
    const newBus = async () => {
      const bus = await connect({ servers: server.wsUrl });
      onTestFinished(() => bus.close());
      buses.push(bus);
      return bus;
    };
    await ensureDocumentStream(await newBus());
    const random = seeded(SEED);
    const end = performance.now() + RUN_MS;
    const running = () => performance.now() < end;
    const acknowledged = new Set<string>();
    const counts = { edits: 0, folds: 0, lost: 0, killed: 0, reads: 0 };

    const writers = await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const made = await opened(await newBus(), NAME, { keep: 3 });
        const write = async () => {
          for (let n = 0; running(); n++) {
            const keys = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => `${writer}.${n}.${i}`);
            for (const key of keys) made.doc.getMap('edits').set(key, n);
            await made.history.flush();
            for (const key of keys) acknowledged.add(key);
            counts.edits += keys.length;
            await pause(random() * 20);
          }
        };
        return { ...made, write };
      }),
    );

    const fold = async (bus: Bus) => {
      while (running()) {
        const kill = random() < 0.25;
        const own = kill ? dying(bus, 3 + Math.floor(random() * 8)) : bus;
        try {
          const moved = await compact(place(own, NAME), { keep: 3 });
          if (moved) counts.folds++;
          else counts.lost++;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          counts.killed++;
        }
        await pause(random() * 60);
      }
    };

    const read = async (bus: Bus) => {
      while (running()) {
        const expected = [...acknowledged];
        const cold = session(bus, NAME, { readOnly: true });
        await cold.history.open();
        const edits = cold.doc.getMap('edits');
        expect(expected.filter((key) => !edits.has(key))).toEqual([]);
        expect(cold.errors).toEqual([]);
        await cold.history.stop();
        counts.reads++;
        await pause(random() * 10);
      }
    };

    await Promise.all([
      ...writers.map(({ write }) => write()),
      ...Array.from({ length: COMPACTORS }, async () => fold(await newBus())),
      ...Array.from({ length: 2 }, async () => read(await newBus())),
    ]);

    const { doc, incomplete, bad, head } = await readDocument(place(buses[0] as Bus, NAME));
    expect(doc.getMap('edits').size).toBe(counts.edits);
    expect({ incomplete, bad }).toEqual({ incomplete: false, bad: [] });
    for (const { history, errors, doc: own } of writers) {
      await history.catchUp();
      expect(own.getMap('edits').size).toBe(counts.edits);
      expect(history.coversAll).toBe(true);
      expect(errors).toEqual([]);
      await history.stop();
    }
    expect(head?.old.length).toBe(3);
    expect(counts.folds).toBeGreaterThan(5);
    expect(counts.killed).toBeGreaterThan(0);
    expect(counts.reads).toBeGreaterThan(20);
    expect((await countMessages(place(buses[0] as Bus, NAME))).log).toBeLessThan(counts.edits);
  },
  60_000 + RUN_MS,
);

/** Lets some time pass between two tries of one program. */
async function pause(ms: number): Promise<void> {
  const end = performance.now() + ms;
  await until(() => performance.now() >= end, { what: 'the end of a pause' });
}
