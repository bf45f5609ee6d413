/** What a session says about itself is cleaned before it leaves, as the door of the others would clean it (D3). */
import { expect, it } from 'vitest';
import { RoomLab } from '../../support/room-lab.js';

it('D3: a location loses control and bidi-override characters, and everything after 256 characters', async () => {
  const lab = new RoomLab();
  const { room } = await lab.join('alice');
  room.setLocation('line\u0007 12\u202e');
  expect(room.self.location).toBe('line 12');
  room.setLocation('x'.repeat(300));
  expect(room.self.location).toBe('x'.repeat(256));
});
