/**
 * V4: questions to other members, and answers to theirs. In an open room answers arrive on the inboxes of the bus; in a
 * verified one on the asker's own subjects, where the server lets each member answer in its own name alone.
 */
import type { Bus, BusMessage } from '../bus/bus.js';
import { takesAnswers } from '../bus/inbox.js';
import { Requests } from '../bus/requests.js';
import type { Random } from '../clock.js';
import { NotConnectedError, PermissionError } from '../errors.js';
import { isOfServer } from '../protocol/server-words.js';
import { type Speaker, speakerOf } from '../protocol/speaker.js';
import { isAnswer, lastId, type RoomSubjects } from '../protocol/subjects.js';

export interface Questions {
  /** As `request` of the bus, and rejects as it does. */
  request(subject: string, question: Uint8Array, timeoutMs: number): Promise<BusMessage>;
  /** Whether this message of `asker` is a question that may be answered. */
  takes(question: BusMessage, asker: Speaker): boolean;
  /** Answers it; does nothing where it may not be answered. Throws what `publish` throws. */
  respond(question: BusMessage, asker: Speaker, answer: Uint8Array): void;
  stop(): void;
}

/** The questions of an open room. */
export function openQuestions(bus: Pick<Bus, 'request'>): Questions {
  return {
    request: (subject, question, timeoutMs) => bus.request(subject, question, timeoutMs),
    takes: ({ reply }) => takesAnswers(reply),
    respond: (question, _, answer) => void question.respond(answer),
    stop: () => undefined,
  };
}

/** The questions of a verified room, whose answers arrive below `answers`. */
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

/** Who gave an answer to a question on `asked`: the last token of a subject of answers; of an inbox nobody knows. */
export function answererOf({ subject }: Pick<BusMessage, 'subject'>, asked: string): Speaker {
  return isAnswer(subject) ? (lastId(subject) ?? '') : speakerOf(subject, asked);
}
