/** S5, M9: the user that a subject names arrives with every message at the door of presence, whatever way it came. */
import { describe, expect, it, vi } from 'vitest';
import type { BusMessage } from '../../../src/bus/bus.js';
import { Asker } from '../../../src/presence/asker.js';
import { Share } from '../../../src/presence/bounds.js';
import { openClaims } from '../../../src/presence/claims.js';
import { Joiner } from '../../../src/presence/joiner.js';
import { openQuestions } from '../../../src/presence/questions.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { jsonClient } from '../../../src/protocol/json-events.js';
import { encodeHeartbeat, encodeStates, encodeUnreachable } from '../../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../../src/protocol/roster-codec.js';
import { speakerOf } from '../../../src/protocol/speaker.js';
import { InboundLab } from '../../support/inbound-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const CURSORS = 'slate.editor.cursors.batch.p1.a%2Ets';
const ALL = 'slate.editor.cursors.batch';
const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;
const state = (client: number, clock = 1) =>
  encodeStates([{ client, clock, state: { user: { id: 'ada', name: 'Ada' } }, terms }]);
const batch = (client: number) =>
  encodeBatch({ client, clock: 1, presence: 1, sentAt: 0, samples: [{ ago: 0, x: 0, y: 0, anchor: '' }], left: false });
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const event = { userId: 'ada', projectId: 'p1', fileId: 'a.ts', timestamp: 5, data: { position: { x: 0, y: 0 } } };
const ADA = jsonClient('ada');

/** The answer of a server to a request, on an inbox unless told otherwise. */
const answer = (data: Uint8Array, subject = 'slate.inbox.x'): BusMessage => ({
  subject,
  data,
  reply: undefined,
  noResponders: false,
  hasHeaders: false,
  header: () => undefined,
  json: () => undefined,
  respond: () => false,
});

describe.each([
  ['names ada', 'ada', '.ada'],
  ['names a user with a dot', 'ada@example.com', '.ada@example%2Ecom'],
  ['names nobody', undefined, ''],
])('the speaker of a message whose subject %s', (_, speaker, token) => {
  it('arrives with a state, a heartbeat and a report on the presence subject', () => {
    const { inbound, peers, claims } = bound(new InboundLab());
    const by = speakerOf(PRESENCE + token, PRESENCE);
    inbound.presence({ data: state(5) }, by);
    expect(peers.get(5)?.speaker).toBe(speaker);
    inbound.presence({ data: encodeHeartbeat(5, 1, terms) }, by);
    inbound.presence({ data: encodeUnreachable(5, 5, 1) }, by);
    expect(claims()).toEqual([
      ['state', 5, speaker],
      ['heartbeat', 5, speaker],
      ['unreachable', 5, speaker],
    ]);
  });

  it('arrives with a JSON heartbeat on the presence subject', () => {
    const { inbound, peers, claims } = bound(new InboundLab());
    inbound.presence({ data: json({ ...event, type: 'presence' }) }, speakerOf(PRESENCE + token, PRESENCE));
    expect(claims()).toEqual([['state', ADA, speaker]]);
    expect(peers.get(ADA)?.speaker).toBe(speaker);
  });

  it('arrives with a batch, and with one that waited for the state of its sender', () => {
    const { inbound, claims } = bound(new InboundLab());
    inbound.cursors({ data: batch(5) }, speakerOf(CURSORS + token, CURSORS));
    expect(claims()).toEqual([['motion', 5, speaker]]);
    inbound.presence({ data: state(5) }, undefined);
    expect(claims()).toEqual([
      ['state', 5, undefined],
      ['motion', 5, speaker],
    ]);
  });

  it('arrives with JSON cursors on the cursor subject', () => {
    const { inbound, claims } = bound(new InboundLab());
    inbound.cursors({ data: json({ ...event, type: 'cursor' }) }, speakerOf(CURSORS + token, CURSORS));
    expect(claims()).toEqual([
      ['state', ADA, speaker],
      ['motion', ADA, speaker],
    ]);
  });

  it('arrives with the answer to a question for one state', async () => {
    const { inbound, channel, clock, claims } = bound(new InboundLab());
    const { subjects } = channel;
    const request = async (subject: string) => answer(state(5), token === '' ? undefined : subject + token);
    const fail = vi.fn();
    const asker = new Asker({
      clock,
      random: () => 0,
      peers: { size: 1 },
      own: { id: 1 },
      receiver: inbound,
      channel: { subjects, fail },
      questions: { request },
    });
    asker.ask(5);
    await clock.advance(10);
    expect(claims()).toEqual([['state', 5, speaker]]);
    expect(fail).not.toHaveBeenCalled();
    asker.stop();
  });

  it('arrives with every client of a roster', async () => {
    const { inbound, peers, channel, clock, claims } = bound(new InboundLab());
    const more = [{ type: 'heartbeat', client: 6, clock: 1, terms }] as const;
    const states = encodeStates([{ client: 5, clock: 1, state: { user: { id: 'ada' } }, terms }], more);
    const roster = encodeRoster({ states, batches: [] });
    const joiner = new Joiner({
      clock,
      own: { id: 1 },
      announcer: { entry: () => ({ client: 1, clock: 1, state: null, terms }) },
      peers,
      pointers: { resting: () => [] },
      receiver: inbound,
      share: new Share(clock, () => 1),
      claims: openClaims,
      questions: {
        ...openQuestions(channel.bus),
        request: async (subject) => answer(roster, token === '' ? undefined : subject + token),
      },
      channel: {
        subjects: channel.subjects,
        fail: () => undefined,
        bus: {
          subscribe: (subject, handler) => channel.bus.subscribe(subject, handler),
          maxPayload: channel.bus.maxPayload,
        },
      },
    });
    expect(await joiner.ask()).toBe('answered');
    expect(claims()).toEqual([
      ['state', 5, speaker],
      ['heartbeat', 6, speaker],
    ]);
  });
});

describe('the speaker of a program that knows no rooms', () => {
  it('M9: is the user of the subject of a file, and unknown on the subject of all files', async () => {
    const { hub, json: programs, clock, errors, claims } = bound(new InboundLab());
    programs.start();
    const bus = hub.connect();
    await clock.advance(1);
    bus.publish('slate.editor.cursor.ada.a%2Ets', json({ ...event, type: 'cursor' }));
    await clock.advance(1);
    expect(claims()).toEqual([
      ['state', ADA, 'ada'],
      ['motion', ADA, 'ada'],
    ]);
    bus.publish(ALL, json([{ ...event, type: 'cursor' }]));
    await clock.advance(1);
    expect(claims()).toEqual([
      ['state', ADA, undefined],
      ['motion', ADA, undefined],
    ]);
    expect(errors).toEqual([]);
    bus.publish('slate.editor.cursor.y%2.a%2Ets', json({ ...event, type: 'cursor' }));
    await clock.advance(1);
    expect(claims()).toEqual([]);
    expect(errors).toMatchObject([{ reason: 'identity' }]);
  });
});

/** The lab's parts, with its `claims` as a function of its own. */
function bound(lab: InboundLab) {
  const { inbound, peers, channel, clock, hub, json, errors } = lab;
  return { inbound, peers, channel, clock, hub, json, errors, claims: () => lab.claims() };
}
