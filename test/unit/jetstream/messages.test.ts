/** Calls of JetStream and acknowledged publishes: what each answer of the server means. The server's part is played. */
import { describe, expect, it } from 'vitest';
import { JetStreamError, NoRespondersError, UnconfirmedError } from '../../../src/errors.js';
import { callApi } from '../../../src/jetstream/api.js';
import { deleteMessage, store } from '../../../src/jetstream/messages.js';
import { MemoryHub } from '../../../src/testing.js';

/** A bus whose requests are all answered with `answer`. */
function answering(answer: unknown) {
  const hub = new MemoryHub();
  hub.connect().subscribe('>', (message) => message.respond(answer));
  return hub.connect();
}

const refusal = (err_code: number) => ({ error: { code: 400, err_code, description: 'no' } });

describe('a call of the API', () => {
  it('resolves with the answer', async () => {
    expect(await callApi(answering({ streams: ['s'] }), 'STREAM.NAMES')).toEqual({ streams: ['s'] });
  });

  it("rejects with the server's code and reason", async () => {
    const call = callApi(answering(refusal(10099)), 'STREAM.NAMES');
    await expect(call).rejects.toMatchObject({ name: 'JetStreamError', code: 10099, reason: 'no' });
  });

  it('says that JetStream is not enabled where nothing answers', async () => {
    const call = callApi(new MemoryHub().connect(), 'STREAM.NAMES');
    await expect(call).rejects.toMatchObject({ name: 'JetStreamError', code: 503 });
  });
});

describe('an acknowledged publish', () => {
  it('resolves with the place of the message', async () => {
    const stored = await store(answering({ stream: 's', seq: 7 }), 'a', {});
    expect(stored).toEqual({ stream: 's', seq: 7, duplicate: false });
  });

  it('rejects where no stream keeps the subject', async () => {
    await expect(store(new MemoryHub().connect(), 'a', {})).rejects.toThrow(NoRespondersError);
  });

  it('rejects where the stream refuses it, and where a subscriber answers that is not a stream', async () => {
    await expect(store(answering(refusal(10077)), 'a', {})).rejects.toMatchObject({ code: 10077 });
    await expect(store(answering({ hello: 'world' }), 'a', {})).rejects.toThrow(JetStreamError);
  });

  it('rejects at once when the connection is lost before the answer', async () => {
    const hub = new MemoryHub();
    hub.connect().subscribe('a', () => hub.drop());
    await expect(store(hub.connect(), 'a', {})).rejects.toThrow(UnconfirmedError);
  });
});

it('deleting a message resolves with false where message or stream are gone', async () => {
  expect(await deleteMessage(answering({ success: true }), { stream: 's', seq: 1 })).toBe(true);
  for (const code of [10037, 10057, 10059]) {
    expect(await deleteMessage(answering(refusal(code)), { stream: 's', seq: 1 })).toBe(false);
  }
  await expect(deleteMessage(answering(refusal(10003)), { stream: 's', seq: 1 })).rejects.toThrow(JetStreamError);
});
