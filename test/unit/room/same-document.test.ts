/** P6: a client id that is used again: the same document in a later room, in a second one, on another page. */
import { describe, expect, it } from 'vitest';
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import { joinRoom, type RoomOptions } from '../../../src/index.js';
import { decodePresence, encodeHeartbeat, encodeStates, type Terms } from '../../../src/protocol/presence-codec.js';
import { names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const TERMS: Terms = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 };

async function setUp() {
  const lab = new RoomLab();
  const bob = await lab.join('bob');
  const bus = lab.hub.connect();
  const doc = new Doc();
  const { clock, random } = lab;
  const join = (more: Partial<RoomOptions> = {}, on = bus) =>
    joinRoom(on, { project: 'p1', user: { id: 'ada', name: 'Ada' }, doc, clock, random, ...more });
  const see = async (expected: string[]) => {
    await clock.advance(50);
    expect(names(bob.room).sort()).toEqual(expected);
    expect(bob.errors).toEqual([]);
  };
  return { lab, bob, bus, doc, join, see, clock };
}

describe('P6: the same document again', () => {
  it('is seen at once, however often it leaves and joins', async () => {
    const { clock, join, see } = await setUp();
    for (let round = 0; round < 5; round++) {
      const room = await clock.while(join());
      await see(['Ada', 'bob']);
      for (let i = 0; i < round; i++) room.awareness.setLocalStateField('draft', i);
      await clock.while(room.leave());
      await see(['bob']);
    }
  });

  it('is seen at once after another project raised its clock', async () => {
    const { clock, join, see } = await setUp();
    const [room, other] = [await clock.while(join()), await clock.while(join({ project: 'p2' }))];
    expect(other.client).toBe(room.client);
    for (let i = 0; i < 100; i++) room.awareness.setLocalStateField('draft', i);
    await clock.while(room.leave());
    await clock.while(other.leave());
    await clock.while(join());
    await see(['Ada', 'bob']);
  });

  it('is seen at once by a stock Yjs client as well', async () => {
    const { lab, clock, join } = await setUp();
    const stock = new Awareness(new Doc());
    lab.hub.connect().subscribe(PRESENCE, ({ data }) => applyAwarenessUpdate(stock, data, 'nats'));
    const room = await clock.while(join());
    await clock.while(room.leave());
    const again = await clock.while(join());
    await clock.advance(50);
    expect(stock.getStates().get(again.client)).toMatchObject({ user: { id: 'ada' } });
    stock.destroy();
  });
});

