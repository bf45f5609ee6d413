/** M11: the sender of a message, read without the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeAsk, encodeHeartbeat, encodeStates, encodeUnreachable } from '../../../src/protocol/presence-codec.js';
import { senderOf } from '../../../src/protocol/sender.js';
import * as any from '../../support/arbitraries.js';
import { bytes } from '../../support/bytes.js';

describe('the sender of a message', () => {
  it('M11: is read from a batch, a state, a heartbeat, a report and a question', () => {
    fc.assert(
      fc.property(any.client, any.clock, any.terms, fc.boolean(), (client, clock, terms, left) => {
        const batch = { client, clock, presence: clock, sentAt: 0, samples: [], left };
        for (const message of [
          encodeBatch(batch),
          encodeBatch({ ...batch, fields: {} }),
          encodeStates([{ client, clock, state: null, terms }]),
          encodeHeartbeat(client, clock, terms),
          encodeUnreachable(client, 9, clock),
          encodeAsk(client),
          encodeAsk(client, 'askRoster'),
        ]) {
          expect(senderOf(message)).toBe(client);
        }
      }),
    );
  });

  it.each(['', '01', '01 85', '00 01', '00 01 80', '7b 05', '5b 05 05', `01${' ff'.repeat(20)}`, '80 80 80'])(
    'M11: is -1 in "%s", which names none',
    (message) => {
      expect(senderOf(bytes(message))).toBe(-1);
    },
  );
});
