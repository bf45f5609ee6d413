/**
 * The rules of a Bus. The test file of each implementation runs them: a rule that one keeps and another breaks is a
 * defect of the other. Longer than 300 lines because it is one list of rules.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Bus, BusMessage, BusStatus } from '../../src/bus/bus.js';
import {
  ConnectionClosedError,
  InvalidSubjectError,
  NoRespondersError,
  NotConnectedError,
  OptionError,
  PayloadError,
  PayloadTooLargeError,
  PermissionError,
  RequestTimeoutError,
  type SlateError,
  UnconfirmedError,
} from '../../src/errors.js';
import { once, until, within } from '../support/wait.js';

/** The largest payload that the server of the implementation has to accept, in bytes. */
export const CONTRACT_MAX_PAYLOAD = 4096;
/** Its users may neither publish nor subscribe to these subjects. */
export const CONTRACT_FORBIDDEN = 'forbidden.>';

export interface BusFixture extends AsyncDisposable {
  /** A connected client. */
  connect(): Promise<Bus>;
  /** Stops the server; resolves when it has stopped. */
  lose(): Promise<void>;
  /** Starts the server again; resolves when it runs. */
  regain(): Promise<void>;
}

export function runBusContract(title: string, setup: () => Promise<BusFixture>): void {
  describe(`bus contract: ${title}`, () => {
    let fixture: BusFixture;
    const open: Bus[] = [];
    let subjects = 0;

    beforeAll(async () => {
      fixture = await setup();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((bus) => bus.close()));
      vi.restoreAllMocks();
    });
    afterAll(() => fixture[Symbol.asyncDispose]());

    async function client(): Promise<Bus> {
      const bus = await fixture.connect();
      open.push(bus);
      return bus;
    }

    /** A subject no other test uses. */
    const fresh = () => `contract.s${++subjects}`;

    /**
     * Subscribes, and collects what the subscription receives. Resolves when the server knows of it. `first`: the
     * first message.
     */
    async function collect(bus: Bus, subject: string, options?: { queue?: string }) {
      const received: BusMessage[] = [];
      let resolveFirst: () => void = () => undefined;
      const first = new Promise<void>((resolve) => {
        resolveFirst = resolve;
      });
      const subscription = bus.subscribe(
        subject,
        (message) => {
          received.push(message);
          resolveFirst();
        },
        options,
      );
      await bus.flush();
      return { received, subscription, first };
    }

    /** Resolves when everything that was published before has been delivered. */
    async function settled(...buses: Bus[]): Promise<void> {
      for (const bus of buses) await bus.flush();
    }

    const becomes = (bus: Bus, type: BusStatus['type']) =>
      once<BusStatus>(
        (fn) => bus.on('status', fn),
        (status) => status.type === type,
        { deadlineMs: 15_000, what: type },
      );

    const texts = (messages: readonly BusMessage[]) => messages.map((message) => message.json());

    describe('publish and subscribe', () => {
      it('delivers bytes unchanged, with the subject on which they were published', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received } = await collect(bob, subject);
        const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
        alice.publish(subject, bytes);
        await settled(alice, bob);
        expect(received).toHaveLength(1);
        expect([...(received[0]?.data ?? [])]).toEqual([...bytes]);
        expect(received[0]).toMatchObject({ subject, reply: undefined, noResponders: false });
      });

      it('sends a view of a larger buffer as the bytes of the view, and a buffer as its bytes', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        const whole = new Uint8Array([9, 1, 2, 9]);
        alice.publish(subject, whole.subarray(1, 3));
        alice.publish(subject, new DataView(whole.buffer, 1, 2));
        alice.publish(subject, new Uint8Array([1, 2]).buffer);
        await settled(alice);
        expect(received.map((message) => [...message.data])).toEqual([
          [1, 2],
          [1, 2],
          [1, 2],
        ]);
      });

      it('sends any other value as JSON', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        const values = [{ a: [1, 'é', null] }, 'text', 0, false, null, []];
        for (const value of values) alice.publish(subject, value);
        await settled(alice);
        expect(texts(received)).toEqual(values);
      });

      it('sends undefined as an empty payload, which is not JSON', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        alice.publish(subject);
        await settled(alice);
        expect(received[0]?.data).toHaveLength(0);
        expect(received[0]?.noResponders).toBe(false);
        expect(() => received[0]?.json()).toThrow(PayloadError);
      });

      it('sends headers with the payload, and counts them towards the largest payload', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        alice.publish(subject, 1, { headers: { 'Nats-Service-Error': 'größer', Empty: '' } });
        alice.publish(subject, undefined, { headers: { Kind: 'x' }, reply: 'answers' });
        alice.publish(subject, 2);
        await settled(alice);
        const of = (name: string) => received.map((message) => message.header(name) || undefined);
        expect(of('Nats-Service-Error')).toEqual(['größer', undefined, undefined]);
        expect(of('Kind')).toEqual([undefined, 'x', undefined]);
        expect(received.map(({ hasHeaders }) => hasHeaders)).toEqual([true, true, false]);
        expect(received.map(({ data, reply, noResponders }) => [data.length, reply, noResponders])).toEqual([
          [1, undefined, false],
          [0, 'answers', false],
          [1, undefined, false],
        ]);
        const bytes = new Uint8Array(CONTRACT_MAX_PAYLOAD);
        alice.publish(subject, bytes);
        expect(() => alice.publish(subject, bytes, { headers: { a: 'b' } })).toThrow(PayloadTooLargeError);
        for (const headers of [
          { 'a b': 'c' },
          { 'a:': 'c' },
          { '': 'c' },
          { ä: 'c' },
          { a: 'b\r\nc: d' },
          { a: 'b\n' },
        ]) {
          expect(() => alice.publish(subject, 1, { headers })).toThrow(PayloadError);
        }
        await settled(alice);
        expect(received).toHaveLength(4);
      });

      it('emits an error event for each error that code built on it reports', async () => {
        const alice = await client();
        const errors: SlateError[] = [];
        alice.on('error', (error) => errors.push(error));
        const error = new PayloadError('a', 'is not what it should be');
        alice.report(error);
        expect(errors).toEqual([error]);
      });

      it('throws PayloadError when a payload that is not JSON is read, and delivers the next message', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        alice.publish(subject, new TextEncoder().encode('{"half":'));
        alice.publish(subject, new Uint8Array([0x22, 0xff, 0x22])); // a string that is not UTF-8
        alice.publish(subject, 'fine');
        await settled(alice);
        expect(() => received[0]?.json()).toThrow(PayloadError);
        expect(() => received[1]?.json()).toThrow(PayloadError);
        expect(received[2]?.json()).toBe('fine');
      });

      it('throws PayloadError for a value that JSON cannot express, and sends nothing', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        const cycle: unknown[] = [];
        cycle.push(cycle);
        for (const value of [cycle, 1n, () => 1, Symbol('s')]) {
          expect(() => alice.publish(subject, value)).toThrow(PayloadError);
        }
        await settled(alice);
        expect(received).toHaveLength(0);
      });

      it('receives its own messages, once for each subscription', async () => {
        const alice = await client();
        const subject = fresh();
        const first = await collect(alice, subject);
        const second = await collect(alice, subject);
        alice.publish(subject, 1);
        await settled(alice);
        expect(texts(first.received)).toEqual([1]);
        expect(texts(second.received)).toEqual([1]);
      });

      it('delivers the messages of one publisher in order', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received } = await collect(bob, `${subject}.*`);
        const numbers = Array.from({ length: 200 }, (_, index) => index);
        for (const n of numbers) alice.publish(`${subject}.${n % 3}`, n);
        await settled(alice, bob);
        expect(texts(received)).toEqual(numbers);
      });

      it('calls handlers after publish has returned, never inside it', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        alice.publish(subject, 1);
        expect(received).toHaveLength(0);
        await settled(alice);
        expect(received).toHaveLength(1);
      });

      it('gives each subscription its own copy of the bytes', async () => {
        const alice = await client();
        const subject = fresh();
        const bytes = new Uint8Array([1, 2, 3]);
        const seen: number[][] = [];
        const spoil = (message: BusMessage) => {
          seen.push([...message.data]);
          message.data.fill(0);
        };
        alice.subscribe(subject, spoil);
        alice.subscribe(subject, spoil);
        alice.publish(subject, bytes);
        await settled(alice);
        expect(seen).toEqual([
          [1, 2, 3],
          [1, 2, 3],
        ]);
        expect([...bytes]).toEqual([1, 2, 3]);
      });

      it('delivers nothing after unsubscribe, not even messages on their way', async () => {
        const alice = await client();
        const subject = fresh();
        const received: unknown[] = [];
        const subscription = alice.subscribe(subject, (message) => {
          received.push(message.json());
          subscription.unsubscribe();
        });
        for (const n of [1, 2, 3]) alice.publish(subject, n);
        await settled(alice);
        alice.publish(subject, 4);
        await settled(alice);
        expect(received).toEqual([1]);
        expect(await within(subscription.closed, 'the end of the subscription')).toBeUndefined();
        subscription.unsubscribe();
      });

      it('reports an error that a handler throws, and goes on delivering to it and to others', async () => {
        const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
        const alice = await client();
        const subject = fresh();
        const fault = new Error('a fault in the page');
        let calls = 0;
        alice.subscribe(subject, () => {
          calls++;
          throw fault;
        });
        const { received } = await collect(alice, subject);
        alice.publish(subject, 1);
        alice.publish(subject, 2);
        await settled(alice);
        expect(calls).toBe(2);
        expect(texts(received)).toEqual([1, 2]);
        expect(reported.mock.calls).toEqual([[fault], [fault]]);
        expect(alice.status.type).toBe('connected');
      });

      it('counts the messages and bytes of both directions', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        await collect(bob, subject);
        await collect(bob, subject);
        const before = { out: alice.stats, in: bob.stats };
        alice.publish(subject, new Uint8Array(100));
        await settled(alice, bob);
        expect(alice.stats.messagesOut - before.out.messagesOut).toBe(1);
        expect(bob.stats.messagesIn - before.in.messagesIn).toBe(2);
        expect(alice.stats.bytesOut - before.out.bytesOut).toBeGreaterThanOrEqual(100);
        expect(bob.stats.bytesIn - before.in.bytesIn).toBeGreaterThanOrEqual(200);
      });
    });

    describe('subjects', () => {
      it('match * with one token, and > with one or more', async () => {
        const alice = await client();
        const base = fresh();
        const patterns = [`${base}.*`, `${base}.>`, `${base}.*.c`, `${base}.a.*`, `*.${base.slice(9)}.a`, base];
        const received = new Map<string, string[]>();
        for (const pattern of patterns) {
          received.set(pattern, []);
          alice.subscribe(pattern, (message) => received.get(pattern)?.push(message.subject.slice(base.length)));
        }
        for (const end of ['', '.a', '.b', '.a.c', '.a.b.c']) alice.publish(base + end);
        await settled(alice);
        expect(Object.fromEntries(received)).toEqual({
          [`${base}.*`]: ['.a', '.b'],
          [`${base}.>`]: ['.a', '.b', '.a.c', '.a.b.c'],
          [`${base}.*.c`]: ['.a.c'],
          [`${base}.a.*`]: ['.a.c'],
          [`*.${base.slice(9)}.a`]: ['.a'],
          [base]: [''],
        });
      });

      it('may contain every other character', async () => {
        const alice = await client();
        const base = fresh();
        const { received } = await collect(alice, `${base}.>`);
        const names = ['a-b_c', 'src%2Fmain%2Ets', '$X', 'ünïcødé', '東京', '🙂', '"quoted"', 'a\u00a0b'];
        for (const name of names) alice.publish(`${base}.${name}`);
        await settled(alice);
        expect(received.map((message) => message.subject.slice(base.length + 1))).toEqual(names);
      });

      it.each([
        [''],
        ['.a'],
        ['a.'],
        ['a..b'],
        ['a b'],
        ['a\tb'],
        ['a\r\nPUB b 0\r\n'],
        ['a\u0000b'],
        ['a\u007f'],
        ['a.*'],
        ['a.>'],
        ['a*'],
        ['x'.repeat(1025)],
        ['é'.repeat(513)],
      ])('refuses to publish on %j', async (subject) => {
        const alice = await client();
        expect(() => alice.publish(subject)).toThrow(InvalidSubjectError);
        expect(() => alice.publish('fine', 1, { reply: subject })).toThrow(InvalidSubjectError);
        await expect(alice.request(subject, 1, 100)).rejects.toThrow(InvalidSubjectError);
        await alice.flush(); // the connection still works
      });

      it.each([
        [''],
        ['.a'],
        ['a.'],
        ['a..b'],
        ['a b'],
        ['a\nb'],
        ['a*'],
        ['*a.b'],
        ['a.>.b'],
        ['>>'],
        ['x'.repeat(1025)],
      ])('refuses to subscribe to %j', async (subject) => {
        const alice = await client();
        expect(() => alice.subscribe(subject, () => undefined)).toThrow(InvalidSubjectError);
      });

      it.each([[''], ['a b'], ['a*']])('refuses %j as the name of a queue group', async (queue) => {
        const alice = await client();
        expect(() => alice.subscribe('fine', () => undefined, { queue })).toThrow(InvalidSubjectError);
      });
    });

    describe('queue groups', () => {
      it('receive each message once for each group; every subscription without a group receives it too', async () => {
        const [alice, bob, charlie] = [await client(), await client(), await client()];
        const subject = fresh();
        const first = [
          await collect(bob, subject, { queue: 'q1' }),
          await collect(charlie, `${subject}`, { queue: 'q1' }),
        ];
        const second = [await collect(bob, subject, { queue: 'q2' })];
        const plain = await collect(charlie, subject);
        const numbers = Array.from({ length: 60 }, (_, index) => index);
        for (const n of numbers) alice.publish(subject, n);
        await settled(alice, bob, charlie);
        const got = (group: { received: BusMessage[] }[]) =>
          group.flatMap(({ received }) => texts(received)).sort((a, b) => Number(a) - Number(b));
        expect(got(first)).toEqual(numbers);
        expect(got(second)).toEqual(numbers);
        expect(got([plain])).toEqual(numbers);
        for (const { received } of first) expect(received.length).toBeGreaterThan(0); // 60 random choices
      });

      it('are one group even when their subscriptions have different patterns', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const exact = await collect(bob, `${subject}.a`, { queue: 'q' });
        const wild = await collect(bob, `${subject}.*`, { queue: 'q' });
        for (let n = 0; n < 20; n++) alice.publish(`${subject}.a`, n);
        await settled(alice, bob);
        expect(exact.received.length + wild.received.length).toBe(20);
      });
    });

    describe('request', () => {
      it('resolves with the answer', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        bob.subscribe(subject, (message) => {
          expect(message.respond({ twice: 2 * Number(message.json()) })).toBe(true);
        });
        await bob.flush();
        const answer = await alice.request(subject, 21, 2000);
        expect(answer.json()).toEqual({ twice: 42 });
      });

      it('sends the headers of a request', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        bob.subscribe(subject, (message) => message.respond(message.header('Colour')));
        await bob.flush();
        const answer = await alice.request(subject, 1, { timeoutMs: 2000, headers: { Colour: 'red' } });
        expect(answer.json()).toBe('red');
      });

      it('resolves each of many requests with its own answer', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        bob.subscribe(subject, (message) => message.respond(message.data));
        await bob.flush();
        const numbers = Array.from({ length: 100 }, (_, index) => index);
        const answers = await Promise.all(numbers.map((n) => alice.request(subject, n, 2000)));
        expect(texts(answers)).toEqual(numbers);
      });

      it('reaches exactly one subscription of a queue group', async () => {
        const [alice, bob, charlie] = [await client(), await client(), await client()];
        const subject = fresh();
        let answered = 0;
        for (const bus of [bob, charlie]) {
          bus.subscribe(
            subject,
            (message) => {
              answered++;
              message.respond('here');
            },
            { queue: 'members' },
          );
          await bus.flush();
        }
        expect((await alice.request(subject, undefined, 2000)).json()).toBe('here');
        await settled(bob, charlie);
        expect(answered).toBe(1);
      });

      it('rejects with NoRespondersError when nobody subscribes, long before the time is up', async () => {
        const alice = await client();
        const subject = fresh();
        const error = await within(
          alice.request(subject, 1, 60_000).catch((e: unknown) => e),
          'the rejection',
        );
        expect(error).toBeInstanceOf(NoRespondersError);
        expect(error).toMatchObject({ subject });
      });

      it('rejects with RequestTimeoutError when a subscriber does not answer', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received } = await collect(bob, subject);
        const error = await alice.request(subject, 1, 50).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(RequestTimeoutError);
        expect(error).toMatchObject({ subject, timeoutMs: 50 });
        await settled(bob);
        expect(received[0]?.respond('late')).toBe(true); // too late, and harmless
        await settled(bob, alice);
      });

      it('waits for longer than the timers of the platform can', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received, first } = await collect(bob, subject);
        const answer = alice.request(subject, 1, 2 ** 31);
        await first;
        await expect(alice.request(subject, 1, 50)).rejects.toThrow(RequestTimeoutError);
        received[0]?.respond('at last');
        expect((await answer).json()).toBe('at last');
      });

      it('rejects a time limit that is not a number above 0', async () => {
        const alice = await client();
        for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
          await expect(alice.request('any', 1, timeoutMs)).rejects.toThrow(OptionError);
        }
      });

      it('delivers "no responders" to the reply subject of a publish that no subscription received', async () => {
        const alice = await client();
        const reply = alice.inbox();
        const { received } = await collect(alice, reply);
        alice.publish(fresh(), 'anyone?', { reply });
        await until(() => received.length === 1, { what: 'the message "no responders"' });
        expect(received[0]).toMatchObject({ noResponders: true, subject: reply, reply: undefined });
        expect(received[0]?.data).toHaveLength(0);
      });

      it('tells the one who asks that nobody subscribes, although a wider subscription matches too', async () => {
        const alice = await client();
        const wide = await collect(alice, `${alice.inbox().split('.')[0]}.>`);
        await expect(alice.request(fresh(), 1, 5000)).rejects.toThrow(NoRespondersError);
        expect(wide.received.map(({ noResponders }) => noResponders)).toEqual([true]);
        const reply = alice.inbox();
        const { received } = await collect(alice, `${reply}.*`);
        alice.publish(fresh(), 1, { reply: `${reply}.5` });
        await until(() => received.length === 1, { what: 'the message "no responders"' });
      });

      it('delivers no such message when there is a subscription, even one of the publisher itself', async () => {
        const [alice, bob] = [await client(), await client()];
        const [subject, reply] = [fresh(), alice.inbox()];
        const { received } = await collect(alice, reply);
        const others = await collect(bob, subject);
        alice.publish(subject, 1, { reply });
        await settled(alice, bob, alice);
        expect(received).toHaveLength(0);
        expect(others.received[0]?.reply).toBe(reply);
        others.subscription.unsubscribe();
        await bob.flush();
        await collect(alice, subject);
        alice.publish(subject, 1, { reply });
        await settled(alice);
        expect(received).toHaveLength(0);
      });

      it('does not respond to a message without a reply subject', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        alice.publish(subject, 1);
        await settled(alice);
        expect(received[0]?.respond('x')).toBe(false);
      });

      it.each(['slate.build.jobs', 'slate.inbox', 'slate.dead.x', '$JS.API.INFO', '$SYS.REQ'])(
        'does not respond on %s, where an answer would be something else',
        async (reply) => {
          const [alice, bob] = [await client(), await client()];
          const subject = fresh();
          const { received } = await collect(alice, subject);
          const elsewhere = await collect(alice, reply);
          bob.publish(subject, 1, { reply });
          await settled(bob, alice);
          expect(received[0]?.reply).toBe(reply);
          expect(received[0]?.respond('x')).toBe(false);
          await settled(alice);
          expect(elsewhere.received).toEqual([]);
        },
      );

      it('makes reply subjects of which one does not tell the next', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        for (let n = 0; n < 2; n++) alice.request(subject, n, 1000).catch(() => undefined);
        await settled(alice);
        const secret = (reply = '') => /[0-9a-z]{10}$/.exec(reply)?.[0];
        const secrets = [...received.map(({ reply }) => reply), alice.inbox(), alice.inbox()].map(secret);
        expect(secrets).not.toContain(undefined);
        expect(new Set(secrets).size).toBe(4);
      });

      it('makes inboxes that are all different, and valid subjects', async () => {
        const [alice, bob] = [await client(), await client()];
        const inboxes = [alice.inbox(), alice.inbox(), bob.inbox(), bob.inbox()];
        expect(new Set(inboxes).size).toBe(4);
        for (const inbox of inboxes) alice.publish(inbox);
      });
    });

    describe('limits', () => {
      it('throws PayloadTooLargeError above the limit of the server, and sends what equals it', async () => {
        const alice = await client();
        const subject = fresh();
        const { received } = await collect(alice, subject);
        expect(alice.maxPayload).toBe(CONTRACT_MAX_PAYLOAD);
        alice.publish(subject, new Uint8Array(CONTRACT_MAX_PAYLOAD));
        let error: unknown;
        try {
          alice.publish(subject, new Uint8Array(CONTRACT_MAX_PAYLOAD + 1));
        } catch (thrown) {
          error = thrown;
        }
        expect(error).toBeInstanceOf(PayloadTooLargeError);
        expect(error).toMatchObject({ subject, size: CONTRACT_MAX_PAYLOAD + 1, limit: CONTRACT_MAX_PAYLOAD });
        await settled(alice);
        expect(received).toHaveLength(1);
      });
    });

    describe('permissions', () => {
      it('report a forbidden publish as an error event; the bus stays connected', async () => {
        const alice = await client();
        const errors: SlateError[] = [];
        alice.on('error', (error) => errors.push(error));
        alice.publish('forbidden.fruit', 1);
        await until(() => errors.length > 0, { what: 'the error event' });
        expect(errors[0]).toBeInstanceOf(PermissionError);
        expect(errors[0]).toMatchObject({ operation: 'publish', subject: 'forbidden.fruit' });
        await alice.flush();
        expect(errors).toHaveLength(1);
        expect(alice.status.type).toBe('connected');
      });

      it('have reported a forbidden publish by the time a flush resolves', async () => {
        const alice = await client();
        const refused: string[] = [];
        alice.on('error', (error) => refused.push(error instanceof PermissionError ? error.subject : error.name));
        for (let i = 0; i < 20; i++) {
          alice.publish(`forbidden.fruit${i}`, 1);
          await alice.flush();
          expect(refused.at(-1)).toBe(`forbidden.fruit${i}`);
        }
        expect(refused).toHaveLength(20);
      });

      it('have reported every forbidden publish by the time a flush resolves, however many there are', async () => {
        const alice = await client();
        let refused = 0;
        alice.on('error', () => refused++);
        for (const count of [2, 10, 1000]) {
          refused = 0;
          for (let n = 0; n < count; n++) alice.publish(`forbidden.fruit${n}`);
          await alice.flush();
          expect(refused).toBe(count);
        }
      });

      it('reject a request on a forbidden subject', async () => {
        const alice = await client();
        const error = await alice.request('forbidden.fruit', 1, 5000).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(PermissionError);
      });

      it('end a forbidden subscription with the error, and no other', async () => {
        const alice = await client();
        const errors: SlateError[] = [];
        alice.on('error', (error) => errors.push(error));
        const subject = fresh();
        const { received } = await collect(alice, subject);
        const forbidden = alice.subscribe('forbidden.fruit', () => undefined);
        const error = await within(forbidden.closed, 'the end of the subscription');
        expect(error).toBeInstanceOf(PermissionError);
        expect(error).toMatchObject({ operation: 'subscribe', subject: 'forbidden.fruit' });
        await until(() => errors.length > 0, { what: 'the error event' });
        alice.publish(subject, 1);
        await settled(alice);
        expect(received).toHaveLength(1);
        expect(errors).toEqual([error]);
        forbidden.unsubscribe();
      });
    });

    describe('permissions for subjects that the server quotes in another spelling', () => {
      it.each([
        ['forbidden."fruit"'],
        ['forbidden.C:\\main'],
        ['forbidden.a\u00a0b'],
        ['forbidden.\u200dbeef'],
        ['forbidden.\u{e0001}'],
        ['forbidden."a"using"queue"b'],
      ])('refuse a publish, a request and a subscription on %s', async (subject) => {
        const alice = await client();
        const errors: SlateError[] = [];
        alice.on('error', (error) => errors.push(error));
        alice.publish(subject, 1);
        await alice.flush();
        expect(errors).toMatchObject([{ name: 'PermissionError', operation: 'publish', subject }]);
        await expect(alice.request(subject, 1, 5000)).rejects.toThrow(PermissionError);
        errors.length = 0;
        const subscriptions = [
          alice.subscribe(subject, () => undefined),
          alice.subscribe(subject, () => undefined, { queue: 'q"uoted' }),
        ];
        for (const { closed } of subscriptions) {
          expect(await within(closed, 'the end of the subscription')).toMatchObject({
            operation: 'subscribe',
            subject,
          });
        }
        await alice.flush();
        expect(errors).toHaveLength(2);
      });
    });

    describe('the connection', () => {
      it('reports its status and the round trip to the server', async () => {
        const alice = await client();
        expect(alice.status).toMatchObject({ type: 'connected', reconnects: 0 });
        const ms = await alice.roundTrip();
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThan(5000);
      });

      it('rejects only those requests at once that ask for it when the connection is lost', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        await collect(bob, subject);
        const waiting = alice.request(subject, 1, { timeoutMs: 60_000 }).then(
          () => 'answered',
          (error: Error) => error.name,
        );
        const lost = becomes(alice, 'reconnecting');
        const rejecting = alice.request(subject, 1, { timeoutMs: 60_000, onDisconnect: 'reject' });
        const rejected = expect(within(rejecting, 'the rejection of the request')).rejects.toThrow(UnconfirmedError);
        await fixture.lose();
        await lost;
        await rejected;
        await alice.close();
        expect(await within(waiting, 'the end of the other request')).toBe('ConnectionClosedError');
        await fixture.regain();
      });

      it('resolves a request with an answer that is sent after the connection was lost and restored', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received, first } = await collect(bob, subject);
        const answer = alice.request(subject, 1, { timeoutMs: 60_000, onDisconnect: 'wait' });
        await within(first, 'the request');
        const lost = [alice, bob].map((bus) => becomes(bus, 'reconnecting'));
        await fixture.lose();
        await Promise.all(lost);
        const restored = [alice, bob].map((bus) => becomes(bus, 'connected'));
        await fixture.regain();
        await Promise.all(restored);
        await alice.flush();
        expect(received[0]?.respond('late')).toBe(true);
        expect((await within(answer, 'the answer')).json()).toBe('late');
      }, 40_000);

      it('survives a lost server: reports it, refuses to publish, and restores its subscriptions', async () => {
        const [alice, bob] = [await client(), await client()];
        const statuses: BusStatus['type'][] = [];
        alice.on('status', (status) => statuses.push(status.type));
        const subject = fresh();
        const before = await collect(alice, subject);
        const lost = [alice, bob].map((bus) => becomes(bus, 'reconnecting'));
        await fixture.lose();
        await Promise.all(lost);

        expect(() => alice.publish(subject, 'lost')).toThrow(NotConnectedError);
        await expect(alice.request(subject, 'lost', 1000)).rejects.toThrow(NotConnectedError);
        await expect(alice.flush()).rejects.toThrow(NotConnectedError);
        await expect(alice.roundTrip()).rejects.toThrow(NotConnectedError);
        const meanwhile: BusMessage[] = [];
        alice.subscribe(subject, (message) => meanwhile.push(message));
        const given = alice.subscribe(subject, () => expect.unreachable('it has been unsubscribed'));
        given.unsubscribe();

        const back = [alice, bob].map((bus) => becomes(bus, 'connected'));
        await fixture.regain();
        await Promise.all(back);
        expect(alice.status).toMatchObject({ type: 'connected', reconnects: 1 });
        await settled(alice);
        bob.publish(subject, 'found');
        await settled(bob, alice);
        expect(texts(before.received)).toEqual(['found']);
        expect(texts(meanwhile)).toEqual(['found']);
        expect(new Set(statuses)).toEqual(new Set(['reconnecting', 'connected']));
        expect(statuses[0]).toBe('reconnecting');
        expect(statuses.filter((type) => type === 'connected')).toHaveLength(1);
        expect((await alice.request(subject, 1, 100).catch((e: unknown) => e)) as Error).toBeInstanceOf(
          RequestTimeoutError,
        );
      }, 40_000);

      it('closes at once and for good, and ends its subscriptions and requests', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received, subscription } = await collect(alice, subject);
        await collect(bob, `${subject}.silent`);
        const asked = alice.request(`${subject}.silent`, 1, 60_000).catch((error: unknown) => error);
        const closing = alice.close();
        expect(alice.status).toEqual({ type: 'closed' });
        expect(() => alice.publish(subject, 1)).toThrow(ConnectionClosedError);
        expect(() => alice.subscribe(subject, () => undefined)).toThrow(ConnectionClosedError);
        await expect(alice.flush()).rejects.toThrow(NotConnectedError);
        await expect(alice.request(subject, 1, 100)).rejects.toThrow(ConnectionClosedError);
        expect(await within(asked, 'the rejection of the request')).toBeInstanceOf(ConnectionClosedError);
        expect(await within(subscription.closed, 'the end of the subscription')).toBeUndefined();
        await within(closing, 'close');
        await within(alice.close(), 'a second close');
        await within(alice.drain(), 'a drain of what is closed');
        bob.publish(subject, 'late');
        await settled(bob);
        expect(received).toHaveLength(0);
      });

      it('sends a message that was published right before close', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received } = await collect(bob, subject);
        alice.publish(subject, 'goodbye');
        await alice.close();
        await until(() => received.length === 1, { what: 'the goodbye' });
      });

      it('drains: handles every message on its way, sends every answer, then closes', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const answers = await collect(bob, `${subject}.answers`);
        const subscription = alice.subscribe(subject, (message) => alice.publish(`${subject}.answers`, message.json()));
        await alice.flush();
        for (let n = 0; n < 20; n++) bob.publish(subject, n);
        await bob.flush();
        const drained = alice.drain();
        expect(() => alice.subscribe('late', () => undefined)).toThrow(ConnectionClosedError);
        await within(drained, 'drain');
        expect(alice.status).toEqual({ type: 'closed' });
        expect(await within(subscription.closed, 'the end of the subscription')).toBeUndefined();
        await until(() => answers.received.length === 20, { what: 'every answer' });
        await expect(bob.request(subject, 1, 1000)).rejects.toThrow(NoRespondersError);
      });

      it('drains once, however often drain is called, and loses no message to the second call', async () => {
        const [alice, bob] = [await client(), await client()];
        const subject = fresh();
        const { received } = await collect(alice, subject);
        for (let n = 0; n < 2000; n++) bob.publish(subject, n);
        await bob.flush();
        await within(Promise.all([alice.drain(), alice.drain()]), 'both drains');
        expect(received).toHaveLength(2000);
      });

      it('ends a drain when it is closed meanwhile', async () => {
        const [alice, bob] = [await client(), await client()];
        const { subscription } = await collect(alice, fresh());
        const other = await collect(bob, fresh());
        const drains = [alice.drain(), subscription.drain(), other.subscription.drain()];
        await Promise.all([alice.close(), bob.close()]);
        await within(Promise.all(drains), 'the end of the drains');
      });

      it('drains without losing a message of a queue group', async () => {
        const [alice, bob, charlie] = [await client(), await client(), await client()];
        const subject = fresh();
        const leaving = await collect(alice, subject, { queue: 'q' });
        const staying = await collect(charlie, subject, { queue: 'q' });
        const sent = 5000; // the server is still busy with them when the drain begins
        for (let n = 0; n < sent; n++) bob.publish(subject, n);
        await within(leaving.first, 'a message to the one that leaves');
        await alice.drain();
        await settled(bob, charlie);
        expect(leaving.received.length + staying.received.length).toBe(sent);
      });

      it('drains one subscription without losing a message of its queue group, and keeps the others', async () => {
        const [alice, bob, charlie] = [await client(), await client(), await client()];
        const subject = fresh();
        const leaving = await collect(alice, subject, { queue: 'q' });
        const staying = await collect(charlie, subject, { queue: 'q' });
        const other = await collect(alice, `${subject}.other`);
        const sent = 5000;
        for (let n = 0; n < sent; n++) bob.publish(subject, n);
        await within(leaving.first, 'a message to the one that leaves');
        await Promise.all([leaving.subscription.drain(), leaving.subscription.drain()]);
        expect(await within(leaving.subscription.closed, 'the end of the subscription')).toBeUndefined();
        bob.publish(`${subject}.other`, 'still here');
        await settled(bob, charlie);
        await until(() => other.received.length === 1, { what: 'the other subscription' });
        expect(leaving.received.length + staying.received.length).toBe(sent);
        await within(leaving.subscription.drain(), 'a drain of what has ended');
      });
    });
  });
}
