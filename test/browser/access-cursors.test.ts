/** `<slate-cursors>` and what the viewer shows in it, in every state, as axe sees it. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SlateCursors } from '../../elements/index.js';
import { setView } from '../../elements/shared/view-settings.js';
import { pageViewer } from '../../elements/viewer/load.js';
import { until } from '../support/wait.js';
import { expectAccess, NAMES, names } from './access.js';
import { mountRoom, part, parts, text, town } from './support.js';

vi.setConfig({ testTimeout: 60_000 }); // axe looks at every state in six modes

const centre = { x: 0.5, y: 0.5, anchor: '' };

beforeEach(() => setView({ hideAll: false, hideNames: false, onlyFollowed: false, fadeNear: false, followed: [] }));

/** Everyone points at a surface of 600 × 400 px, in rows. */
async function setUp(others: readonly string[] = NAMES, attributes = 'chat reactions') {
  onTestFinished(() => pageViewer.current?.dispose()); // it remembers answers
  const { hub, enter } = town();
  const inside = '<div style="width:600px;height:400px">here</div>';
  const { element, room } = await mountRoom(hub, `<slate-cursors ${attributes}>${inside}</slate-cursors>`);
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  const people = [];
  for (const [i, name] of others.entries()) {
    const person = await enter(name);
    person.pointer.move({ x: 0.1 + (i % 4) * 0.2, y: 0.1 + Math.floor(i / 4) * 0.1, anchor: '' });
    people.push(person);
  }
  await until(() => parts(cursors, 'cursor').length === others.length, { what: 'all pointers', deadlineMs: 20_000 });
  return { hub, enter, element, room, cursors, people };
}

describe('<slate-cursors>', () => {
  it.each([
    ['nobody', []],
    ['names of many kinds', NAMES],
    ['30 pointers', names(30)],
  ])('%s', async (state, others) => {
    const { cursors } = await setUp(others);
    await expectAccess(cursors, state);
  });

  it('idle, away, and without a connection', async () => {
    const { cursors, people, hub } = await setUp(names(4));
    people[0]?.setActivity('idle');
    people[1]?.setActivity('away');
    await until(() => parts(cursors, 'cursor').some(({ dataset }) => dataset.status === 'away'));
    await expectAccess(cursors, 'idle and away');
    hub.drop();
    await until(() => parts(cursors, 'cursor').some(({ dataset }) => dataset.status === 'stale'));
    await expectAccess(cursors, 'unreachable');
  });

  it('markers at the edge, of one and of several', async () => {
    const { cursors, people } = await setUp(names(6));
    const inner = cursors.firstElementChild as HTMLElement;
    inner.style.height = '9000px';
    for (const person of people) person.pointer.move({ x: 0.5, y: 0.9, anchor: '' });
    await until(() => parts(cursors, 'edge').length > 0, { what: 'a marker' });
    await expectAccess(cursors, 'markers');
    const [marker] = parts(cursors, 'edge');
    expect(marker?.ariaLabel).toContain(text(marker));
    expect(marker?.getBoundingClientRect().height).toBeGreaterThanOrEqual(24);
  });

  it('what others say, and their reactions', async () => {
    const { cursors, people } = await setUp(names(3));
    people[0]?.awareness.setLocalStateField('chat', { text: 'Look at this: 見て, انظر' });
    people[1]?.awareness.setLocalStateField('reaction', { emoji: '🎉', number: 1 });
    await part(cursors, 'chat');
    await expectAccess(cursors, 'sayings');
  });

  it.each(['chat reactions', 'chat', 'reactions'])('the bubble, with %s', async (attributes) => {
    const { cursors } = await setUp(names(1), attributes);
    cursors.openChat();
    await until(() => parts(cursors, 'bubble')[0]?.matches(':popover-open'), { what: 'the bubble' });
    await expectAccess(cursors, 'bubble');
  });

  it('the bar: a question, whom one follows, who follows', async () => {
    const { cursors, people, room } = await setUp(names(5));
    people[1]?.awareness.setLocalStateField('slate', { gather: 1 });
    await until(() => text(parts(cursors, 'bar')[0]).includes('asks everyone'));
    await expectAccess(cursors, 'question');
    await cursors.follow(people[2]?.self.user.id ?? '');
    await until(() => parts(cursors, 'bar').length === 2);
    await expectAccess(cursors, 'question and following');
    await cursors.unfollow();
    for (const person of people) person.awareness.setLocalStateField('slate', { follow: room.client });
    await until(() => text(parts(cursors, 'bar')[0]) === '5 people follow you');
    await expectAccess(cursors, 'followers');
  });

  it('what it opens of one’s own', async () => {
    const { cursors, element } = await setUp(names(1));
    const button = document.createElement('button');
    button.textContent = 'View';
    element.append(button);
    await cursors.openMenu(button);
    await until(() => cursors.shadowRoot?.querySelector('[role=menu],[role=dialog]'), { what: 'a menu or a card' });
    await expectAccess(cursors, 'opened');
  });

  it('with what a viewer may want to see', async () => {
    const { cursors, people } = await setUp(names(3));
    setView({ hideNames: true, fadeNear: true });
    await expectAccess(cursors, 'without names');
    setView({ hideAll: true, hideNames: false });
    await until(() => parts(cursors, 'cursor').length === 0);
    people[0]?.pointer.move(centre);
    await expectAccess(cursors, 'nothing');
  });
});
