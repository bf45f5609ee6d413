/** What a project learns about its jobs: a worker's BuildEvents, with the job's id as `buildId`. */
import type { Bus } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import { ConnectionClosedError, SlateError } from '../../errors.js';
import { type BuildEvent, publishBuildEvent } from '../../events/build.js';
import type { Envelope } from './envelope.js';

type Data = Readonly<Record<string, unknown>>;

/** Characters of a long error text that are enough to recognise it. */
const MAX_ERROR_LENGTH = 1000;

export class BuildEvents {
  readonly #pending = new Set<Promise<void>>();

  constructor(
    readonly bus: Bus,
    readonly clock: Clock,
  ) {}

  /**
   * Publishes one event; none for a job without a project. While there is no connection, progress is dropped and the
   * other events wait for one. An event that cannot be sent is reported to the bus.
   */
  publish(type: BuildEvent['type'], job: Envelope, data: Data): void {
    const { projectId, id: buildId } = job;
    if (projectId === undefined) return;
    const timestamp = this.clock.date();
    const event = { type, projectId, buildId, timestamp, data } as BuildEvent; // publishing checks it
    const whenOffline = type === 'progress' ? 'drop' : 'queue';
    const sent = publishBuildEvent(event, { bus: this.bus, whenOffline })
      .catch((error) => {
        this.bus.report(error instanceof SlateError ? error : new SlateError(String(error), { cause: error }));
        const smaller = withoutExtras(data);
        // A result that cannot be sent must not keep the project from learning that the job has ended.
        if (smaller && !(error instanceof ConnectionClosedError)) this.publish(type, job, smaller);
      })
      .finally(() => this.#pending.delete(sent));
    this.#pending.add(sent);
  }

  /** Resolves when the server has confirmed or refused all events. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}

/** The data without its result, or with a shorter error; `undefined` where there is nothing to leave out. */
function withoutExtras({ result, ...rest }: Data): Data | undefined {
  if (result !== undefined) return rest;
  const { error } = rest;
  if (typeof error !== 'string' || error.length <= MAX_ERROR_LENGTH) return undefined;
  return { ...rest, error: `${error.slice(0, MAX_ERROR_LENGTH)}…` };
}
