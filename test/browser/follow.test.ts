/**
 * Following, going to a person and asking everyone to come along. Past 300 lines because all of it needs the same
 * windows, which take long to load.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SlateFollowEvent, SlateFollowFileEvent } from '../../elements/viewer/events.js';
import type { ViewerTimes } from '../../elements/viewer/times.js';
import { until } from '../support/wait.js';
import { expectAccessible, mountRoom, part, parts, town } from './support.js';
import { inTheMiddle, LONG_PAGE, openWindow, scrollByHand, type Viewer, village } from './windows.js';

const slate = ({ element }: Viewer) =>
  element.room?.awareness.getLocalState()?.slate as { follow?: number; gather?: number } | undefined;
const together = async (...viewers: Viewer[]) =>
  until(() => viewers.every((one) => one.room().members.length === viewers.length), { what: 'everyone to be here' });
const spoken = ({ cursors }: Viewer) => cursors.shadowRoot?.querySelector('[role=status]')?.textContent ?? '';

/** Ada and Bob, each in a window of their own size. */
async function pair(times: Partial<ViewerTimes> = {}) {
  const { project, enter } = village();
  const [ada, bob] = await Promise.all([
    openWindow(project, 'Ada', LONG_PAGE, { width: 400, height: 300, times }),
    openWindow(project, 'Bob', LONG_PAGE, { width: 300, height: 500, times }),
  ]);
  await together(ada, bob);
  return { project, enter, ada, bob };
}

/** Watches a window and waits until it has not scrolled for a while: a fact about the past, with a deadline. */
async function still({ window: view }: Viewer): Promise<number> {
  let [top, since] = [view.scrollY, performance.now()];
  return until(
    () => {
      if (view.scrollY !== top) [top, since] = [view.scrollY, performance.now()];
      return performance.now() - since > 400 ? { top } : undefined;
    },
    { what: 'a window to stand still' },
  ).then(({ top: at }) => at);
}

