/** Who speaks, according to the subject of a message (S5, M9). */
import { describe, expect, it } from 'vitest';
import { speakerOf } from '../../../src/protocol/speaker.js';
import { roomSubjects } from '../../../src/protocol/subjects.js';
import { encodeToken } from '../../../src/protocol/token.js';

const { presence, cursors, fileCursors = '' } = roomSubjects('p1', 'src/main.ts');

describe('speakerOf', () => {
  it.each(['ada', 'ada@example.com', 'a b*>%', '🦉'])('S5: is the user %s whose token follows the subject', (id) => {
    for (const base of [presence, cursors]) expect(speakerOf(`${base}.${encodeToken('user', id)}`, base)).toBe(id);
  });

  it.each(['ada', 'ada@example.com', 'a b*>%', '🦉'])('V1: is the user %s where every member has a subject', (id) => {
    const own = roomSubjects('p1', 'src/main.ts', id);
    const all = roomSubjects('p1', 'src/main.ts', 'bob');
    expect(speakerOf(own.presence, all.presenceAll)).toBe(id);
    expect(speakerOf(own.cursors, all.cursorsAll)).toBe(id);
    expect(speakerOf(own.sync, all.syncAll)).toBe(id);
    expect(speakerOf(own.alive(5, 'bob'), all.aliveOwn(5))).toBe(id);
    expect(speakerOf('slate.collab.presence.p1.y%2', all.presenceAll)).toBe('');
  });

  it.each(['ada', 'ada@example.com', 'a b*>%', '🦉'])('M9: is the user %s whose token stands before the file', (id) => {
    const subject = fileCursors.replace('*', encodeToken('user', id));
    expect(speakerOf(subject, fileCursors)).toBe(id);
  });

  it('S5: is unknown on a subject without a user, and on an inbox', () => {
    expect(speakerOf(presence, presence)).toBeUndefined();
    expect(speakerOf('slate.inbox.x.5', presence)).toBeUndefined();
    expect(speakerOf('slate.inbox.x.5', fileCursors)).toBeUndefined();
    expect(speakerOf('slate.collab.presence.p12', presence)).toBeUndefined();
  });

  it('S4: is the empty id, which no user has, for what is not the token of an id', () => {
    for (const token of ['', '%', 'y%2', 'a%2eb', 'a.b']) expect(speakerOf(`${presence}.${token}`, presence)).toBe('');
    expect(speakerOf(fileCursors.replace('*', 'y%2'), fileCursors)).toBe('');
  });
});
