/** D1 to D4 in a page: no message of a stranger stops what the elements show of the others. */
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import type { SlateCursors, SlateRoom } from '../../elements/index.js';
import { encodeBatch } from '../../src/protocol/cursor-codec.js';
import { encodeStates } from '../../src/protocol/presence-codec.js';
import { HOSTILE_VALUE, hostileMessages, SHAPES } from '../support/hostile-messages.js';
import { until } from '../support/wait.js';
import { drawn, mountRoom, parts, town } from './support.js';

const SUBJECTS = { presence: 'slate.collab.presence.town', cursors: 'slate.editor.cursors.batch.town' };
const INSIDE = `<slate-avatars max="99"></slate-avatars><slate-status></slate-status>
  <slate-cursors chat reactions style="position:absolute;inset:0"></slate-cursors>`;

/** What reaches the page as an uncaught error. */
function uncaught(): unknown[] {
  const errors: unknown[] = [];
  const listener = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    errors.push('reason' in event ? event.reason : event.error);
  };
  for (const type of ['error', 'unhandledrejection'] as const) {
    addEventListener(type, listener as EventListener, true);
    onTestFinished(() => removeEventListener(type, listener as EventListener, true));
  }
  return errors;
}

/** Bob's page; Alice points, and Mallory has a connection. */
async function setUp() {
  const errors = uncaught();
  const { hub, enter } = town();
  const { element, room } = await mountRoom(hub, INSIDE, 'user-id="bob" user-name="Bob"');
  const alice = await enter('Alice');
  await until(() => room.members.length === 2 && alice.members.length === 2);
  const [avatars, cursors] = ['slate-avatars', 'slate-cursors'].map(
    (name) => element.querySelector(name) as HTMLElement,
  );
  const bus = hub.connect();
  let step = 0;
  /** Alice moves to another place, and Bob's page shows her there. */
  const alicePoints = async () => {
    const x = ++step % 2 ? 0.25 : 0.75;
    const left = x * innerWidth;
    alice.pointer.move({ x, y: 0.5, anchor: '' });
    await until(
      () =>
        parts(cursors as HTMLElement, 'cursor').some(
          (one) => one.dataset.user === 'alice' && Math.abs(one.getBoundingClientRect().left - left) < 2,
        ),
      { what: `the cursor of Alice at ${left}` },
    );
  };
  return { room, avatars: avatars as HTMLElement, cursors: cursors as HTMLElement, bus, errors, alicePoints };
}

it('D3: states of every shape are people in the avatars, and their pointers have a name', async () => {
  const { room, avatars, cursors, bus, errors, alicePoints } = await setUp();
  const terms = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 } as const;
  SHAPES.forEach((state, i) => {
    const client = 100 + i;
    bus.publish(SUBJECTS.presence, encodeStates([{ client, clock: 1, state: {}, terms, json: JSON.stringify(state) }]));
    const samples = [{ ago: 0, x: 0.5, y: 0.5, anchor: '' }];
    bus.publish(SUBJECTS.cursors, encodeBatch({ client, clock: 1, presence: 1, sentAt: 0, samples, left: false }));
  });
  const inFile = (state: unknown) => !isLegal((state as { file?: unknown }).file);
  await until(() => parts(cursors, 'cursor').length === SHAPES.filter(inFile).length, { what: 'a cursor for each' });
  await alicePoints();
  expect(parts(avatars, 'avatar').map((one) => one.dataset.user)).toEqual(room.members.map(({ user }) => user.id));
  for (const avatar of parts(avatars, 'avatar')) expect(avatar.getAttribute('aria-label')).toMatch(/\p{L}/u);
  expect(parts(cursors, 'name').every((name) => name.textContent !== '')).toBe(true);
  expect(errors).toEqual([]);
});

it('D1: any messages of a stranger cost no honest pointer, and no exception reaches the page', async () => {
  const { bus, errors, alicePoints } = await setUp();
  const storms = fc.sample(hostileMessages(HOSTILE_VALUE), { numRuns: 120, seed: Math.floor(Math.random() * 2 ** 31) });
  for (const [i, storm] of storms.entries()) {
    for (const [lane, bytes] of storm) bus.publish(SUBJECTS[lane], bytes);
    await drawn();
    if (i % 20 === 0) await alicePoints();
  }
  await alicePoints();
  expect(errors).toEqual([]);
});

it('D3: no file that is no id, and none that another provider wrote into Awareness, moves a follower', async () => {
  const { room, cursors, bus, errors } = await setUp();
  const element = cursors.closest('slate-room') as SlateRoom;
  const terms = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 } as const;
  const say = (clock: number, state: object) =>
    bus.publish(
      SUBJECTS.presence,
      encodeStates([{ client: 5, clock, state: {}, terms, json: JSON.stringify({ user: { id: 'eve' }, ...state }) }]),
    );
  const eve = () => room.members.find(({ user }) => user.id === 'eve')?.sessions[0];
  say(1, {});
  await until(eve);
  expect(await (cursors as SlateCursors).follow('eve')).toBe(true);
  say(2, { file: 'x'.repeat(300), location: 'here' });
  await until(() => eve()?.location === 'here');
  const stranger = new Awareness(new Doc({ gc: false }));
  stranger.doc.clientID = stranger.clientID = 5;
  stranger.meta.set(5, { clock: 9, lastUpdated: 0 });
  stranger.setLocalState({ user: { id: 'eve' }, file: 'y'.repeat(300) });
  applyAwarenessUpdate(room.awareness, encodeAwarenessUpdate(stranger, [5]), 'another provider');
  stranger.destroy();
  expect(room.awareness.getStates().get(5)?.file).toBe('y'.repeat(300));
  say(11, { location: 'there', file: 7 });
  await until(() => eve()?.location === 'there');
  await drawn();
  expect([element.room, element.file ?? '', room.status, (cursors as SlateCursors).following]).toEqual([
    room,
    '',
    'connected',
    'eve',
  ]);
  expect(errors).toEqual([]);
});

const isLegal = (file: unknown) => typeof file === 'string' && file.length < 256;
