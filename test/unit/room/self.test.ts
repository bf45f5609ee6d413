/** What a session says about itself is cleaned before it leaves, as the door of the others would clean it (D3). */
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../../src/errors.js';
import { readOptions } from '../../../src/room/options.js';
import { RoomLab } from '../../support/room-lab.js';

it('D3: a location loses control and bidi-override characters, and everything after 256 characters', async () => {
  const lab = new RoomLab();
  const { room } = await lab.join('alice');
  room.setLocation('line\u0007 12\u202e');
  expect(room.self.location).toBe('line 12');
  room.setLocation('x'.repeat(300));
  expect(room.self.location).toBe('x'.repeat(256));
});

describe('who joins', () => {
  const read = (options: Partial<Parameters<typeof readOptions>[0]>) =>
    readOptions({ user: { id: 'ada' }, ...options });
  const user = (more: object) => read({ user: { id: 'ada', ...more } }).user;

  it('D3: has a colour as #rrggbb, also where there is no browser, or an OptionError', () => {
    expect(user({ color: 'tomato' })).toMatchObject({ color: '#ff6347', colorLight: '#ff634733' });
    for (const color of ['inherit', 'transparent', 'lab(50% 1 1)', 'var(--x)', '#12', 'no colour']) {
      expect(() => user({ color }), color).toThrow(OptionError);
    }
  });

  it('D3: has a name that shows something, or an OptionError', () => {
    for (const name of ['', '\u200d\u200d', '\u3164', '\u2800', '\u0301']) {
      expect(() => user({ name }), JSON.stringify(name)).toThrow(OptionError);
    }
    expect(readOptions({ user: { id: '\u200b' } }).user.name).toBe('Anonymous'); // the id is the name by default
    expect(read({ location: '\u200d' })).not.toHaveProperty('location');
    expect(read({ location: ' line\u202e 7' }).location).toBe('line 7');
  });

  it('M3: cannot make a fast field of what no batch may carry', () => {
    for (const name of ['user', 'file', 'location', '__proto__', 'constructor']) {
      expect(() => read({ fastFields: ['cursor', name] }), name).toThrow(OptionError);
    }
  });

  it('D3: is refused a name or colour that cannot be shown later too, and keeps the one before', async () => {
    const { room } = await new RoomLab().join('alice');
    const before = room.self.user;
    expect(() => room.setUser({ name: '\u200d' })).toThrow(OptionError);
    expect(() => room.setUser({ color: 'currentcolor' })).toThrow(OptionError);
    expect(room.self.user).toEqual(before);
    room.setUser({ color: 'rebeccapurple' });
    expect(room.self.user.color).toBe('#663399');
    expect(room.awareness.getLocalState()?.user).toMatchObject({ color: '#663399', colorLight: '#66339933' });
  });
});
