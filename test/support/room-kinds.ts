/** The same scene in an open room and in a verified one, for attacks that have to fail in both. */
import { roomSubjects } from '../../src/protocol/subjects.js';
import { RoomLab } from './room-lab.js';
import { VerifiedLab } from './verified-lab.js';

export const KINDS = ['open', 'verified'] as const;
export type Kind = (typeof KINDS)[number];

/** Rooms of project `p1` on one hub, and a stranger with a program of its own: where verified, the user `mallory`. */
export function scene(kind: Kind, file?: string) {
  const lab = kind === 'open' ? new RoomLab() : new VerifiedLab();
  const bus = lab.connect('mallory');
  const subjects = roomSubjects('p1', file, kind === 'open' ? undefined : 'mallory');
  return {
    lab,
    bus,
    subjects,
    /** Where the stranger may expect answers. */
    inbox: kind === 'open' ? 'slate.inbox.stranger.1' : `${subjects.answers}.q1`,
    /** Answers every question of `asker` for the roster with `answer`, always first. Counts the questions. */
    answering(asker: string, answer: (count: number) => Uint8Array) {
      const asked = { count: 0 };
      bus.subscribe(
        subjects.syncAll,
        ({ reply = '' }) => {
          asked.count++;
          const to = subjects.answerTo(reply, asker);
          if (to !== undefined) bus.publish(to, answer(asked.count));
        },
        { queue: 'members' },
      );
      return asked;
    },
  };
}

export type Scene = ReturnType<typeof scene>;
