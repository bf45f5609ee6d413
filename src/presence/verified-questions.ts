/** V4: the questions of a verified room, and its answers, which each member gives in its own name alone. */
import type { Bus, BusMessage } from '../bus/bus.js';
import { Requests } from '../bus/requests.js';
import { isOfServer } from '../bus/server-words.js';
import type { Random } from '../clock.js';
import { NotConnectedError, PermissionError } from '../errors.js';
import type { Speaker } from '../protocol/speaker.js';
import type { RoomSubjects } from '../protocol/subjects.js';
import type { Questions } from './questions.js';

/** `answers`: below which subjects the answers arrive. */
export function verifiedQuestions(
  bus: Pick<Bus, 'publish' | 'subscribe' | 'on' | 'clock'>,
  { answerTo }: Pick<RoomSubjects, 'answerTo'>,
  answers: string,
  random: Random,
): Questions {
  const counts = (answer: BusMessage) => !isOfServer(answer);
  const subscribe: Bus['subscribe'] = (subject, handler) => {
    const subscription = bus.subscribe(subject, handler);
    stops.push(() => subscription.unsubscribe());
    return subscription;
  };
  const requests = new Requests(
    { publish: bus.publish.bind(bus), subscribe },
    bus.clock,
    `${answers}.`,
    random,
    counts,
  );
  const onError = (error: unknown) => {
    if (error instanceof PermissionError && error.operation === 'publish') requests.fail(error, error.subject);
  };
  const stops = [bus.on('error', onError)];
  const place = ({ reply }: BusMessage, asker: Speaker) => (reply && asker ? answerTo(reply, asker) : undefined);
  return {
    request: (subject, question, timeoutMs) => requests.request(subject, question, { timeoutMs }),
    takes: (question, asker) => !isOfServer(question) && place(question, asker) !== undefined,
    respond: (question, asker, answer) => {
      const subject = place(question, asker);
      if (subject !== undefined) bus.publish(subject, answer);
    },
    stop: () => {
      for (const stop of stops.splice(0)) stop();
      requests.fail(new NotConnectedError('closed'));
    },
  };
}