describe('P6: a page that uses a client id of an earlier page', () => {
  const returning = (client: number) => Object.assign(new Doc(), { clientID: client });

  it('property 11: is seen as soon as a member has told it the clock that it had', async () => {
    const { lab, clock, join, see } = await setUp();
    const room = await clock.while(join());
    for (let i = 0; i < 50; i++) room.awareness.setLocalStateField('draft', i);
    await clock.while(room.leave());
    await see(['bob']);
    await clock.while(join({ doc: returning(room.client) }, lab.hub.connect()));
    await see(['Ada', 'bob']);
  });

  it('property 11: is seen with its new state though the earlier page never said goodbye', async () => {
    const { lab, bus, clock, join, see } = await setUp();
    const room = await clock.while(join());
    for (let i = 0; i < 50; i++) room.awareness.setLocalStateField('draft', i);
    await clock.advance(2_000); // M10: the newest has been announced
    bus.disconnect();
    await clock.advance(100);
    await clock.while(join({ doc: returning(room.client), user: { id: 'ada', name: 'Ada II' } }, lab.hub.connect()));
    await see(['Ada II', 'bob']);
  });

  it('is seen with its new state though the earlier page announced itself as often, and died unheard', async () => {
    const { lab, bus, clock, join, see } = await setUp();
    const earlier = new Doc();
    await clock.while(join({ doc: earlier }));
    await clock.advance(2_000);
    bus.disconnect();
    await clock.advance(100);
    const doc = returning(earlier.clientID);
    await clock.while(join({ doc, user: { id: 'ada', name: 'Ada II' } }, lab.hub.connect()));
    await see(['Ada II', 'bob']);
  });

  it('M4: is asked after a heartbeat below its goodbye, once, and its answer counts', async () => {
    const { lab, bob, see, clock } = await setUp();
    const bus = lab.hub.connect();
    const state = { user: { id: 'ada', name: 'Ada' } };
    const old = encodeStates([{ client: 77, clock: 2, state, terms: TERMS }]);
    let asked = 0;
    bus.subscribe('slate.collab.alive.p1.77', (message) => {
      if (message.data.length === 0 || decodePresence(message.data).type !== 'ask') return;
      asked++;
      message.respond(old);
    });
    bus.publish(PRESENCE, encodeStates([{ client: 77, clock: 9, state, terms: TERMS }]));
    bus.publish(PRESENCE, encodeStates([{ client: 77, clock: 10, state: null, terms: TERMS }]));
    bus.publish(PRESENCE, old); // a message that comes late brings nobody back
    await see(['bob']);
    expect(asked).toBe(0);
    for (let i = 0; i < 5; i++) bus.publish(PRESENCE, encodeHeartbeat(77, 2, TERMS));
    await see(['Ada', 'bob']);
    expect(asked).toBe(1);
    await clock.advance(3_000);
    expect(bob.errors).toEqual([]);
  });

  it('M4: that does not answer stays away, and what came late before still does', async () => {
    const { lab, see, clock } = await setUp();
    const bus = lab.hub.connect();
    const state = { user: { id: 'ada', name: 'Ada' } };
    bus.publish(PRESENCE, encodeStates([{ client: 77, clock: 9, state, terms: TERMS }]));
    bus.publish(PRESENCE, encodeStates([{ client: 77, clock: 10, state: null, terms: TERMS }]));
    bus.publish(PRESENCE, encodeHeartbeat(77, 9, TERMS));
    await clock.advance(2_000);
    bus.publish(PRESENCE, encodeStates([{ client: 77, clock: 9, state, terms: TERMS }]));
    await see(['bob']);
  });
});

describe('joinRoom with a document that is in the room already', () => {
  it('is refused in the same project on the same bus, whatever the file', async () => {
    const { clock, join, see } = await setUp();
    const room = await clock.while(join());
    const refused = { name: 'OptionError', option: 'doc' };
    await expect(clock.while(join())).rejects.toMatchObject(refused);
    await expect(clock.while(join({ file: 'b.ts' }))).rejects.toMatchObject(refused);
    await see(['Ada', 'bob']);
    await clock.while(room.leave());
    await clock.while(join());
    await see(['Ada', 'bob']);
  });

  it('is refused when both join at the same moment, and the first stays', async () => {
    const { lab, clock, join, see } = await setUp();
    const results = await clock.while(Promise.allSettled([join(), join(), join()]));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await see(['Ada', 'bob']);
    lab.wire.length = 0;
    await clock.advance(10_000);
    expect(lab.wire.filter(({ subject }) => subject === PRESENCE).length).toBeLessThan(12); // heartbeats alone
  });

  it.each<[string, (first: Promise<{ leave(): Promise<void> }>, abort: AbortController) => void]>([
    ['leaves as soon as it has joined', (first) => void first.then((room) => room.leave())],
    ['is aborted', (_, abort) => abort.abort(new Error('unmounted'))],
  ])('goes on when the first, which a framework mounted to test it, %s', async (_, unmount) => {
    const { clock, join, see } = await setUp();
    const abort = new AbortController();
    const first = join({ signal: abort.signal });
    first.catch(() => undefined);
    unmount(first, abort);
    const room = await clock.while(join());
    await see(['Ada', 'bob']);
    expect(room.status).toBe('connected');
    await clock.advance(12_000);
    await see(['Ada', 'bob']);
  });

  it('stops waiting for the first when its own signal aborts', async () => {
    const { bus, clock, join } = await setUp();
    bus.disconnect();
    const first = join();
    const abort = new AbortController();
    const second = join({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(clock.while(second)).rejects.toThrow('enough');
    bus.reconnect();
    await clock.while(first);
  });
});
