/**
 * What others see when the connection or the process of one person fails. Each scene has its own room: Bob and Carol
 * watch from one process, Alice is in another, which fails in one way. The times are those of the slower of the two
 * watchers.
 */
import type { System } from '../adapter.js';
import { Worker } from '../children.js';
import { now, sleep, until } from '../clock.js';
import { CutProxy } from '../proxy.js';
import type { Server } from '../servers.js';
import type { Sighting } from '../worker.js';

const ALICE = 0;
const WATCHERS = [1, 2];
const BLIP_MS = 3000;

export interface LifeResult {
  readonly system: string;
  readonly title: string;
  /** Seconds after the socket was open again until each side saw the other; 0 where they were never lost. */
  readonly back: number;
  /** Seconds that Alice was missing from the watchers' rosters after the dropped socket. */
  readonly missing: number;
  /** Times Alice left and came again in the watchers' rosters (the worse of the two) in a 3 s cut. */
  readonly pairs: number;
  /** Seconds until she was shown as unreachable (undefined: never, or not told apart) and until she was gone. */
  readonly killed: Ghost;
  readonly frozen: Ghost;
  readonly closed: Ghost;
}

export interface Ghost {
  readonly dimmed: number | undefined;
  /** Undefined: still there when the bench stopped looking. */
  readonly gone: number | undefined;
}

interface Scene {
  readonly room: string;
  readonly alice: Worker;
  readonly bob: Worker;
}

async function scene(system: System, server: Server, name: string, alices = server.address): Promise<Scene> {
  const room = name;
  const [alice, bob] = await Promise.all([Worker.start(), Worker.start()]);
  await bob.call('watch', system.id, server.address, room, 1);
  await bob.call('watch', system.id, server.address, room, 2);
  await alice.call('watch', system.id, alices, room, ALICE);
  await until(10_000, async () => {
    const held = await Promise.all([alice.call('people', room), bob.call('people', room)]);
    return Math.min(...held) >= 3;
  });
  await sleep(2500);
  return { room, alice, bob };
}

const endScene = ({ alice, bob }: Scene) => Promise.all([alice.end(), bob.end()]);

/** How each watcher saw Alice, from `since` on. */
async function views(bob: Worker, since: number): Promise<Sighting[][]> {
  const all = await bob.call('sightings');
  return WATCHERS.map((watcher) =>
    all.filter((each) => each.observer === watcher && each.subject === ALICE && each.at >= since),
  );
}

async function ghost({ bob }: Scene, since: number, maxMs: number): Promise<Ghost> {
  const everyoneSaw = async (sight: Sighting['sight']) =>
    (await views(bob, since)).map((view) => view.find((each) => each.sight === sight)?.at);
  await until(maxMs, async () => (await everyoneSaw('gone')).every((at) => at !== undefined), 200);
  const seconds = (times: readonly (number | undefined)[]) => {
    const known = times.filter((at) => at !== undefined);
    return known.length < WATCHERS.length ? undefined : (Math.max(...known) - since) / 1000;
  };
  return { dimmed: seconds(await everyoneSaw('stale')), gone: seconds(await everyoneSaw('gone')) };
}

async function killed(system: System, server: Server): Promise<Ghost> {
  const set = await scene(system, server, 'killed');
  const at = now();
  set.alice.child.kill('SIGKILL');
  const result = await ghost(set, at, 40_000);
  await endScene(set);
  return result;
}

async function frozen(system: System, server: Server, maxMs: number): Promise<Ghost> {
  const set = await scene(system, server, 'frozen');
  const at = now();
  set.alice.child.kill('SIGSTOP');
  const result = await ghost(set, at, maxMs);
  await endScene(set);
  return result;
}

async function closed(system: System, server: Server): Promise<Ghost> {
  const set = await scene(system, server, 'closed');
  const at = now();
  const leaving = set.alice.call('leave');
  const result = await ghost(set, at, 40_000);
  await leaving;
  await endScene(set);
  return result;
}

/** Both sides' rosters after Alice's socket broke and came back by itself. */
async function dropped(system: System, server: Server): Promise<{ back: number; missing: number }> {
  const set = await scene(system, server, 'dropped');
  const socketsBefore = (await set.alice.call('opened')).length;
  const at = await set.alice.call('breakSockets');
  await until(30_000, async () => (await set.alice.call('opened')).length > socketsBefore);
  const link = (await set.alice.call('opened'))[socketsBefore] ?? Number.NaN;
  // Long enough that an "away" has come and gone, or is seen to stay away.
  await sleep(3000);
  const bothSee = async () => {
    const held = await Promise.all([set.alice.call('people', set.room), set.bob.call('people', set.room)]);
    const theirs = (await views(set.bob, at)).map((view) => view.at(-1)?.sight ?? 'here');
    return Math.min(...held) >= 3 && theirs.every((sight) => sight === 'here');
  };
  await until(40_000, bothSee, 100);
  const ofAlice = (await views(set.bob, at)).flat();
  const byAlice = (await set.alice.call('sightings')).filter((change) => change.at >= at);
  const times = (changes: readonly Sighting[], sight: Sighting['sight']) =>
    changes.filter((change) => change.sight === sight).map((change) => change.at);
  const complete = await bothSee();
  await endScene(set);
  if (!complete) return { back: Number.NaN, missing: Number.NaN };
  const gone = times(ofAlice, 'gone');
  return {
    back: (Math.max(link, ...times(ofAlice, 'here'), ...times(byAlice, 'here')) - link) / 1000,
    missing: gone.length === 0 ? 0 : (Math.max(...times(ofAlice, 'here')) - Math.min(...gone)) / 1000,
  };
}

/** The network between Alice and the server is cut for three seconds. */
async function blip(system: System, server: Server, afterMs: number): Promise<number> {
  const proxy = new CutProxy(server.address.url);
  await proxy.mend();
  const set = await scene(system, server, 'blip', { ...server.address, url: proxy.url });
  const at = now();
  proxy.cut();
  await sleep(BLIP_MS);
  await proxy.mend();
  await sleep(afterMs);
  const pairs = (await views(set.bob, at)).map((view) => view.filter((each) => each.sight === 'gone').length);
  await endScene(set);
  proxy.cut();
  return Math.max(...pairs);
}

/** How long to look on, in milliseconds. */
export interface LifeOptions {
  readonly frozenMs: number;
  readonly afterCutMs: number;
}

export async function life(system: System, server: Server, { frozenMs, afterCutMs }: LifeOptions): Promise<LifeResult> {
  const [drop, pairs, kill, freeze, close] = await Promise.all([
    dropped(system, server),
    blip(system, server, afterCutMs),
    killed(system, server),
    frozen(system, server, frozenMs),
    closed(system, server),
  ]);
  return {
    system: system.id,
    title: system.title,
    ...drop,
    pairs,
    killed: kill,
    frozen: freeze,
    closed: close,
  };
}
