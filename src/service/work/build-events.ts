/** What a worker tells of its jobs: BuildEvents of the project, with the job's name as `buildId`. */
import type { Bus } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import { ConnectionClosedError, SlateError } from '../../errors.js';
import { type BuildEvent, publishBuildEvent } from '../../events/build.js';
import type { Envelope } from './jobs.js';

type Data = Readonly<Record<string, unknown>>;

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
        const { result, ...rest } = data;
        // A result that cannot be sent must not keep anyone from hearing of the end.
        if (result !== undefined && !(error instanceof ConnectionClosedError)) this.tell(type, job, rest);
      })
      .finally(() => this.#pending.delete(sent));
    this.#pending.add(sent);
  }

  /** Resolves when the server has all of them, or said no. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}
