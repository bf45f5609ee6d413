/**
 * M3, D1: whatever a network does to the messages of a sender, all who heard them hold the same. The unmodified Awareness
 * of y-protocols is the oracle for the presence lane. fast-check prints the seed of a trace that fails.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { decodePresence, encodeStates } from '../../../src/protocol/presence-codec.js';
import type { State } from '../../../src/protocol/state.js';
import { PeersLab, TERMS } from '../../support/peers-lab.js';

type Message = { readonly lane: 'presence' | 'motion'; readonly bytes: Uint8Array };
type Op = { readonly kind: 'state' | 'motion' | 'goodbye'; readonly value: number; readonly jump: number };

/** One client that says what `ops` want, as the rules let it: under one clock, and nothing but a state after a goodbye. */
class Sender {
  readonly messages: Message[] = [];
  #clock = 0;
  #presence = 0;
  #gone = true;
  #slow = 0;
  #fast: number | null = null;

  constructor(readonly client: number) {}

  play(ops: readonly Op[]): this {
    for (const { kind, value, jump } of ops) {
      this.#clock += 1 + jump;
      if (kind === 'goodbye' && !this.#gone) this.#say(null);
      else if (kind === 'motion' && !this.#gone) this.#move(value);
      else {
        this.#slow = value;
        this.#say(this.#state);
      }
    }
    return this;
  }

  /** P7: everything, at a clock above all. */
  full(): Message {
    this.#clock++;
    return this.#say(this.#state);
  }

  get clock(): number {
    return this.#clock;
  }

  get #state(): State {
    return { name: `name ${this.#slow}`, ...(this.#fast !== null && { cursor: { line: this.#fast } }) };
  }

  #move(line: number): void {
    this.#fast = line;
    const bytes = encodeBatch({
      client: this.client,
      clock: this.#clock,
      presence: this.#presence,
      sentAt: this.#clock,
      fields: { cursor: { line } },
      samples: [],
      left: false,
    });
    this.messages.push({ lane: 'motion', bytes });
  }

  #say(state: State | null): Message {
    this.#presence = this.#clock;
    this.#gone = state === null;
    const bytes = encodeStates([{ client: this.client, clock: this.#clock, state, terms: TERMS }]);
    const message = { lane: 'presence' as const, bytes };
    this.messages.push(message);
    return message;
  }
}

function deliver(lab: PeersLab, { lane, bytes }: Message): void {
  if (lane === 'presence') lab.receive(decodePresence(bytes));
  else lab.motion({ fields: {}, ...decodeBatch(bytes) });
}

const op = (...kinds: Op['kind'][]) =>
  fc.record({ kind: fc.constantFrom(...kinds), value: fc.nat(9), jump: fc.constantFrom(0, 0, 0, 1, 40) });
const ops = (...kinds: Op['kind'][]) => fc.array(op(...kinds), { minLength: 1, maxLength: 12 });
/** Which messages arrive, in what order, how often: indexes into the trace, taken modulo its length. */
const chaos = fc.array(fc.nat(1_000), { maxLength: 30 });
const pick = (messages: readonly Message[], order: readonly number[]) =>
  order.map((i) => messages[i % messages.length] as Message);

describe('convergence', () => {
  it('M3: whatever was lost, repeated or reordered, one full state makes all hold the same', () => {
    fc.assert(
      fc.property(
        ops('state', 'state', 'motion', 'motion', 'motion', 'goodbye'),
        fc.array(chaos, { minLength: 2, maxLength: 4 }),
        (trace, orders) => {
          const sender = new Sender(5).play(trace);
          const heard = orders.map((order) => pick(sender.messages, order));
          const full = sender.full();
          const shown = heard.map((messages) => {
            const lab = new PeersLab();
            for (const message of [...messages, full]) deliver(lab, message);
            return lab.shown;
          });
          const [first] = shown;
          expect(first?.[5]?.clock).toBe(sender.clock);
          for (const other of shown) expect(other).toEqual(first);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('M3: when all arrive, in any order and however often, everyone holds what the one in order holds', () => {
    fc.assert(
      fc.property(
        ops('state', 'motion', 'goodbye'),
        fc.infiniteStream(fc.nat(1_000)),
        chaos,
        (trace, random, repeats) => {
          const { messages } = new Sender(5).play(trace);
          const shuffled = messages.map((message) => ({ message, key: random.next().value as number }));
          shuffled.sort((a, b) => a.key - b.key);
          const [inOrder, inAny] = [new PeersLab(), new PeersLab()];
          for (const message of messages) deliver(inOrder, message);
          for (const { message } of shuffled) deliver(inAny, message);
          for (const message of pick(messages, repeats)) deliver(inAny, message);
          expect(inAny.shown).toEqual(inOrder.shown);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('P1, M3: step by step the presence lane shows what an unmodified Awareness shows', () => {
    const traces = fc.tuple(ops('state', 'state', 'goodbye'), ops('state', 'goodbye'), ops('state'));
    fc.assert(
      fc.property(traces, chaos, (all, order) => {
        const messages = all.flatMap((trace, i) => new Sender(5 + i).play(trace).messages);
        const oracle = new Awareness(new Y.Doc());
        clearInterval(oracle._checkInterval as ReturnType<typeof setInterval>);
        oracle.setLocalState(null);
        const lab = new PeersLab();
        for (const message of pick(messages, order)) {
          applyAwarenessUpdate(oracle, message.bytes, 'test');
          deliver(lab, message);
          const expected = [...oracle.getStates()].map(([client, state]) => {
            return [client, { clock: oracle.meta.get(client)?.clock, state }] as const;
          });
          expect(lab.shown).toEqual(Object.fromEntries(expected));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('D1: what is refused leaves everything as it was', () => {
    fc.assert(
      fc.property(ops('state', 'motion', 'goodbye'), chaos, fc.nat(), (trace, order, at) => {
        const { messages } = new Sender(5).play(trace);
        const lab = new PeersLab();
        for (const message of pick(messages, order)) {
          deliver(lab, message);
          const before = lab.shown;
          const cut = message.bytes.slice(0, at % message.bytes.length);
          // A state message may end before its terms: then a stock client wrote it, and it is one we hold already.
          try {
            deliver(lab, { ...message, bytes: cut });
          } catch {
            expect(lab.shown).toEqual(before);
          }
          expect(lab.shown).toEqual(before);
        }
      }),
      { numRuns: 500 },
    );
  });
});
