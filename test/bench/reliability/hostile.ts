/** The properties of a stranger in the room, who says what no library would: 2 and 13 to 21. */
import { clockOf, first, idOf, type Property, seconds, seenBy, sees, sleep, timeUntil, update } from './property.js';
import type { Person, World } from './systems.js';

const LIMIT_MS = 5_000;

async function three(world: World): Promise<{ ada: Person; bob: Person; eve: Person }> {
  const [ada, bob, eve] = [await world.join('ada'), await world.join('bob'), await world.join('eve')];
  await first('three people to see each other', () => sees(ada, bob) && sees(bob, ada) && sees(ada, eve));
  await sleep(500);
  return { ada, bob, eve };
}

/** Ada hears of Bob's next change. */
async function bobIsHeard(ada: Person, bob: Person, draft: number): Promise<number | undefined> {
  bob.awareness.setLocalStateField('draft', draft);
  return timeUntil(() => seenBy(ada, idOf(bob))?.draft === draft, LIMIT_MS);
}

const FORGED = JSON.stringify({ user: { id: 'forged', name: 'Forged' } });
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** Says each of these states as one of a client of its own; returns which were shown as they were said. */
async function shown(world: World, states: readonly string[], isAsSaid: (state: unknown) => boolean) {
  const { ada, eve } = await three(world);
  for (const [i, json] of states.entries()) {
    eve.say(update(7_000 + i, 5, json));
    await sleep(300);
  }
  await sleep(500);
  const seen = states.map((_, i) => seenBy(ada, 7_000 + i)).filter((state) => state !== undefined && isAsSaid(state));
  return { pass: seen.length === 0, value: `${seen.length} of ${states.length} reached the page as they were said` };
}

export const HOSTILE: readonly Property[] = [
  {
    numbers: [2],
    async run(world) {
      const { ada, bob, eve } = await three(world);
      const said = update(7_700, 5, JSON.stringify({ user: { name: 'Zoe' } }));
      eve.say(said);
      await first('Zoe', () => seenBy(ada, 7_700) !== undefined);
      await sleep(2_000);
      const sent = () => ada.counts().up + bob.counts().up;
      const over = async (act: () => void) => {
        const before = sent();
        act();
        await sleep(1_000);
        return sent() - before;
      };
      const quiet = Math.min(await over(() => undefined), await over(() => undefined), await over(() => undefined));
      let events = 0;
      ada.awareness.on('update', ({ updated }: { updated: number[] }) => {
        if (updated.includes(7_700)) events++;
      });
      let draws = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 3; i++) draws = Math.min(draws, await over(() => eve.say(said)));
      const more = Math.max(0, draws - quiet);
      return [{ number: 2, pass: events === 0 && more === 0, value: `${events} events, ${more} messages in reply` }];
    },
  },
  {
    numbers: [13, 14],
    async run(world) {
      const { ada, bob, eve } = await three(world);
      const client = idOf(bob);
      eve.say(update(client, clockOf(bob, client) + 1, 'null'));
      await sleep(100);
      const back = await timeUntil(() => sees(ada, bob), LIMIT_MS);
      eve.say(update(client, clockOf(bob, client) + 5, FORGED));
      await sleep(100);
      const own = (bob.awareness.getLocalState() as { user?: { name?: string } } | null)?.user?.name;
      return [
        { number: 13, pass: back !== undefined && back < 1_000, value: `back after ${seconds(back, LIMIT_MS)}` },
        { number: 14, pass: own === 'bob', value: `Bob calls himself ${own}` },
      ];
    },
  },
  {
    numbers: [15],
    async run(world) {
      const { ada, bob, eve } = await three(world);
      const client = idOf(bob);
      const names = new Set(['bob']);
      const look = () => names.add(seenBy(ada, client)?.user?.name ?? 'nobody');
      ada.awareness.on('change', look);
      for (const said of [FORGED, 'null', FORGED]) {
        eve.say(update(client, clockOf(ada, client) + 1, said));
        await sleep(500);
      }
      await sleep(1_000);
      ada.awareness.off('change', look);
      return [{ number: 15, pass: names.size === 1, value: `Ada sees under the id of Bob: ${[...names].join(', ')}` }];
    },
  },
  {
    numbers: [16],
    async run(world) {
      const { ada, bob, eve } = await three(world);
      eve.say(update(idOf(bob), Number.MAX_SAFE_INTEGER, FORGED));
      await sleep(200);
      // The first change may still have a higher clock than 2^53 - 1, and the next the same one.
      const heard: (number | undefined)[] = [];
      for (const draft of [1, 2, 3]) heard.push(await bobIsHeard(ada, bob, draft));
      const value = `Bob’s next changes: ${heard.map((ms) => seconds(ms, LIMIT_MS)).join(', ')}`;
      return [{ number: 16, pass: heard.every((ms) => ms !== undefined), value }];
    },
  },
  {
    numbers: [17],
    async run(world) {
      const { ada, bob, eve } = await three(world);
      let thrown = 0;
      const count = () => {
        thrown++;
      };
      process.on('uncaughtException', count);
      for (let i = 0; i < 100; i++) {
        if (!eve.connected()) break;
        eve.say(Uint8Array.from({ length: 12 }, (_, at) => (i * 31 + at * at * 17) & 255));
        eve.say(update(7_100, 5 + i, '{"user":').slice(0, -(i % 4)));
      }
      await sleep(500);
      const heard = await bobIsHeard(ada, bob, 2);
      process.off('uncaughtException', count);
      const value = `${thrown} exceptions in pages; Bob’s next change: ${seconds(heard, LIMIT_MS)}`;
      return [{ number: 17, pass: thrown === 0 && heard !== undefined, value }];
    },
  },
  {
    numbers: [18],
    async run(world) {
      const states = ['5', '"x"', '[1]', deep(20), JSON.stringify({ note: 'x'.repeat(100_000) })];
      return [{ number: 18, ...(await shown(world, states, () => true)) }];
    },
  },
  {
    numbers: [19],
    async run(world) {
      const states = ['{"user":{"name":"x"},"__proto__":{"p":1}}', '{"user":{"name":"x"},"a":{"constructor":{"p":1}}}'];
      const bad = (state: unknown) => /__proto__|constructor/.test(JSON.stringify(state));
      return [{ number: 19, ...(await shown(world, states, bad)) }];
    },
  },
  {
    numbers: [20],
    async run(world) {
      const cursors = ['{}', '{"anchor":{},"head":{}}', '{"anchor":{"item":{}},"head":{"item":{}}}'];
      const states = cursors.map((cursor) => `{"user":{"name":"x"},"cursor":${cursor}}`);
      const bad = (state: unknown) => (state as { cursor?: unknown }).cursor != null;
      return [{ number: 20, ...(await shown(world, states, bad)) }];
    },
  },
  {
    numbers: [21],
    async run(world) {
      const users = [
        { name: 'x', color: 'red;position:fixed;inset:0' },
        { name: 'a\u202eb', color: '#ff0000' },
        { name: 'x'.repeat(500), color: '#ff0000' },
      ];
      const bad = (state: unknown) => {
        const { name = '', color = '' } = (state as { user?: { name?: string; color?: string } }).user ?? {};
        return color.includes(';') || name.includes('\u202e') || name.length > 64;
      };
      const states = users.map((user) => JSON.stringify({ user }));
      return [{ number: 21, ...(await shown(world, states, bad)) }];
    },
  },
];
