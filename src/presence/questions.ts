/**
 * V4: questions to other members, and answers to theirs. In an open room answers arrive on the inboxes of the bus; in a
 * verified one on the asker's own subjects, where the server lets each member answer in its own name alone
 * (`verified-questions.ts`).
 */
import type { Bus, BusMessage } from '../bus/bus.js';
import { takesAnswers } from '../bus/inbox.js';
import { type Speaker, speakerOf } from '../protocol/speaker.js';
import { isAnswer, lastId } from '../protocol/subjects.js';

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

/** Who gave an answer to a question on `asked`: the last token of a subject of answers; of an inbox nobody knows. */
export function answererOf({ subject }: Pick<BusMessage, 'subject'>, asked: string): Speaker {
  return isAnswer(subject) ? (lastId(subject) ?? '') : speakerOf(subject, asked);
}