describe('following', () => {
  it('F1: scrolls to what the other person sees, in a window of another size, and goes on doing so', async () => {
    const { ada, bob } = await pair();
    scrollByHand(ada, 1500);
    const received: (string | null)[] = [];
    bob.element.addEventListener('slate-follow', (event) => received.push((event as SlateFollowEvent).user));
    expect(await bob.cursors.follow('ada')).toBe(true);
    expect(bob.cursors.following).toBe('ada');
    for (const top of [1500, 3000, 200]) {
      scrollByHand(ada, top);
      await until(() => inTheMiddle(bob) === inTheMiddle(ada), { what: `Bob at ${inTheMiddle(ada)}` });
    }
    expect(received).toEqual(['ada']);
    expect(slate(bob)).toEqual({ follow: ada.room().client });
  });

  it('glides there, and is there at once where motion is to be reduced', async () => {
    const { ada, bob } = await pair();
    scrollByHand(ada, 2000);
    const tops = new Set<number>();
    await bob.cursors.follow('ada');
    await until(() => {
      tops.add(Math.round(bob.window.scrollY));
      return inTheMiddle(bob) === inTheMiddle(ada);
    });
    expect(tops.size).toBeGreaterThan(4);
  });

  it('keeps markers, and the bubble in which one writes, above the bar', async () => {
    const { project, enter } = village();
    const ada = await openWindow(project, 'Ada', LONG_PAGE, { width: 400, height: 300, cursors: 'chat reactions' });
    const [bob, carol] = await Promise.all([enter('Bob'), enter('Carol')]);
    await until(() => ada.room().members.length === 3);
    carol.pointer.move({ x: 0.5, y: 0.5, anchor: '=p20' });
    const edge = await part(ada.cursors, 'edge');
    const bottom = () => edge.getBoundingClientRect().bottom;
    await until(() => Math.abs(bottom() - 292) < 1, { what: '8 px from the lower edge' });
    bob.awareness.setLocalStateField('slate', { follow: ada.room().client });
    const bar = await part(ada.cursors, 'bar');
    await until(() => Math.abs(bar.getBoundingClientRect().top - bottom() - 8) < 1, { what: '8 px above the bar' });
    ada.document.body.dispatchEvent(
      new PointerEvent('pointermove', { bubbles: true, composed: true, clientX: 200, clientY: 285 }),
    );
    ada.cursors.openChat();
    const bubble = await part(ada.cursors, 'bubble');
    await until(() => bubble.matches(':popover-open'));
    expect(bubble.getBoundingClientRect().bottom).toBeLessThan(bar.getBoundingClientRect().top);
    bob.awareness.setLocalStateField('slate', undefined);
    await until(() => Math.abs(bottom() - 292) < 1, { what: 'the lower edge again' });
  });

  it('shows both people that one follows the other', async () => {
    const { ada, bob } = await pair();
    await bob.cursors.follow('ada');
    expect((await part(bob.cursors, 'bar')).textContent).toContain('You follow Ada');
    await part(bob.cursors, 'frame');
    await until(() => spoken(bob) === 'You follow Ada');
    expect((await part(ada.cursors, 'bar')).textContent).toBe('Bob follows you');
    await bob.cursors.unfollow();
    await until(() => parts(ada.cursors, 'bar').length + parts(bob.cursors, 'bar').length === 0);
  });

  it.each([
    ['wheel', () => new WheelEvent('wheel', { bubbles: true, deltaY: 1 })],
    ['keydown', () => new KeyboardEvent('keydown', { bubbles: true, key: 'PageDown' })],
    ['touchstart', () => new TouchEvent('touchstart', { bubbles: true })],
    ['pointerdown', () => new PointerEvent('pointerdown', { bubbles: true })],
  ])('ends at once with one’s own %s', async (_, make) => {
    const { ada, bob } = await pair();
    const reasons: string[] = [];
    bob.element.addEventListener('slate-follow', (event) => reasons.push((event as SlateFollowEvent).reason));
    await bob.cursors.follow('ada');
    scrollByHand(ada, 2000);
    await until(() => bob.window.scrollY > 100);
    bob.document.body.dispatchEvent(make());
    const top = bob.window.scrollY;
    expect(bob.cursors.following).toBe(null);
    expect(slate(bob)).toBe(undefined);
    expect(reasons).toEqual(['chosen', 'input']);
    scrollByHand(ada, 3500);
    expect(await still(bob)).toBe(top);
  });

  it('goes on while a modifier key is held alone', async () => {
    const { bob } = await pair();
    await bob.cursors.follow('ada');
    bob.document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, key: 'Control' }));
    expect(bob.cursors.following).toBe('ada');
  });

  it('F1: does not loop where two follow each other; whoever moves by hand leads', async () => {
    const { ada, bob } = await pair();
    scrollByHand(ada, 1000);
    await bob.cursors.follow('ada');
    await ada.cursors.follow('bob');
    await until(() => slate(ada)?.follow === bob.room().client && slate(bob)?.follow === ada.room().client);
    await still(ada);
    const [a, b] = [await still(ada), await still(bob)];
    const before = { a: ada.room().stats.messagesOut, b: bob.room().stats.messagesOut };
    // The page scrolls by itself in one of them (a script, an image that loads): nobody chases anybody.
    ada.window.scrollBy({ top: 60, behavior: 'instant' });
    expect(await still(bob)).toBe(b);
    expect(await still(ada)).toBe(a + 60);
    expect(ada.room().stats.messagesOut - before.a).toBeLessThan(8);
    expect(bob.room().stats.messagesOut - before.b).toBeLessThan(8);
    scrollByHand(ada, 2500);
    expect(ada.cursors.following).toBe(null);
    await until(() => inTheMiddle(bob) === inTheMiddle(ada), { what: 'Bob to follow Ada again' });
  });

  it('F1: shows a chain of followers what the first one sees', async () => {
    const { project, ada, bob } = await pair();
    const carol = await openWindow(project, 'Carol', LONG_PAGE);
    await together(ada, bob, carol);
    await bob.cursors.follow('ada');
    await carol.cursors.follow('bob');
    scrollByHand(ada, 2200);
    for (const one of [bob, carol])
      await until(() => inTheMiddle(one) === inTheMiddle(ada), { what: 'everyone where Ada is', deadlineMs: 15_000 });
  });

  it('F2: sends no view while nobody follows', async () => {
    const { ada, bob } = await pair();
    const view = () => bob.room().awareness.getStates().get(ada.room().client)?.view;
    const { messagesOut } = ada.room().stats;
    for (const top of [300, 900, 1800]) {
      scrollByHand(ada, top);
      await still(ada);
    }
    expect(view()).toBe(undefined);
    expect(ada.room().stats.messagesOut - messagesOut).toBeLessThan(5); // heartbeats
    await bob.cursors.follow('ada');
    await until(view);
    await bob.cursors.unfollow();
    await until(() => !view());
  });

  it('follows into another file, unless the page cancels that', async () => {
    const { project } = village();
    const ada = await openWindow(project, 'Ada', LONG_PAGE, { attributes: 'file="b.txt" location="Chapter 2"' });
    const bob = await openWindow(project, 'Bob', LONG_PAGE, { attributes: 'file="a.txt"' });
    await together(ada, bob);
    scrollByHand(ada, 1700);
    const asked: (string | undefined)[] = [];
    let cancel = true;
    bob.element.addEventListener('slate-follow-file', (event) => {
      const { file, location } = event as SlateFollowFileEvent;
      asked.push(file, location);
      if (cancel) event.preventDefault();
    });
    await bob.cursors.follow('ada');
    expect(asked).toEqual(['b.txt', 'Chapter 2']);
    expect(bob.element.file).toBe('a.txt');

    cancel = false;
    await bob.cursors.follow('ada');
    await until(() => bob.element.room?.file === 'b.txt', { what: 'Bob in the other file' });
    await until(() => inTheMiddle(bob) === inTheMiddle(ada), { what: 'Bob at the same place' });
    expect(bob.cursors.following).toBe('ada');
    await until(() => slate(bob)?.follow === ada.room().client);

    ada.element.file = 'c.txt';
    await until(() => bob.element.room?.file === 'c.txt', { what: 'Bob in the third file' });
    expect(bob.cursors.following).toBe('ada');
  });

  it('ends when the other one stays away, not at once', async () => {
    const goneMs = 300;
    const { ada, bob } = await pair({ goneMs });
    const ended: string[] = [];
    await bob.cursors.follow('ada');
    let [leftAt, endedAt] = [0, 0];
    onTestFinished(
      bob.room().on('members', (members) => {
        if (members.length === 1) leftAt = performance.now();
      }),
    );
    bob.element.addEventListener('slate-follow', (event) => {
      ended.push((event as SlateFollowEvent).reason);
      endedAt = performance.now();
    });
    await ada.room().leave();
    await until(() => bob.cursors.following === null);
    expect(ended).toEqual(['gone']);
    expect(endedAt - leftAt).toBeGreaterThan(goneMs - 20);
  });

  it('goes on when the other one comes back', async () => {
    const { project, ada, bob } = await pair();
    await bob.cursors.follow('ada');
    await ada.room().leave();
    await until(() => bob.room().members.length === 1);
    const again = await openWindow(project, 'Ada', LONG_PAGE);
    scrollByHand(again, 1600);
    await until(() => inTheMiddle(bob) === inTheMiddle(again));
    expect(bob.cursors.following).toBe('ada');
  });

  it('follows neither someone who is not here nor oneself', async () => {
    const { bob } = await pair();
    expect(await bob.cursors.follow('nobody')).toBe(false);
    expect(await bob.cursors.follow('bob')).toBe(false);
    expect(await bob.cursors.jumpTo('nobody')).toBe(false);
    expect(bob.cursors.following).toBe(null);
  });

  it('goes to the pointer of someone who announces no view', async () => {
    const { ada, bob, enter } = await pair();
    const carol = await enter('Carol');
    await until(() => bob.room().members.length === 3);
    carol.pointer.move({ x: 0.5, y: 0.5, anchor: '=p30' });
    await bob.cursors.follow('carol');
    await until(() => inTheMiddle(bob) === 'p30');
    carol.pointer.move({ x: 0.5, y: 0.5, anchor: '=p5' });
    await until(() => Math.abs(Number(inTheMiddle(bob).slice(1)) - 5) <= 2);
    expect(ada.window.scrollY).toBe(0);
  });

  it('F3, F6: survives malformed signals and views from a hostile peer', async () => {
    const { bob, enter } = await pair();
    const mallory = await enter('Mallory');
    await until(() => bob.room().members.length === 3);
    const me = mallory.client;
    for (const word of [
      { follow: 'x', gather: {} },
      { follow: me },
      { follow: -1, gather: 1.5 },
      null,
      'text',
      { follow: bob.room().client, gather: Number.MAX_SAFE_INTEGER + 2 },
    ]) {
      mallory.awareness.setLocalStateField('slate', word);
      mallory.awareness.setLocalStateField('view', word);
      await until(
        () => JSON.stringify(bob.room().awareness.getStates().get(me)?.slate ?? null) === JSON.stringify(word ?? null),
      );
    }
    await until(() => parts(bob.cursors, 'bar')[0]?.textContent === 'Mallory follows you');
    expect(parts(bob.cursors, 'bar')).toHaveLength(1);
    await bob.cursors.follow('mallory');
    const top = bob.window.scrollY;
    for (const view of [{ x: 1, y: 2 }, { x: 'a', y: 0, anchor: '' }, { x: 0, y: 0, anchor: '=p9"]' }, [], 7])
      mallory.awareness.setLocalStateField('view', view);
    expect(await still(bob)).toBe(top);
  });
});

