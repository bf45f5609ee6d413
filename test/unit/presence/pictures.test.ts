/** D3: which pictures of others a page loads, since loading one tells its address who looks. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OptionError } from '../../../src/errors.js';
import { type Avatars, withPictures } from '../../../src/presence/pictures.js';
import { RoomLab } from '../../support/room-lab.js';
import { untyped } from '../../support/untyped.js';

const DATA = 'data:image/png;base64,iVBORw0KGgo=';
const OWN = 'https://page.example/ada.png';
const PICTURES = [
  DATA,
  'DATA:image/png,x',
  OWN,
  'blob:https://page.example/1',
  'https://tracker.example/ada.png',
  'https://page.example:8443/ada.png',
  'https://page.example.evil.example/',
  'https://page.example@evil.example/',
  'https:/\\evil.example/',
  'https://[',
];

describe('the pictures of others', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each<[Avatars, number[]]>([
    ['all', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['same-origin', [0, 1, 2, 3]],
    ['data', [0, 1]],
  ])('D3: are those that "%s" lets through', (avatars, shown) => {
    vi.stubGlobal('location', { origin: 'https://page.example' });
    const show = withPictures(avatars);
    const pictures = PICTURES.map((avatar) => show({ user: { id: 'ada', avatar } }).user as { avatar?: string });
    expect(pictures.flatMap(({ avatar }, i) => (avatar === undefined ? [] : [i]))).toEqual(shown);
    const state = { user: { id: 'ada' }, file: 'a' };
    expect(show(state)).toBe(state);
  });

  it('D3: outside a page, "same-origin" is as strict as "data"', () => {
    const show = withPictures('same-origin');
    for (const avatar of PICTURES.slice(2))
      expect(show({ user: { id: 'ada', avatar } })).toEqual({ user: { id: 'ada' } });
  });

  it('D3: that a session leaves out are on none of its surfaces, and are passed on to others', async () => {
    const lab = new RoomLab();
    const user = { id: 'ada', name: 'Ada', avatar: OWN };
    const ada = await lab.join('ada', { user });
    const strict = await lab.join('bob', { avatars: 'data' });
    ada.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    await lab.clock.advance(500);
    const seen = ({ room }: typeof ada) => [
      room.members.find((member) => member.user.id === 'ada')?.user.avatar,
      (room.awareness.getStates().get(ada.room.client)?.user as typeof user | undefined)?.avatar,
      (room.pointers.sample()[0]?.user ?? user).avatar,
    ];
    expect(seen(strict)).toEqual([undefined, undefined, undefined]);
    ada.bus.disconnect(); // so that Bob answers the next one who joins
    const carol = await lab.join('carol');
    expect(seen(carol).slice(0, 2)).toEqual([OWN, OWN]);
  });

  it('D3: are chosen by an option, which has no other value', async () => {
    const lab = new RoomLab();
    expect(() => lab.prepare('bob', { avatars: untyped('none') })).toThrow(OptionError);
  });
});
