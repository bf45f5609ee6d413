/**
 * A parcel: messages in a row to the same subjects with the same options. They are confirmed, rejected and sent again
 * together, so they share one promise.
 */
import type { PublishOptions } from '../bus/bus.js';
import type { PermissionError } from '../errors.js';

export interface Parcel {
  /** Each message is sent to every one of them. */
  readonly subjects: readonly string[];
  readonly options: PublishOptions | undefined;
  /** It is sent again if it is held. */
  readonly queue: boolean;
  /** Published with `whenOffline: 'latest'`: a newer message of this key takes its place, and nothing joins it. */
  readonly key: string | undefined;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Its messages are kept, because they wait for a connection or may have to be sent again. */
  held: boolean;
  /** What the server has said to those of its subjects that it forbids. */
  readonly refusals: PermissionError[];
  /** The messages, where they are held. */
  data: Uint8Array[];
  /** The bytes of `data`. */
  bytes: number;
}

export function newParcel(
  subjects: readonly string[],
  options: PublishOptions | undefined,
  queue: boolean,
  held: boolean,
  key?: string,
): Parcel {
  let resolve: Parcel['resolve'] = () => undefined;
  let reject: Parcel['reject'] = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { subjects, options, queue, key, promise, resolve, reject, held, refusals: [], data: [], bytes: 0 };
}

/** True where a message that is published in this way may join the parcel. */
export function mayJoin(
  parcel: Parcel,
  subjects: readonly string[],
  options: PublishOptions | undefined,
  queue: boolean,
  held: boolean,
): boolean {
  if (parcel.key !== undefined || queue !== parcel.queue || held !== parcel.held || options !== parcel.options)
    return false;
  if (subjects.length !== parcel.subjects.length) return false;
  for (let i = 0; i < subjects.length; i++) if (subjects[i] !== parcel.subjects[i]) return false;
  return true;
}
