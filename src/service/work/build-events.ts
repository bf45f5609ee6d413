/** What a worker tells of its jobs: BuildEvents of the project, with the job's name as `buildId`. */
import type { Bus } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import { ConnectionClosedError, SlateError } from '../../errors.js';
import { type BuildEvent, publishBuildEvent } from '../../events/build.js';
import type { Envelope } from './jobs.js';

type Data = Readonly<Record<string, unknown>>;

/** Enough of an error to know it by. */
const MAX_WORDS = 1000;

export class BuildEvents {
  readonly #pending = new Set<Promise<void>>();

  constructor(
    readonly bus: Bus,
    readonly clock: Clock,
  ) {}

  /**
   * Nothing for a job without a project. Progress is dropped while there is no connection; the others are held for it. What
   * cannot be sent is reported to the bus.
   */
  tell(type: BuildEvent['type'], job: Envelope, data: Data): void {
    const { projectId, id: buildId } = job;
    if (projectId === undefined) return;
    const event = { type, projectId, buildId, timestamp: this.clock.date(), data } as BuildEvent; // checked when it is published
    const whenOffline = type === 'progress' ? 'drop' : 'queue';
    const sent = publishBuildEvent(event, { bus: this.bus, whenOffline })
      .catch((error) => {
        this.bus.report(error instanceof SlateError ? error : new SlateError(String(error), { cause: error }));
        const less = lessOf(data);
        // What cannot be sent must not keep anyone from hearing of the end.
        if (less && !(error instanceof ConnectionClosedError)) this.tell(type, job, less);
      })
      .finally(() => this.#pending.delete(sent));
    this.#pending.add(sent);
  }

  /** Resolves when the server has all of them, or said no. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}

/** Without a result, with the beginning of a long error; `undefined` where there is nothing to leave out. */
function lessOf({ result, ...rest }: Data): Data | undefined {
  if (result !== undefined) return rest;
  const { error } = rest;
  if (typeof error !== 'string' || error.length <= MAX_WORDS) return undefined;
  return { ...rest, error: `${error.slice(0, MAX_WORDS)}…` };
}
