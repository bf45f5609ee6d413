/** The properties of coming, going, and lines that break: 3 to 7, 11, 12 and 22 to 24. */
import { median } from '../analysis.js';
import { first, idOf, namesOf, type Property, seconds, seenBy, sees, sleep, timeUntil } from './property.js';
import type { Person, World } from './systems.js';

const LIMIT_MS = 40_000;
/** How many changes property 3 counts. */
const CHANGES = 11;

async function pair(world: World): Promise<[Person, Person]> {
  const [ada, bob] = [await world.join('ada'), await world.join('bob')];
  await first('two people to see each other', () => sees(ada, bob) && sees(bob, ada));
  await sleep(300);
  return [ada, bob];
}

/** The messages of all in `ms`, while `act` is done. */
async function messages(people: readonly Person[], ms: number, act: () => void = () => undefined) {
  const sum = (key: 'up' | 'down') => people.reduce((total, { counts }) => total + counts()[key], 0);
  const [up, down] = [sum('up'), sum('down')];
  act();
  await sleep(ms);
  return { up: sum('up') - up, down: sum('down') - down };
}

export const LIVES: readonly Property[] = [
  {
    numbers: [3],
    async run(world) {
      const people: Person[] = [];
      for (let i = 0; i < 10; i++) people.push(await world.join(`p${i}`));
      const mover = people[0] as Person;
      await first('ten people', () => people.every(({ awareness }) => awareness.getStates().size === 10));
      await sleep(1_000);
      // What a change adds to what goes to and fro anyway: probes each second, and now and then the heartbeats of all.
      const added: { up: number; down: number }[] = [];
      for (let i = 0; i < CHANGES; i++) {
        const quiet = await messages(people, 1_000);
        const view = { x: i / CHANGES, y: 0.5, anchor: '' };
        const moved = await messages(people, 1_000, () => mover.awareness.setLocalStateField('view', view));
        added.push({ up: moved.up - quiet.up, down: moved.down - quiet.down });
      }
      const [up, down] = [median(added.map(({ up }) => up)), median(added.map(({ down }) => down))];
      return [{ number: 3, pass: up === 1 && down <= 10, value: `${up} up, ${down} down, in a room of 10` }];
    },
  },
  {
    numbers: [4],
    async run(world) {
      const [ada, bob] = await pair(world);
      bob.line.cut();
      const ghost = await timeUntil(() => !sees(ada, bob), LIMIT_MS);
      const cleo = await world.join('cleo');
      await first('Cleo', () => sees(ada, cleo));
      const left = timeUntil(() => !sees(ada, cleo), LIMIT_MS);
      await cleo.leave();
      const clean = await left;
      const pass = ghost !== undefined && ghost < 12_000 && clean !== undefined && clean < 200;
      return [
        { number: 4, pass, value: `socket lost: ${seconds(ghost, LIMIT_MS)}; goodbye: ${seconds(clean, LIMIT_MS)}` },
      ];
    },
  },
  {
    numbers: [5, 6, 22],
    async run(world) {
      const [ada, bob] = await pair(world);
      let changes = 0;
      for (const { awareness } of [ada, bob]) {
        awareness.on('change', ({ added, removed }: { added: number[]; removed: number[] }) => {
          changes += added.length + removed.length;
        });
      }
      bob.line.cut();
      await first('Bob to notice', () => !bob.connected());
      bob.awareness.setLocalStateField('draft', 9);
      await sleep(1_000);
      await bob.line.mend();
      await first('Bob to be back', () => bob.connected());
      const until = (holds: () => boolean) => timeUntil(holds, LIMIT_MS);
      const [seen, sight, draft] = await Promise.all([
        until(() => sees(ada, bob)),
        until(() => sees(bob, ada)),
        until(() => seenBy(ada, idOf(bob))?.draft === 9),
      ]);
      await sleep(500);
      const worst = seen === undefined || sight === undefined ? undefined : Math.max(seen, sight);
      return [
        {
          number: 5,
          pass: worst !== undefined && worst <= 1_000,
          value: `${seconds(worst, LIMIT_MS)} after the socket`,
        },
        { number: 6, pass: changes === 0, value: `${changes} added or removed on both sides, in a cut of 1 s` },
        {
          number: 22,
          pass: draft !== undefined && draft <= 1_000,
          value: `${seconds(draft, LIMIT_MS)} after the socket`,
        },
      ];
    },
  },
  {
    numbers: [7, 11],
    async run(world) {
      const [ada, bob] = await pair(world);
      for (let i = 0; i < 20; i++) {
        bob.awareness.setLocalStateField('draft', i);
        await sleep(20);
      }
      const client = idOf(bob);
      await sleep(300);
      await bob.leave();
      await first('Bob to be gone', () => !sees(ada, bob));
      let added = 0;
      ada.awareness.on('change', (change: { added: number[] }) => {
        added += change.added.filter((one) => one === client).length;
      });
      await world.join('bob', { client });
      const seen = await timeUntil(() => seenBy(ada, client) !== undefined, LIMIT_MS);
      await sleep(500);
      return [
        { number: 7, pass: added === 1, value: `${added} times \`added\`` },
        { number: 11, pass: seen !== undefined && seen <= 500, value: seconds(seen, LIMIT_MS) },
      ];
    },
  },
  {
    numbers: [12],
    async run(world) {
      const [ada, bob] = await pair(world);
      await world.join('cleo', { client: idOf(bob) });
      await sleep(5_000);
      const both = () => ['bob', 'cleo'].every((name) => namesOf(ada).includes(name));
      const pass = both();
      return [{ number: 12, pass, value: `after 5 s Ada sees ${namesOf(ada).join(', ')}` }];
    },
  },
  {
    numbers: [23],
    async run(world) {
      for (const name of ['p0', 'last']) await world.logIn(name);
      const start = performance.now();
      await world.join('p0');
      const alone = performance.now() - start;
      for (let i = 1; i < 20; i++) await world.join(`p${i}`);
      await sleep(500);
      const began = performance.now();
      const last = await world.join('last');
      await timeUntil(() => last.awareness.getStates().size === 21, LIMIT_MS);
      const full = performance.now() - began;
      const value = `20 people held ${full.toFixed(0)} ms after the call, an empty room ${alone.toFixed(0)} ms`;
      return [{ number: 23, pass: full < 300 && alone < 300, value }];
    },
  },
  {
    numbers: [24],
    async run(world) {
      const line = await world.line();
      const people: Person[] = [];
      for (let i = 0; i < 100; i++) people.push(await world.join(`p${i}`, { line }));
      await sleep(1_000);
      line.cut();
      await sleep(5_000);
      await line.mend();
      const back = new Map<Person, number>();
      const start = performance.now();
      while (back.size < people.length && performance.now() - start < LIMIT_MS) {
        for (const each of people) if (!back.has(each) && each.connected()) back.set(each, performance.now() - start);
        await sleep(5);
      }
      const times = [...back.values()].sort((a, b) => a - b);
      const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
      // In a tenth of a second are two of them: even those who return evenly, at random, are often five.
      const inASecondFrom = (at: number) => times.filter((one) => one >= at && one < at + 1_000).length;
      const peak = Math.max(...times.map(inASecondFrom)) / (times.length / Math.max(1, spread / 1_000));
      const pass = times.length === people.length && spread >= 5_000 && peak <= 2;
      const value = `${times.length} of 100 back over ${(spread / 1000).toFixed(1)} s, peak ${peak.toFixed(1)} × mean`;
      return [{ number: 24, pass, value }];
    },
  },
];
