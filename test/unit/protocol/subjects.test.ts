/** Subjects are spelled in one file, and what other files need to know about them is right. */
import { expect, it } from 'vitest';
import { matches } from '../../../src/bus/subject.js';
import {
  eventShapes,
  isAliveSubject,
  isCursorsSubject,
  isRoomSubject,
  janitorHears,
  NatsSubjects,
  presencePlace,
  QUESTIONS,
  roomPermissions,
  roomSubjects,
  watchedPatterns,
} from '../../../src/protocol/subjects.js';
import { readSources } from '../../support/house.js';
import { literalsOf } from '../../support/literals.js';

const HOMES = ['src/protocol/subjects.ts', 'src/protocol/document-subjects.ts'];
/** The bus knows no protocol; it names the subjects of answers itself. */
const INBOXES = 'src/bus/inbox.ts';
/** A string that begins like a subject, or a regular expression for one. */
const spellsSubject = (literal: string) => /^\^?(?:\(\?:)?slate\\?\./.test(literal);

it('no other file spells a subject, but for the inboxes of the bus, in a string or in a regular expression', () => {
  const sources = readSources('src', 'elements');
  const spelled = [...sources].flatMap(([file, source]) =>
    literalsOf(source)
      .filter(spellsSubject)
      .map((literal) => `${file}: ${literal}`),
  );
  expect(spelled.filter((each) => !HOMES.some((home) => each.startsWith(home)))).toEqual([`${INBOXES}: slate.inbox`]);
  expect(spelled.length).toBeGreaterThan(25);
});

it.each([
  ["const a = 'slate.build.jobs';", 1],
  ['const a = "slate.build.jobs";', 1],
  [`const a = \`slate.dead.\${subject}\`;`, 1],
  [`const a = \`it's \${given ? 'slate.build.jobs' : \`slate.x.\${b}\`}\`;`, 2],
  [`type A = \`slate.\${string}\`;`, 1],
  ['const a = /^slate\\.collab/;', 1],
  ['return /^(?:slate\\.collab)[/]/.test(a / b);', 1],
  ["const half = a / 2; const b = 'slate.b' + c / 2;", 1],
  ["// 'slate.build.jobs'\n/* `slate.a` */ /** 'slate.b' */", 0],
  ["const help = `slate tail 'slate.>'`; const a = 'on slate.build.jobs'; const b = 'slate';", 0],
])('the check finds the subjects in %s', (code, count) => {
  expect(literalsOf(code).filter(spellsSubject)).toHaveLength(count);
});

const ROOMS = [roomSubjects(), roomSubjects('p1'), roomSubjects('p1', 'f1'), roomSubjects(undefined, 'f1')];

const VERIFIED = roomSubjects('p1', 'a.ts', 'ada');

it('V1: what a verified room publishes, all of it receives, and the server can permit it by user', () => {
  const { presence, cursors, sync, syncFile, presenceAll, cursorsAll, syncAll, syncFileAll } = VERIFIED;
  const pairs = [
    [presence, presenceAll],
    [cursors, cursorsAll],
    [sync, syncAll],
    [syncFile, syncFileAll],
    [roomSubjects('p1', 'a.ts', 'bob').alive(5, 'ada'), VERIFIED.aliveOwn(5)],
  ] as const;
  for (const [own, all] of pairs) expect(matches(all, own)).toBe(true);
  const { see, appear, point } = roomPermissions('p1', 'ada');
  const may = (subject: string, ...of: (typeof see)[]) =>
    of.some(({ publish }) => publish.some((pattern) => matches(pattern, subject)));
  const answer = VERIFIED.answerTo('slate.collab.answer.p1.bob.q', 'bob') ?? '';
  for (const subject of [sync, syncFile, VERIFIED.alive(5, 'bob')]) expect(may(subject, see)).toBe(true);
  for (const subject of [presence, VERIFIED.joined ?? '', answer]) {
    expect([may(subject, see), may(subject, appear)]).toEqual([false, true]);
  }
  expect([may(cursors, see, appear), may(cursors, point)]).toEqual([false, true]);
  const bob = roomSubjects('p1', 'a.ts', 'bob');
  const elsewhere = roomSubjects('p2', 'a.ts', 'ada');
  const open = roomSubjects('p1', 'a.ts');
  const foreign = [bob, elsewhere, open].flatMap((room) => [room.presence, room.cursors, room.sync, room.syncFile]);
  const bare = 'slate.collab.answer.p1.bob.q'; // where the server alone speaks (V4)
  for (const subject of [...foreign, bob.alive(5, 'ada'), VERIFIED.gone, bare]) {
    expect(`${subject}: ${may(subject, see, appear, point)}`).toBe(`${subject}: false`);
  }
});

it('rooms send presence messages and cursor batches as bytes to room subjects, and JSON to others', () => {
  for (const { presence, sync, syncFile, alive, cursors, joined, left, gone, answers } of [...ROOMS, VERIFIED]) {
    for (const subject of [presence, sync, syncFile, alive(5, 'bob'), gone, ...(answers ? [`${answers}.q.bob`] : [])]) {
      expect([isRoomSubject(subject), isCursorsSubject(subject)]).toEqual([true, false]);
    }
    expect([isRoomSubject(cursors), isCursorsSubject(cursors)]).toEqual([true, true]);
    for (const subject of [joined, left]) expect(subject !== undefined && isRoomSubject(subject)).toBe(false);
  }
  for (const subject of ['slate.collab.presences', 'slate.editor.cursor.u.f', 'other.slate.collab.presence']) {
    expect(isRoomSubject(subject)).toBe(false);
  }
});

it('probes are sent to alive subjects, and to no other', () => {
  for (const room of [...ROOMS, VERIFIED]) {
    expect(isAliveSubject(room.alive(5, 'bob'))).toBe(true);
    for (const subject of [room.presence, room.sync, room.syncFile, room.cursors])
      expect(isAliveSubject(subject)).toBe(false);
  }
});

it('what is watched matches every event and every message of rooms, and none of the questions', () => {
  const isWatched = (subject: string) => watchedPatterns().some((pattern) => matches(pattern, subject));
  const events = eventShapes().map((shape) => shape.join('.').replaceAll('*', 'a'));
  expect(events).toHaveLength(26);
  const all = [
    NatsSubjects.build.jobs(),
    NatsSubjects.editor.cursors.batch(),
    'slate.dead.slate.build.jobs',
    ...events,
  ];
  for (const room of [...ROOMS, VERIFIED]) all.push(room.presence, room.cursors);
  all.push(VERIFIED.joined ?? '', VERIFIED.left ?? '');
  expect(all.filter((subject) => !isWatched(subject))).toEqual([]);
  const questions = [...ROOMS, VERIFIED].flatMap((room) => [room.sync, room.syncFile, room.alive(5, 'bob')]);
  expect([...questions, ...QUESTIONS].filter(isWatched)).toEqual([]);
});

it('V8: a janitor hears the presence of every room, and knows whose it is', () => {
  const places = [
    [roomSubjects(), undefined, undefined],
    [roomSubjects('p.1'), 'p.1', undefined],
    [roomSubjects('p.1', 'f', 'a*b'), 'p.1', 'a*b'],
  ] as const;
  for (const [{ presence, gone }, project, user] of places) {
    expect(janitorHears().presence.filter((pattern) => matches(pattern, presence))).toHaveLength(1);
    expect(matches(janitorHears().gone, gone)).toBe(true);
    expect(presencePlace(presence)).toEqual({ project, user });
  }
  for (const rest of ['%zz', 'p.%zz', 'p.%', 'p.u.x']) {
    expect(presencePlace(`${roomSubjects().presence}.${rest}`)).toBeUndefined();
  }
});
