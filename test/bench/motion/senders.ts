/**
 * The sending tab: what leaves it, and when, while the pointer follows a trace. Pointer events come 60 times a second,
 * in whole px, as a browser has them, and only while the pointer moves.
 */
import { Batcher } from '../../../src/cursors/batcher.js';
import { SentAnchors } from '../../../src/protocol/anchor-numbers.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { EventClock } from '../../support/event-clock.js';
import { seeded } from '../../support/random.js';
import { type Point, SURFACE, type Trace } from './trace.js';

const EVENT_MS = 1000 / 60;
/** A browser's timers come late by up to this, in ms. */
const TIMER_MS = 2;

class PageClock extends EventClock {
  readonly #random = seeded(7);

  override after = (ms: number, fn: () => void) => this.at(this.now() + ms + TIMER_MS * this.#random(), fn);
}

export interface Sent<T> {
  readonly at: number;
  readonly message: T;
}

/** A room of one file, with a client id and an anchor of usual length. */
export const SENDER = { client: 3_141_592_653, clock: 200, presence: 200, anchor: '#board' };

/** Calls `event` for every pointer event of the trace, on a clock that then stands at its time. */
function follow(trace: Trace, clock: EventClock, event: (point: Point, at: number) => void): void {
  let last: Point = { x: Number.NaN, y: Number.NaN };
  for (let i = 0; i * EVENT_MS <= trace.ms; i++) {
    const at = i * EVENT_MS;
    clock.at(at, () => {
      const { x, y } = trace.at(at);
      const point = { x: Math.round(x), y: Math.round(y) };
      if (point.x === last.x && point.y === last.y) return;
      last = point;
      event(point, at);
    });
  }
  clock.runUntil(trace.ms + 1_000);
}

export interface SlateSent {
  /** `events`: the pointer events since the batch before. */
  readonly sent: readonly (Sent<Uint8Array> & { readonly events: number })[];
  readonly events: number;
  /** How many of them are in the batches as samples; the path tells the others (M1). */
  readonly samples: number;
}

/** Slate: the real batcher and the real codec. */
export function sendBatches(trace: Trace): SlateSent {
  const clock = new PageClock(0);
  const sent: SlateSent['sent'][number][] = [];
  let samples = 0;
  let events = 0;
  let told = 0;
  const { anchor, ...who } = SENDER;
  const anchors = new SentAnchors();
  const batcher = new Batcher({
    clock,
    audience: () => true,
    send: (motion) => {
      samples += motion.samples.length;
      const message = encodeBatch({ ...who, ...motion }, anchors);
      sent.push({ at: clock.now(), message, events: events - told });
      told = events;
    },
  });
  follow(trace, clock, ({ x, y }, at) => {
    events++;
    batcher.move({ x: x / SURFACE.width, y: y / SURFACE.height, anchor }, at);
  });
  return { sent, events, samples };
}

/** The others: the newest place, at most one in `everyMs`; at once after a rest, and the last always. */
export function sendThrottled(trace: Trace, everyMs: number): Sent<Point>[] {
  const clock = new PageClock(0);
  const sent: Sent<Point>[] = [];
  let waiting: Point | undefined;
  let busy = false;
  const send = () => {
    busy = waiting !== undefined;
    if (!waiting) return;
    sent.push({ at: clock.now(), message: waiting });
    waiting = undefined;
    clock.after(everyMs, send);
  };
  follow(trace, clock, (point) => {
    waiting = point;
    if (!busy) send();
  });
  return sent;
}
