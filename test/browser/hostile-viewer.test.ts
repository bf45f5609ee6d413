/** What a viewer does for a crowd of invented people is done once a frame, whatever they say of each other. */
import { expect, it, vi } from 'vitest';
import { encodeStates } from '../../src/protocol/presence-codec.js';
import { until } from '../support/wait.js';
import { mountRoom, parts, town } from './support.js';

const CROWD = 900;
const FIRST = 1000;

/** A page with everything that looks at what peers say, and a connection that says it for a crowd. */
async function crowded() {
  const { hub } = town();
  const { element, room } = await mountRoom(
    hub,
    '<slate-avatars></slate-avatars><slate-cursors chat reactions></slate-cursors>',
  );
  const bus = hub.connect();
  let clock = 0;
  /** Everyone says something, in one task: no frame is drawn in between. */
  const say = (fieldsOf: (client: number) => Record<string, unknown>) => {
    clock++;
    for (let client = FIRST; client < FIRST + CROWD; client++) {
      const state = { user: { id: `u${client}`, name: `N${client}`, color: '#336699' }, ...fieldsOf(client) };
      const terms = { activity: 'active', kind: 'slate', leaseMs: 60_000, ageMs: 0 } as const;
      bus.publish('slate.collab.presence.town', encodeStates([{ client, clock, state, terms }]));
    }
  };
  say(() => ({}));
  await until(() => room.members.length === CROWD + 1);
  const cursors = element.querySelector('slate-cursors');
  if (!cursors) throw new Error('no <slate-cursors>');
  return { room, say, cursors };
}

const frames = (count: number) =>
  Array.from({ length: count }).reduce<Promise<unknown>>(
    (before) => before.then(() => new Promise(requestAnimationFrame)),
    Promise.resolve(),
  );

it('F1: who follows whom is reckoned a few times a frame, and not once for every state that comes', async () => {
  const { room, say, cursors } = await crowded();
  say((client) => ({ slate: { follow: client === FIRST ? room.client : client - 1 } }));
  await until(() => parts(cursors, 'bar').some(({ textContent }) => textContent?.includes(`${CROWD} people follow`)));
  await frames(3);
  const reads = vi.spyOn(room.awareness, 'getStates');
  say((client) => ({ slate: { follow: client === FIRST ? room.client : client - 1 }, chat: { text: 'hello' } }));
  await until(() => room.awareness.getStates().get(FIRST + CROWD - 1)?.chat);
  await frames(3);
  // Each reckoning reads the states of all; what is said is read once for each client.
  expect(reads.mock.calls.length).toBeLessThan(15 * CROWD);
});

it('F3: of a crowd that asks to come along only some wait for an answer, one at a time', async () => {
  const { say, cursors } = await crowded();
  for (const number of [1, 2, 3]) {
    say(() => ({ slate: { gather: number } }));
    await until(() => parts(cursors, 'bar').length > 0);
    await frames(2);
    expect(parts(cursors, 'bar')).toHaveLength(1);
  }
});
