/**
 * A room and a listener accept the same collaboration events (P2), and both accept everything that may be published.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import { type CollaborationEvent, onCollaborationEvents, publishCollaborationEvent } from '../../../src/index.js';
import { decodeJsonPresence } from '../../../src/protocol/json-events.js';
import { MAX_LOCATION, MAX_NAME, TIME_LIMIT } from '../../../src/protocol/limits.js';
import { MAX_CLOCK } from '../../../src/protocol/presence-codec.js';
import { NatsSubjects } from '../../../src/protocol/subjects.js';
import { cleanText } from '../../../src/protocol/text.js';
import { turns } from '../../support/virtual-clock.js';

const SUBJECT = NatsSubjects.collaboration.presence('p1');
const SAMPLE = { type: 'presence', projectId: 'p1', userId: 'ada', timestamp: 1_700_000_000_000 };

const hub = new MemoryHub();
const bus = hub.connect();
const other = hub.connect();

/** What a new listener receives while `act` runs; a listener that is not new would drop copies. */
async function receive(act: () => unknown): Promise<CollaborationEvent[]> {
  const received: CollaborationEvent[] = [];
  const unsubscribe = onCollaborationEvents('p1', (event) => received.push(event), { bus });
  await act();
  await turns();
  unsubscribe();
  return received;
}

async function listenerReads(bytes: Uint8Array): Promise<CollaborationEvent | undefined> {
  return (await receive(() => other.publish(SUBJECT, bytes)))[0];
}

/** What a room reads of a message. */
function roomReads(bytes: Uint8Array): ReturnType<typeof decodeJsonPresence> {
  try {
    return decodeJsonPresence(bytes);
  } catch {
    return undefined;
  }
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 0.5, 5, true, [], [1], {}, { name: 5 }, '\ud800', '~0123456789z'),
  fc.constantFrom(2 ** 48 - 1, 2 ** 48, 2 ** 48 + 1, 8.64e15, 8.64e15 + 1, 1e300),
  fc.integer({ min: 0, max: 300 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 60, max: 140 }).map((length) => 'é'.repeat(length)), // 256 bytes are 128 of them
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
);
const data = fc.oneof(hostile, fc.record({ name: hostile, location: hostile, other: hostile }, { requiredKeys: [] }));
const type = fc.oneof(fc.constantFrom<unknown>('joined', 'left', 'presence'), hostile);
/** A sample with some other fields. The project stays: it is the address, which a room knows by the subject alone. */
const changes = fc.record({ type, userId: hostile, timestamp: hostile, id: hostile, data }, { requiredKeys: [] });
const missing = fc.subarray(['type', 'userId', 'timestamp'], { maxLength: 1 });
const event = fc.tuple(changes, missing).map(([changed, gone]) => {
  const all: Record<string, unknown> = { ...SAMPLE, ...changed };
  for (const key of gone) delete all[key];
  return all;
});

const anything = fc.oneof(
  { weight: 20, arbitrary: event },
  // One field alone, so that each limit decides by itself.
  { weight: 20, arbitrary: hostile.map((userId) => ({ ...SAMPLE, userId })) },
  { weight: 20, arbitrary: hostile.map((timestamp) => ({ ...SAMPLE, timestamp })) },
  { weight: 10, arbitrary: data.map((each) => ({ ...SAMPLE, data: each })) },
  { weight: 10, arbitrary: hostile.map((id) => ({ ...SAMPLE, id })) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

describe('a room and a listener', () => {
  it('P2: accept the same events, and read the same in them', async () => {
    let [yes, no] = [0, 0];
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const bytes = encode(value);
        const seen = roomReads(bytes);
        const read = await listenerReads(bytes);
        expect(read !== undefined).toBe(seen !== undefined);
        if (!seen || !read) {
          no++;
          return;
        }
        yes++;
        expect(seen.state === null).toBe(read.type === 'left');
        if (!seen.state) return;
        const name = cleanText(read.data?.name, MAX_NAME) || read.userId;
        expect(seen.state.user).toMatchObject({ id: read.userId });
        expect(seen.state.location ?? '').toBe(cleanText(read.data?.location, MAX_LOCATION));
        if (read.data?.name)
          expect((seen.state.user as { name: string }).name).toBe(cleanText(name, MAX_NAME) || 'Anonymous');
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(yes, no)).toBeGreaterThan(300);
  });

  it('P2: leave out fields that are not valid and that they can do without', async () => {
    const odd = { ...SAMPLE, userId: '\ud800', id: '', data: { name: 5, location: ['x'], other: 1 } };
    const read = await listenerReads(encode(odd));
    expect(read).toEqual({ ...SAMPLE, userId: '\ud800', data: { other: 1 } });
    expect((await listenerReads(encode({ ...SAMPLE, data: [1] })))?.data).toBeUndefined();
  });

  it('D5: a timestamp is a clock', () => {
    expect(TIME_LIMIT).toBe(MAX_CLOCK);
  });
});

it('everything that may be published is accepted by both', async () => {
  let published = 0;
  const sent: Uint8Array[] = [];
  hub.connect().subscribe(SUBJECT, ({ data }) => sent.push(data));
  await fc.assert(
    fc.asyncProperty(anything, async (value) => {
      sent.length = 0;
      let isPublished = false;
      const received = await receive(async () => {
        const publishing = publishCollaborationEvent(value as CollaborationEvent, { bus: other });
        isPublished = await publishing.then(
          () => true,
          () => false,
        );
      });
      expect(received).toHaveLength(isPublished ? 1 : 0);
      expect(sent).toHaveLength(isPublished ? 1 : 0);
      if (isPublished) published++;
      for (const bytes of sent) expect(roomReads(bytes)).toBeDefined();
    }),
    { numRuns: 1_000 },
  );
  expect(published).toBeGreaterThan(50);
});