describe('going to a person', () => {
  it('scrolls to their pointer once, and follows no further', async () => {
    const { ada, bob } = await pair();
    ada.room().pointer.move({ x: 0.5, y: 0.5, anchor: '=p25' });
    expect(await bob.cursors.jumpTo('ada')).toBe(true);
    await until(() => inTheMiddle(bob) === 'p25');
    expect(bob.cursors.following).toBe(null);
    expect(slate(bob)).toBe(undefined);
    const top = await still(bob);
    ada.room().pointer.move({ x: 0.5, y: 0.5, anchor: '=p2' });
    expect(await still(bob)).toBe(top);
  });
});

describe('asking everyone to come', () => {
  it('F3: asks each of the others, who follow only when they say yes', async () => {
    const { project, ada, bob } = await pair();
    const carol = await openWindow(project, 'Carol', LONG_PAGE);
    await together(ada, bob, carol);
    scrollByHand(ada, 1800);
    await ada.cursors.gather();
    for (const one of [bob, carol]) {
      const bar = await part(one.cursors, 'bar');
      expect(bar.textContent).toContain('Ada asks everyone to come along');
      expect(spoken(one)).toBe('Ada asks everyone to come along. Press F8 to answer.');
      expect(one.window.scrollY).toBe(0);
      expect(one.document.activeElement).toBe(one.document.body);
    }
    expect(parts(ada.cursors, 'bar')).toHaveLength(0);
    const [yes] = (await part(bob.cursors, 'bar')).querySelectorAll('button');
    const [, no] = (await part(carol.cursors, 'bar')).querySelectorAll('button');
    yes?.click();
    no?.click();
    await until(() => inTheMiddle(bob) === inTheMiddle(ada));
    expect(bob.cursors.following).toBe('ada');
    await until(() => parts(carol.cursors, 'bar').length === 0);
    expect(carol.window.scrollY).toBe(0);

    // Someone who said no is not asked again right away.
    await ada.cursors.gather();
    await until(() => carol.room().awareness.getStates().get(ada.room().client)?.slate);
    await still(carol);
    expect(parts(carol.cursors, 'bar')).toHaveLength(0);
  });

  it('is accessible, and takes its question back when the asker goes', async () => {
    const { ada, bob } = await pair();
    await ada.cursors.gather();
    await part(bob.cursors, 'bar');
    const { document: inner } = bob;
    const host = inner.querySelector('slate-cursors') as unknown as Element;
    expect(host).toBe(bob.cursors);
    await ada.room().leave();
    await until(() => parts(bob.cursors, 'bar').length === 0);
  });
});

describe('the bar', () => {
  it('is accessible, in light and in dark', async () => {
    const { hub, enter } = town();
    const { element, room } = await mountRoom(hub, '<slate-cursors></slate-cursors>');
    const bob = await enter('Bob');
    await until(() => room.members.length === 2);
    bob.awareness.setLocalStateField('slate', { gather: 1 });
    const cursors = element.querySelector('slate-cursors') as Element;
    const bar = await part(cursors, 'bar');
    await expectAccessible(cursors);
    bar.querySelector('button')?.click();
    await part(cursors, 'frame');
    await expectAccessible(cursors);
  });
});
