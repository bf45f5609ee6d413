/**
 * One person who types, and what of others arrives at them. Each types at the end of a text of their own, one character
 * a transaction. The number of a character, which Yjs gives, is the time's key: it is taken before the insert, and seen
 * again in `afterTransaction` wherever the character arrives.
 */
import { type Doc, getState, type Transaction } from 'yjs';
import { now, sleep } from '../clock.js';

/** A character: who, by the client id of Yjs, its number there, and when. */
export interface Typed {
  readonly client: number;
  readonly clock: number;
  readonly at: number;
}

/** The characters from `from` up to `to` of a client arrived at `observer`. */
export interface Arrived {
  readonly observer: number;
  readonly client: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

export class Typist {
  readonly typed: Typed[] = [];
  readonly arrived: Arrived[] = [];

  constructor(
    readonly person: number,
    readonly doc: Doc,
  ) {
    doc.on('afterTransaction', ({ local, beforeState, afterState }: Transaction) => {
      if (local) return;
      const at = now();
      for (const [client, to] of afterState) {
        const from = beforeState.get(client) ?? 0;
        if (to > from) this.arrived.push({ observer: person, client, from, to, at });
      }
    });
  }

  key(): void {
    const text = this.doc.getText(`p${this.person}`);
    const client = this.doc.clientID;
    this.typed.push({ client, clock: getState(this.doc.store, client), at: now() });
    text.insert(text.length, 'x');
  }

  /** Types evenly; people begin at different moments, the same ones in each run. */
  async type(everyMs: number, times: number): Promise<void> {
    const begin = now() + ((this.person * 0.618) % 1) * everyMs;
    for (let i = 0; i < times; i++) {
      await sleep(Math.max(0, begin + i * everyMs - now()));
      this.key();
    }
  }
}
