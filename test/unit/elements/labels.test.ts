/** P14: members whose names look alike, or who claim one id, are told apart wherever elements name them. */
import { expect, it } from 'vitest';
import { Arrivals } from '../../../elements/avatars/arrivals.js';
import { describe as describeMember } from '../../../elements/avatars/describe.js';
import { keysOf } from '../../../elements/avatars/keys.js';
import { roomWords } from '../../../elements/shared/english.js';
import { Speech } from '../../../elements/shared/speech.js';
import type { Member } from '../../../src/index.js';
import { untyped } from '../../support/untyped.js';

const english = new Speech(untyped<Element>(null), roomWords);

const member = (id: string, name: string, label = name): Member => ({
  user: { id, name, color: '#188039' },
  label,
  sessions: [],
  status: 'active',
  self: false,
});

it('P14: a tooltip, the list and a screen reader name a member by the label', () => {
  expect(describeMember(member('eve', 'Ada', 'Ada (eve)'), english)[0]).toBe('Ada (eve)');
  expect(describeMember({ ...member('ada', 'Ada', 'Ada (ada)'), self: true }, english)[0]).toContain('Ada (ada) ');
});

it('P14: arrivals and departures are announced by the label, and each of two with one id is', () => {
  const arrivals = new Arrivals(english);
  const ada = member('ada', 'Ada');
  arrivals.note([ada]);
  arrivals.note([ada, member('ada', 'Eve'), member('eve', 'Ada', 'Ada (eve)')]);
  const joined = arrivals.compose();
  for (const label of ['Eve', 'Ada (eve)']) expect(joined).toContain(label);
  arrivals.note([ada]);
  const left = arrivals.compose();
  for (const label of ['Eve', 'Ada (eve)']) expect(left).toContain(label);
});

it('P14: a member keeps its key through a rename, and members of one id have different ones', () => {
  const [ada, eve] = [member('ada', 'Ada'), member('ada', 'Eve')];
  expect([...keysOf([ada]).values()]).toEqual([...keysOf([member('ada', 'Ada L.')]).values()]);
  expect(new Set(keysOf([ada, eve]).values()).size).toBe(2);
});
