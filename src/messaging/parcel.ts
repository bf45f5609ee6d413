/**
 * A parcel: messages in a row to the same subjects with the same options. They are confirmed, rejected and sent again
 * together, so they share one promise.
 */
import type { PublishOptions } from '../bus/bus.js';

export class Parcel {
  readonly promise: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  /** The messages, where they are held, and their bytes. */
  data: Uint8Array[] = [];
  bytes = 0;

  constructor(
    /** Each message is sent to every one of them. */
    readonly subjects: readonly string[],
    readonly options: PublishOptions | undefined,
    /** Published with `whenOffline: 'queue'`: it is sent again if it is held. */
    readonly queue: boolean,
    /** Its messages are kept, because they wait for a connection or may have to be sent again. */
    public held: boolean,
  ) {
    this.promise = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** The first of its subjects, for error messages. */
  get subject(): string {
    return this.subjects[0] ?? '';
  }

  /** True where a message that is published so may join the parcel. */
  takes(subjects: readonly string[], options: PublishOptions | undefined, queue: boolean, held: boolean): boolean {
    if (queue !== this.queue || held !== this.held || options !== this.options) return false;
    if (subjects.length !== this.subjects.length) return false;
    for (let i = 0; i < subjects.length; i++) if (subjects[i] !== this.subjects[i]) return false;
    return true;
  }
}
