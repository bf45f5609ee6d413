/** `<slate-avatars>` in every state, as axe sees it; and what its controls are called. */
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SlateAvatars } from '../../elements/index.js';
import { until } from '../support/wait.js';
import { expectAccess, names } from './access.js';
import { mountRoom, part, parts, text, town } from './support.js';

vi.setConfig({ testTimeout: 60_000 }); // axe looks at every state in six modes

const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

async function setUp(others: readonly string[], attributes = '', beside = '') {
  const { hub, enter } = town();
  const { element, room } = await mountRoom(hub, `<slate-avatars ${attributes}></slate-avatars>${beside}`);
  const avatars = element.querySelector('slate-avatars') as SlateAvatars;
  const people = [];
  for (const name of others) people.push(await enter(name));
  await until(() => room.members.length === others.length + 1, { what: 'everyone' });
  await avatars.updateComplete;
  return { hub, enter, element, room, avatars, people };
}

const openList = async (avatars: Element) => {
  (await part(avatars, 'overflow')).click();
  await until(() => parts(avatars, 'item').length > 0);
};

describe('<slate-avatars>', () => {
  it.each([
    ['alone', 0, ''],
    ['with two others', 2, ''],
    ['with names of many kinds', 12, 'max="20"'],
    ['small', 8, 'size="16"'],
    ['large', 8, 'size="64"'],
    ['30 people', 30, ''],
  ])('%s', async (state, others, attributes) => {
    const { avatars } = await setUp(names(others), attributes);
    await expectAccess(avatars, state);
  });

  it('before a room is joined', async () => {
    const { avatars, room } = await setUp([]);
    await room.leave();
    await expectAccess(avatars, 'without a room');
  });

  it('each status, and unreachable', async () => {
    const { avatars, people, hub } = await setUp(names(4));
    people[0]?.setActivity('idle');
    people[1]?.setActivity('away');
    await until(() => avatars.shadowRoot?.querySelector('[data-status=idle]'));
    await until(() => avatars.shadowRoot?.querySelector('[data-status=away]'));
    await expectAccess(avatars, 'idle and away');
    hub.drop();
    await until(() => avatars.shadowRoot?.querySelector('[data-status=stale]'), { what: 'someone unreachable' });
    await expectAccess(avatars, 'unreachable');
  });

  it('with pictures', async () => {
    const { avatars, enter } = await setUp([]);
    await enter('Ann Marie', { user: { id: 'ann', name: 'Ann Marie', avatar: PICTURE } });
    await until(() => parts(avatars, 'picture')[0]?.checkVisibility(), { what: 'a picture' });
    await expectAccess(avatars, 'pictures');
    expect(parts(avatars, 'avatar')[1]?.ariaLabel).toBe('Ann Marie, active'); // no initials are visible
  });

  it('the tooltip', async () => {
    const { avatars } = await setUp(names(4));
    await userEvent.hover(parts(avatars, 'avatar')[1] as HTMLElement);
    await until(() => parts(avatars, 'tip')[0]?.matches(':popover-open'));
    await expectAccess(avatars, 'tooltip');
  });

  it.each(['', '<slate-cursors></slate-cursors>'])('the list of 30, beside %j', async (beside) => {
    const { avatars } = await setUp(names(30), '', beside);
    await openList(avatars);
    await expectAccess(avatars, 'list');
  });

  it.each([0, 1])('what opens at an avatar, where there are pointers: number %i', async (index) => {
    const { avatars } = await setUp(names(2), '', '<slate-cursors chat reactions></slate-cursors>');
    const face = await until(() => parts(avatars, 'avatar').find((one, at) => at === index && one.ariaHasPopup));
    face.click();
    await until(() => avatars.shadowRoot?.querySelector('[role=menu],[role=dialog]'), { what: 'a menu or a card' });
    await expectAccess(avatars, 'opened');
  });

  it('from right to left', async () => {
    const { avatars, element } = await setUp(names(12), 'max="6"');
    element.dir = 'rtl';
    await openList(avatars);
    await expectAccess(avatars, 'right to left');
  });

  it('has what is visible on it in its accessible name', async () => {
    const { avatars } = await setUp(names(12), 'max="7"');
    for (const face of parts(avatars, 'avatar')) {
      const visible = text(face);
      expect(visible).not.toBe('');
      expect(face.ariaLabel?.toLocaleUpperCase()).toContain(visible);
    }
    expect(parts(avatars, 'avatar')[2]?.ariaLabel).toBe('Alice Margaret Brown, AB, active');
    expect(parts(avatars, 'avatar')[1]?.ariaLabel).toBe('Bob, active');
    const overflow = await part(avatars, 'overflow');
    expect(overflow.ariaLabel).toContain(text(overflow));
  });
});
