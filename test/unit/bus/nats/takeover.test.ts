/** V10: one connection takes the place of another, on a model of lines with delays of their own. */
import { describe, expect, it } from 'vitest';
import { NatsBus } from '../../../../src/bus/nats/nats-bus.js';
import { takeOver } from '../../../../src/bus/nats/takeover.js';
import { nextTask } from '../../../../src/next-task.js';
import { ModelLine, ServerModel } from '../../../support/line-model.js';
import { seeded } from '../../../support/random.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const utf8 = new TextEncoder();
/** Longer than a takeover over the slowest lines takes. */
const ENOUGH_MS = 3000;

/** A bus on one line, with subscriptions; others publish numbers all the time, and so does the bus. */
async function setUp(seed: number, oldDelay = 20, newDelay = 20) {
  const random = seeded(seed);
  const clock = new VirtualClock();
  const server = new ServerModel(clock, random);
  const [old, next] = [new ModelLine(server, oldDelay), new ModelLine(server, newDelay)];
  const bus = new NatsBus({ clock, random, servers: ['ws://model'], signs: () => () => undefined }, old);
  const statuses: string[] = [];
  bus.on('status', ({ type }) => statuses.push(type));
  bus.attach(old);
  const got: Record<string, string[]> = { own: [], one: [], two: [], wide: [], late: [] };
  const listen = (name: string, subject: string) =>
    bus.subscribe(subject, ({ data }) => got[name]?.push(new TextDecoder().decode(data)));
  listen('own', 'own');
  listen('one', 'others.one');
  listen('two', 'others.two');
  listen('wide', 'others.*');
  const sent: Record<string, string[]> = { own: [], one: [], two: [] };
  /** Lets time pass, with messages of which some are alike. */
  const pass = async (ms: number, isLoud = true) => {
    for (const end = clock.now() + ms; clock.now() < end; ) {
      await clock.advance(5);
      await nextTask();
      if (!isLoud) continue;
      for (const name of ['one', 'two']) {
        const text = random() < 0.2 ? 'same' : `${name} ${sent[name]?.length}`;
        sent[name]?.push(text);
        server.route(`others.${name}`, utf8.encode(text));
      }
      if (bus.status.type !== 'connected') continue;
      const text = `own ${sent.own?.length}`;
      sent.own?.push(text);
      bus.publish('own', utf8.encode(text));
    }
  };
  await pass(100, false);
  statuses.length = 0;
  return { clock, server, bus, old, next, statuses, got, sent, listen, pass };
}

type Setup = Awaited<ReturnType<typeof setUp>>;

/** Each message arrived once, and in the order of its publisher. */
function expectAll({ got, sent }: Setup): void {
  for (const name of ['own', 'one', 'two']) expect(got[name]).toEqual(sent[name]);
  expect(got.wide?.toSorted()).toEqual([...(sent.one ?? []), ...(sent.two ?? [])].toSorted());
}

/** From now on nothing is lost or doubled. */
async function expectWhole(lab: Setup): Promise<void> {
  await lab.pass(500, false); // what is under way
  for (const texts of [...Object.values(lab.got), ...Object.values(lab.sent)]) texts.length = 0;
  await lab.pass(300);
  await lab.pass(500, false);
  expectAll(lab);
}

describe('V10: a takeover', () => {
  it.each([
    ['alike', 20, 20],
    ['the next one slower', 5, 200],
    ['the first one slower', 200, 5],
  ])('loses no message, doubles none and keeps their order, with lines that are %s', async (_, slow, fast) => {
    for (let seed = 1; seed <= 15; seed++) {
      const lab = await setUp(seed, slow, fast);
      await lab.pass(50);
      const done = takeOver(lab.bus, lab.next, lab.next);
      await lab.pass(ENOUGH_MS);
      await done;
      await lab.pass(1000, false);
      expectAll(lab);
      expect(lab.statuses).toEqual([]);
      expect(lab.old.isClosed()).toBe(true);
      expect([...lab.server.subscriptions].every(({ line }) => line === lab.next)).toBe(true);
    }
  });

  it('holds for what is subscribed, asked and ended meanwhile, at any moment', async () => {
    for (let at = 0; at <= 1200; at += 60) {
      const lab = await setUp(at + 1, 40, 40);
      const { bus, pass, got } = lab;
      const done = takeOver(bus, lab.next, lab.next);
      await pass(at);
      const ending = bus.subscribe('ending', () => expect.unreachable('it has ended'));
      lab.listen('late', 'late');
      bus.publish('late', utf8.encode('1'));
      ending.unsubscribe();
      bus.publish('ending');
      const answered = bus.request('question', 'q', 5000);
      const asked = bus.subscribe('question', (message) => message.respond('a'));
      void asked;
      const flushed = bus.flush();
      await pass(ENOUGH_MS);
      await done;
      await flushed;
      bus.publish('late', utf8.encode('2'));
      await pass(500, false);
      expectAll(lab);
      expect(got.late).toEqual(['1', '2']);
      await bus.close();
      await expect(answered).rejects.toThrow(/closed/); // the model has no reply subjects
    }
  });

  it('whose next line is lost leaves the bus on the first one', async () => {
    let quiet = 0;
    for (let at = 0; at <= 900; at += 30) {
      const lab = await setUp(at + 1, 40, 40);
      const done = takeOver(lab.bus, lab.next, lab.next).then(
        () => true,
        () => false,
      );
      await lab.pass(at);
      const isOver = lab.old.isClosed();
      lab.next.lose();
      await lab.pass(ENOUGH_MS);
      if (isOver) {
        expect(lab.bus.status.type).toBe('reconnecting'); // there was no other line any more
        continue;
      }
      expect(await done).toBe(false);
      expect(lab.bus.status.type).toBe('connected');
      if (lab.statuses.length === 0) {
        quiet++;
        await lab.pass(500, false);
        expectAll(lab);
      } else expect(lab.statuses).toEqual(['reconnecting', 'connected']); // messages may be lost, so rooms ask again
      await expectWhole(lab);
    }
    expect(quiet).toBeGreaterThan(5);
  });

  it('whose first line is lost goes on at once with the next one, and says so', async () => {
    for (let at = 0; at <= 600; at += 30) {
      const lab = await setUp(at + 1, 40, 40);
      const done = takeOver(lab.bus, lab.next, lab.next);
      await lab.pass(at);
      expect(lab.old.isClosed()).toBe(false);
      lab.old.lose();
      await lab.pass(ENOUGH_MS);
      await done;
      expect(lab.statuses).toEqual(['reconnecting', 'connected']);
      await expectWhole(lab);
    }
  });

  it('ends with the bus', async () => {
    const lab = await setUp(1);
    const done = expect(takeOver(lab.bus, lab.next, lab.next)).rejects.toThrow();
    await lab.pass(300);
    await lab.bus.close();
    await lab.pass(300);
    await done;
    expect([lab.old.isClosed(), lab.next.isClosed()]).toEqual([true, true]);
  });
});
