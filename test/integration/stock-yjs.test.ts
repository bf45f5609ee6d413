/** P1: a stock Yjs client, made of y-protocols and plain nats.ws, together with our rooms, over a real nats-server. */
import '../support/websocket.js';
import { connect as natsConnect } from 'nats.ws';
import { describe, expect, it } from 'vitest';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { type Bus, connect, joinRoom, type Room, type SlateError } from '../../src/index.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

const SUBJECT = 'slate.collab.presence.demo';

/** A room on a connection of its own; both are closed at the end of the scope. */
async function member(
  servers: string,
  id: string,
  name: string,
): Promise<AsyncDisposable & { room: Room; errors: SlateError[] }> {
  const bus: Bus = await connect({ servers });
  const room = await joinRoom(bus, { project: 'demo', user: { id, name } });
  const errors: SlateError[] = [];
  room.on('error', (error) => errors.push(error));
  return {
    room,
    errors,
    async [Symbol.asyncDispose]() {
      await room.leave();
      await bus.close();
    },
  };
}

/** Everything that somebody with a Y.Doc and NATS has to write. */
async function stockClient(servers: string, user: { name: string; color: string }) {
  const nc = await natsConnect({ servers });
  const awareness = new Awareness(new Y.Doc());
  const publish = (_: unknown, origin: unknown) =>
    origin !== 'nats' && nc.publish(SUBJECT, encodeAwarenessUpdate(awareness, [awareness.clientID]));
  nc.subscribe(SUBJECT, { callback: (_, { data }) => applyAwarenessUpdate(awareness, data, 'nats') });
  awareness.on('update', publish);
  awareness.setLocalStateField('user', user);
  return {
    awareness,
    nc,
    names: () => [...awareness.getStates().values()].map((state) => (state.user as { name: string }).name).sort(),
    async [Symbol.asyncDispose]() {
      awareness.destroy();
      await nc.close();
    },
  };
}

const names = ({ room }: { room: Room }) => room.members.map(({ user }) => user.name).sort();

describe('a stock Yjs client', () => {
  it('P1: joins a room, and both sides see each other', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'ada', 'Ada');
    await using stock = await stockClient(server.wsUrl, { name: 'Stock', color: '#ff0000' });
    await until(() => names(ada).length === 2, { what: 'Ada to see the stock client' });
    await until(() => stock.names().length === 2, { what: 'the stock client to see Ada' });
    expect(names(ada)).toEqual(['Ada', 'Stock']);
    expect(stock.names()).toEqual(['Ada', 'Stock']);
    const { clientID } = stock.awareness;
    expect(ada.room.members.find(({ user }) => user.name === 'Stock')).toMatchObject({
      user: { id: `yjs:${clientID}`, name: 'Stock', color: '#ff0000' },
      sessions: [{ client: clientID, kind: 'yjs', status: 'active' }],
    });
    expect(stock.awareness.getStates().get(ada.room.client)).toEqual({
      user: { ...ada.room.self.user, arrival: 1, colorLight: `${ada.room.self.user.color}33` },
    });
    expect(ada.errors).toEqual([]);
  });

  it('P1: that was there first is seen after its next message, and by later members with the roster', async () => {
    await using server = await natsServer();
    await using stock = await stockClient(server.wsUrl, { name: 'Stock', color: '#ff0000' });
    await using ada = await member(server.wsUrl, 'ada', 'Ada');
    await until(() => stock.names().length === 2, { what: 'the stock client to see Ada' });
    stock.awareness.setLocalStateField('typing', true); // a stock client answers no questions
    await until(() => names(ada).length === 2, { what: 'Ada to see the stock client' });
    await using bob = await member(server.wsUrl, 'bob', 'Bob'); // from the roster that Ada sends
    expect(names(bob)).toEqual(['Ada', 'Bob', 'Stock']);
  });

  it('P1: sends and receives changes of name, colour and cursor', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'ada', 'Ada');
    await using stock = await stockClient(server.wsUrl, { name: 'Stock', color: '#ff0000' });
    await until(() => names(ada).length === 2 && stock.names().length === 2, { what: 'both to see each other' });
    ada.room.setUser({ name: 'Ada L.' });
    stock.awareness.setLocalStateField('user', { name: 'Stock II', color: '#00ff00' });
    await until(() => stock.names().includes('Ada L.'), { what: 'the new name of Ada' });
    await until(() => names(ada).includes('Stock II'), { what: 'the new name of the stock client' });
    const position = JSON.parse(JSON.stringify(Y.createRelativePositionFromTypeIndex(new Y.Doc().getText('t'), 0)));
    stock.awareness.setLocalStateField('cursor', { anchor: position, head: position });
    const cursor = () => ada.room.awareness.getStates().get(stock.awareness.clientID)?.cursor;
    expect(await until(cursor, { what: 'the cursor of the stock client' })).toEqual({
      anchor: position,
      head: position,
    });
  });

  it('M10: sees a caret that moves within a second, and the last one', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'ada', 'Ada');
    await using bob = await member(server.wsUrl, 'bob', 'Bob');
    await using stock = await stockClient(server.wsUrl, { name: 'Stock', color: 'tomato' });
    await until(() => names(ada).length === 3 && stock.names().length === 3, { what: 'all to see each other' });
    expect(ada.room.members.find(({ user }) => user.name === 'Stock')?.user.color).toBe('#ff6347'); // D3
    const caret = () => stock.awareness.getStates().get(ada.room.client)?.cursor as { at: number } | undefined;
    let oldest = 0;
    let written = 0;
    const { awareness } = ada.room;
    stock.awareness.on('change', () => {
      oldest = Math.max(oldest, performance.now() - (caret()?.at ?? performance.now()));
    });
    const writing = setInterval(() => {
      written++;
      awareness.setLocalStateField('cursor', { at: performance.now() });
    }, 8);
    await until(() => written > 300, { what: 'some seconds of writing' });
    clearInterval(writing);
    const last = awareness.getLocalState()?.cursor;
    await until(() => caret()?.at === (last as { at: number }).at, { what: 'the last caret', deadlineMs: 1_500 });
    expect(oldest).toBeLessThan(1_500);
    expect(bob.room.awareness.getStates().get(ada.room.client)?.cursor).toEqual(last);
    expect([...ada.errors, ...bob.errors]).toEqual([]);
  });

  it('P6: leaves, and sees others leave', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'ada', 'Ada');
    await using stock = await stockClient(server.wsUrl, { name: 'Stock', color: '#ff0000' });
    {
      await using bob = await member(server.wsUrl, 'bob', 'Bob');
      await until(() => stock.names().length === 3 && names(bob).length === 3, { what: 'all three to see each other' });
    }
    await until(() => !stock.names().includes('Bob'), { what: 'Bob to be gone' });
    removeAwarenessStates(stock.awareness, [stock.awareness.clientID], 'window unload');
    await until(() => names(ada).join() === 'Ada', { what: 'the stock client to be gone' });
  });
});
