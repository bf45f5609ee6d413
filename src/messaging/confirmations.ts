/**
 * The parcels that were written and are not confirmed. A parcel is confirmed when the server has answered a ping that
 * was written after it; one ping follows all that is written in one turn.
 */
import type { Bus } from '../bus/bus.js';
import type { Parcel } from './parcel.js';

/** How many pings are under way at most: several fill the round trip. What is written meanwhile shares the next one. */
const MAX_PINGS = 8;

export interface Confirmations {
  /** Has a ping follow at the end of this turn, so that the messages of a turn and the ping leave in one piece. */
  add(parcel: Parcel): void;
  /** The parcel that was written last, while it waits for its ping: further messages may join it. */
  last(): Parcel | undefined;
  /** All parcels, the oldest first. */
  all(): Parcel[];
  /** All parcels, the oldest first; they are forgotten here. */
  takeAll(): Parcel[];
  /** Resolves when all parcels are confirmed, or the connection is lost. */
  settle(): Promise<void>;
}

/** Calls `confirmed` with each parcel, and `lost` when a ping fails: that happens only where the connection is lost. */
export function confirmations(
  bus: Pick<Bus, 'flush'>,
  confirmed: (parcel: Parcel) => void,
  lost: () => void,
): Confirmations {
  /** For each ping under way the parcels that it will confirm, the oldest first. */
  let asked: Parcel[][] = [];
  /** Written after those pings; the next ping will confirm them. */
  let written: Parcel[] = [];
  /** A ping follows at the end of this turn. */
  let isAsking = false;

  const ask = () => {
    if (asked.length >= MAX_PINGS || written.length === 0) return;
    const parcels = written;
    asked.push(parcels);
    written = [];
    const answered = () => {
      const index = asked.indexOf(parcels);
      if (index < 0) return; // the connection was lost meanwhile
      asked.splice(index, 1);
      parcels.forEach(confirmed);
      ask();
    };
    bus.flush().then(answered, () => asked.includes(parcels) && lost());
  };

  const all = () => [...asked.flat(), ...written];

  return {
    add(parcel) {
      written.push(parcel);
      if (isAsking) return;
      isAsking = true;
      queueMicrotask(() => {
        isAsking = false;
        ask();
      });
    },
    last: () => written[written.length - 1],
    all,
    takeAll() {
      const parcels = all();
      asked = [];
      written = [];
      return parcels;
    },
    async settle() {
      while (asked.length + written.length > 0) {
        try {
          await bus.flush();
        } catch {
          return;
        }
      }
    },
  };
}
