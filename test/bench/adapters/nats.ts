/**
 * The lower bound: nats.ws and nothing else. Every 100 ms a 30-byte message with a number and a position goes to one
 * subject to which everyone subscribes. Without presence, validation and playout, nothing built on NATS can be cheaper.
 */
import { connect } from 'nats.ws';
import type { BenchClient, JoinOptions, System } from '../adapter.js';
import { installGlobalSocket } from '../socket.js';
import { throttle } from '../throttle.js';

const MESSAGE_BYTES = 30;

async function join({ url, room, person, log, onClient }: JoinOptions): Promise<BenchClient> {
  installGlobalSocket();
  const connection = await connect({ servers: url, noEcho: true });
  const subject = `bench.${room}`;
  connection.subscribe(subject, {
    callback: (_error, message) => {
      const data = message.data;
      log.held(new DataView(data.buffer, data.byteOffset).getUint32(0), person.index);
    },
  });
  await connection.flush();

  let x = 0;
  let y = 0;
  let moves = 0;
  let updates = 0;
  const send = throttle(100, () => {
    const data = new Uint8Array(MESSAGE_BYTES);
    const view = new DataView(data.buffer);
    const key = person.index * 65536 + (++updates & 65535);
    view.setUint32(0, key);
    view.setFloat64(4, x);
    view.setFloat64(12, y);
    log.sent(key, person.index, moves, moves);
    connection.publish(subject, data);
  });
  const counts = () => ({ up: connection.stats().outMsgs, down: connection.stats().inMsgs });
  const client: BenchClient = {
    move(toX, toY) {
      moves += 1;
      x = toX;
      y = toY;
      send();
    },
    people: () => undefined,
    pointers: () => undefined,
    sights: () => new Map(),
    counts,
    pointerCounts: counts,
    upkeepCounts: () => ({ up: 0, down: 0 }),
    async leave() {
      send.stop();
      await connection.close();
    },
  };
  onClient?.(client);
  return client;
}

export const rawNats: System = { id: 'nats', title: 'raw nats.ws (floor)', server: 'nats', presence: false, join };
