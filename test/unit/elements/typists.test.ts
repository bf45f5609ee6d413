/** Who is said to type: whoever begins, once, and not again while they go on. */
import { expect, it } from 'vitest';
import { describe as describeMember } from '../../../elements/avatars/describe.js';
import { REST_MS, Typists } from '../../../elements/avatars/typists.js';
import { roomWords } from '../../../elements/shared/english.js';
import { Speech } from '../../../elements/shared/speech.js';
import type { Member, Work } from '../../../src/index.js';
import { untyped } from '../../support/untyped.js';

const english = new Speech(untyped<Element>(null), roomWords);
const member = (name: string, work?: Work, self = false): Member => ({
  user: { id: name.toLowerCase(), name, color: '#188039' },
  label: name,
  sessions: [],
  status: 'active',
  ...(work && { work }),
  self,
});
const types = { typing: true } as const;

it('names who has begun, counts the others, and leaves oneself out', () => {
  const typists = new Typists(english);
  typists.note([member('Me', types, true), member('Ada', types), member('Bob')], 0);
  expect(typists.compose()).toBe('Ada is typing.');
  const crowd = ['Bob', 'Carol', 'Dan', 'Eve'].map((name) => member(name, types));
  typists.note([member('Ada', types), ...crowd], 0);
  expect(typists.compose()).toBe('Bob, Carol, and 2 others are typing.');
  expect(typists.compose()).toBe('');
});

it('gives numbers alone where the listener wants that', () => {
  const typists = new Typists(english);
  typists.note([member('Ada', types), member('Bob', types)], 0);
  expect(typists.compose(true)).toBe('2 people are typing.');
});

it('does not repeat itself while somebody goes on, however often they pause, and does after half a minute', () => {
  const typists = new Typists(english);
  let now = 0;
  const step = (work: Work | undefined, ms: number) => {
    now += ms;
    typists.note([member('Ada', work)], now);
    return typists.compose();
  };
  expect(step(types, 0)).toBe('Ada is typing.');
  for (let pause = 0; pause < 5; pause++) {
    expect(step(undefined, 60_000)).toBe(''); // typed until now
    expect(step(types, REST_MS - 1)).toBe('');
  }
  step(undefined, 0);
  expect(step(types, REST_MS)).toBe('Ada is typing.');
});

it('says nothing of who has left before the sentence', () => {
  const typists = new Typists(english);
  typists.note([member('Ada', types)], 0);
  typists.note([], 0);
  expect(typists.compose()).toBe('');
});

it('a member in words has what they do, and not what oneself does', () => {
  const work = { typing: true, line: 12, selected: 1 } as const;
  expect(describeMember(member('Ada', work), english)[1]).toBe('active, typing, line 12, 1 character selected');
  expect(describeMember(member('Me', work, true), english)[1]).toBe('active');
  expect(describeMember(member('Ada', { field: '#a' }), english)[1]).toBe('active');
});
