/**
 * One's own pointer: what is reported of a mouse, a pen and a finger, and when it is taken back.
 * Past 300 lines: each way to point has its own events.
 */
import type { ReactiveControllerHost } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { PointerController } from '../../elements/controllers/pointer-controller.js';
import { Surface } from '../../elements/surface/surface.js';
import type { PointerPosition, Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { drawn, mount, point, stopTimers } from './support.js';

const TEXT = 'One two three four five six seven eight nine ten eleven twelve thirteen.';
const PAGE = `<div style="position:absolute;left:0;top:0;width:700px;background:#fff">
  <p id="p" style="margin:0;height:80px">${TEXT}</p><div id="secret" data-slate-private style="height:80px"></div>
  <div id="box" style="height:200px"></div></div>`;

type Told = { type: 'move'; position: PointerPosition; at: number } | { type: 'leave' };

/** A pointer on the whole page, or on one element, and all that it told its room. */
function setUp(surfaceOf: (page: HTMLElement) => HTMLElement | null = () => null) {
  const page = mount(PAGE);
  const told: Told[] = [];
  const room = {
    now: () => performance.now() + 1000, // the room's clock is its own
    pointer: {
      move: (position: PointerPosition, at: number) => told.push({ type: 'move', position, at }),
      leave: () => told.push({ type: 'leave' }),
    },
  } as unknown as Room;
  const surface = new Surface(surfaceOf(page));
  const host = { addController: () => undefined } as unknown as ReactiveControllerHost;
  const controller = new PointerController(host, () => ({ room, surface }));
  controller.hostConnected();
  onTestFinished(() => controller.hostDisconnected());
  const find = (selector: string) => page.querySelector(selector) as HTMLElement;
  return { page, told, find, controller };
}

const last = (told: readonly Told[]) => told.at(-1);
const tapped = (told: readonly Told[]) => told.findLast((one) => one.type === 'move')?.position.tapped;
const anchorOf = (one: Told | undefined) => (one?.type === 'move' ? one.position.anchor : one?.type);
const settles = (told: readonly Told[]) =>
  until(() => told.length > 1 && anchorOf(last(told))?.includes('@'), { what: 'a word' });

const send = (method: string, params: object) =>
  (cdp() as unknown as { send(method: string, params: object): Promise<unknown> }).send(method, params);

/** Where a point of this window is in the one that drives it. */
function outside(x: number, y: number): { x: number; y: number } {
  const frame = window.frameElement?.getBoundingClientRect();
  return { x: x + (frame?.left ?? 0), y: y + (frame?.top ?? 0) };
}

describe('one’s own pointer', () => {
  it('is a box while it moves fast and a word at rest, reported once', async () => {
    const { told, find } = setUp();
    point('pointermove', 5, 300, find('#box'));
    point('pointermove', 60, 8, find('#p'));
    expect(anchorOf(last(told))).not.toContain('@');
    await settles(told);
    const count = told.length;
    await drawn();
    await drawn();
    expect(told).toHaveLength(count);
  });

  it('leaves where it comes to a private region, and is back behind it', () => {
    const { told, find } = setUp();
    point('pointermove', 60, 200, find('#box'));
    point('pointermove', 60, 120, find('#secret'));
    expect(last(told)).toEqual({ type: 'leave' });
    point('pointermove', 60, 220, find('#box'));
    expect(last(told)?.type).toBe('move');
  });

  it('reports nothing of a private region that it crossed between two events', () => {
    const { told, find } = setUp();
    const [from, over, to] = [20, 120, 220].map((clientY, i) => {
      const event = new PointerEvent('pointermove', {
        bubbles: true,
        composed: true,
        isPrimary: true,
        pointerType: 'mouse',
        clientX: 60,
        clientY,
      });
      Object.defineProperty(event, 'timeStamp', { value: performance.now() - 100 + i * 40 });
      return event;
    }) as [PointerEvent, PointerEvent, PointerEvent];
    find('#p').dispatchEvent(from);
    to.getCoalescedEvents = () => [over, to];
    find('#box').dispatchEvent(to);
    expect(told.map(({ type }) => type)).toEqual(['move', 'leave', 'move']);
  });

  it('reports the samples that the browser combined into one event, with their times, and leaves out those too near', () => {
    const { told, find } = setUp();
    const now = performance.now();
    const still = vi.spyOn(performance, 'now').mockReturnValue(now); // a busy machine may pause between two looks at it
    onTestFinished(() => still.mockRestore());
    const start = now - 200;
    const at = (ms: number, x: number) => {
      const event = new PointerEvent('pointermove', {
        bubbles: true,
        composed: true,
        isPrimary: true,
        pointerType: 'mouse',
        clientX: x,
        clientY: 250,
      });
      Object.defineProperty(event, 'timeStamp', { value: start + ms });
      return event;
    };
    find('#box').dispatchEvent(at(0, 0));
    const event = at(64, 19.2);
    event.getCoalescedEvents = () => Array.from({ length: 32 }, (_, i) => at(2 + i * 2, 0.6 + i * 0.6));
    find('#box').dispatchEvent(event);
    const moves = told.filter((one) => one.type === 'move');
    expect(moves.length).toBe(6);
    for (const { position, at } of moves) {
      const ms = at - 1000 - start;
      expect(position.x).toBeCloseTo((ms * 0.3) / 700, 3);
    }
    const times = moves.map((one) => one.at);
    for (const [i, time] of times.entries()) if (i > 0) expect(time - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(11);
    expect(times.at(-1)).toBeCloseTo(start + 1064, -1);
  });

  it('works on a page that is not secure, which has no combined samples', () => {
    const { told, find } = setUp();
    const event = new PointerEvent('pointermove', { bubbles: true, isPrimary: true, clientX: 60, clientY: 220 });
    Object.defineProperty(event, 'getCoalescedEvents', { value: undefined });
    find('#box').dispatchEvent(event);
    expect(anchorOf(last(told))).toContain('#box');
  });

  it('is where the finger is, though its events go to where it came down; and goes when it is lifted', async () => {
    const { told, find } = setUp();
    find('#p').style.touchAction = find('#box').style.touchAction = find('#secret').style.touchAction = 'none';
    const touch = (type: string, ...points: [number, number][]) =>
      send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ ...outside(x, y), id })) });
    await touch('touchStart', [60, 8]);
    await until(() => anchorOf(last(told))?.includes('#p'));
    await touch('touchMove', [300, 220]);
    await until(() => anchorOf(last(told))?.includes('#box'));
    await touch('touchMove', [300, 120]);
    await until(() => last(told)?.type === 'leave');
    await touch('touchMove', [300, 220]);
    await until(() => anchorOf(last(told))?.includes('#box'));
    await touch('touchStart', [300, 220], [400, 230]);
    await touch('touchMove', [300, 220]); // the second finger is lifted
    await touch('touchMove', [320, 230]);
    await drawn();
    expect(last(told)?.type).toBe('move');
    await touch('touchEnd');
    await until(() => last(told)?.type === 'leave');
    const left = told.filter(({ type }, i) => type === 'leave' && told[i - 1]?.type !== 'leave');
    expect(left).toHaveLength(2);
  });

  it('is seen for 3 s where a finger taps, however long it was down, and goes at once for another gesture', async () => {
    const { told, find } = setUp();
    stopTimers();
    const finger = (type: string, x: number, y: number) =>
      point(type, x, y, find('#box'), { pointerType: 'touch', pointerId: 7 });
    finger('pointerdown', 60, 220);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(60);
    finger('pointermove', 66, 224);
    finger('pointerup', 66, 224);
    point('pointerleave', 66, 224, document.documentElement, { pointerType: 'touch', pointerId: 7, bubbles: false });
    expect(told.map(({ type }) => type)).toEqual(['move']);
    expect(tapped(told)).toBe(true);
    vi.advanceTimersByTime(2999);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(told.map(({ type }) => type)).toEqual(['move', 'leave']);

    finger('pointerdown', 60, 220);
    vi.advanceTimersByTime(100);
    finger('pointermove', 60, 205);
    finger('pointercancel', 60, 205); // it scrolls
    vi.advanceTimersByTime(5000);
    expect(told).toHaveLength(2);

    finger('pointerdown', 300, 220); // a long press
    vi.advanceTimersByTime(149);
    expect(told).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(told.map(({ type }) => type)).toEqual(['move', 'leave', 'move']);
    vi.advanceTimersByTime(2000);
    finger('pointerup', 300, 220);
    vi.advanceTimersByTime(2999);
    expect(last(told)?.type).toBe('move');
    finger('pointerdown', 100, 220);
    vi.advanceTimersByTime(200);
    finger('pointermove', 200, 220); // it draws
    vi.advanceTimersByTime(3000);
    expect(last(told)?.type).toBe('move');
    finger('pointerup', 200, 220);
    expect(last(told)?.type).toBe('leave');
  });

  it('is not reported of a finger that scrolls', async () => {
    const outer = mount(
      '<div style="position:fixed;inset:0;overflow:auto;background:#fff"><div id="far" style="height:3000px"></div></div>',
    );
    const { told } = setUp();
    const touch = (type: string, ...points: [number, number][]) =>
      send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ ...outside(x, y), id })) });
    const cancelled = new Promise((resolve) => {
      addEventListener('pointercancel', resolve, { capture: true, once: true });
    });
    await touch('touchStart', [300, 500]);
    for (const y of [495, 480, 460, 430]) await touch('touchMove', [300, y]);
    await cancelled;
    await until(() => outer.scrollTop > 0);
    await touch('touchEnd');
    await drawn();
    expect(last(told)?.type).not.toBe('move'); // on a busy machine it may have been down for long before it scrolled
    await touch('touchStart', [300, 300]);
    await touch('touchEnd');
    await until(() => last(told)?.type === 'move', { what: 'a real tap' });
  });

  it('is seen for 3 s where a pen has tapped, though that is taken away', async () => {
    const { told, find } = setUp();
    stopTimers();
    const pen = (type: string, x: number, target: Element = find('#box'), more = {}) =>
      point(type, x, 220, target, { pointerType: 'pen', pointerId: 9, ...more });
    pen('pointermove', 60);
    pen('pointerdown', 60);
    expect(tapped(told)).toBeUndefined();
    pen('pointerup', 60);
    expect(tapped(told)).toBe(true);
    vi.advanceTimersByTime(1000);
    pen('pointerleave', 60, document.documentElement, { bubbles: false });
    vi.advanceTimersByTime(1999);
    expect(last(told)?.type).toBe('move');
    vi.advanceTimersByTime(1);
    expect(last(told)?.type).toBe('leave');
  });

  it('hovers with a pen, stays when it is lifted and goes when it is taken away', async () => {
    const { told, find } = setUp((page) => page);
    const pen = (type: string, x: number, y: number, more = {}) =>
      send('Input.dispatchMouseEvent', { type, ...outside(x, y), pointerType: 'pen', ...more });
    await pen('mouseMoved', 60, 220);
    await until(() => anchorOf(last(told))?.includes('#box'));
    await pen('mousePressed', 60, 220, { button: 'left', buttons: 1, clickCount: 1 });
    await pen('mouseMoved', 120, 225, { button: 'left', buttons: 1 }); // it draws, which is no tap
    await pen('mouseReleased', 120, 225, { button: 'left', clickCount: 1 });
    await drawn();
    expect(last(told)?.type).toBe('move');
    const pointerId = await new Promise<number>((resolve) => {
      find('#box').addEventListener(
        'pointermove',
        ({ pointerId, pointerType }) => pointerType === 'pen' && resolve(pointerId),
      );
      void pen('mouseMoved', 70, 225);
    });
    point('pointerleave', 0, 0, find('#box').parentElement as Element, {
      pointerType: 'pen',
      pointerId,
      bubbles: false,
    });
    expect(last(told)?.type).toBe('leave');
    await pen('mouseMoved', 900, 650);
  });

  it('is where it is, though an element has captured it', () => {
    const { told, find } = setUp();
    find('#p').hasPointerCapture = () => true;
    point('pointermove', 60, 220, find('#p'));
    expect(anchorOf(last(told))).toBe('#box');
    point('pointermove', 60, 120, find('#p'));
    expect(last(told)?.type).toBe('leave');
  });

  it('does not follow a second finger', () => {
    const { told, find } = setUp();
    point('pointermove', 60, 220, find('#box'), { pointerType: 'touch' });
    point('pointermove', 400, 300, find('#box'), { pointerType: 'touch', isPrimary: false });
    expect(told).toHaveLength(1);
  });

  it('is not taken back by another pointer that ends', () => {
    const { told, find } = setUp();
    point('pointermove', 60, 220, find('#box'), { pointerId: 1 });
    point('pointercancel', 60, 220, find('#box'), { pointerId: 2, pointerType: 'touch' });
    point('pointerup', 60, 220, find('#box'), { pointerId: 2, pointerType: 'touch' });
    expect(told.map(({ type }) => type)).toEqual(['move']);
    point('pointercancel', 60, 220, find('#box'), { pointerId: 1 });
    expect(last(told)).toEqual({ type: 'leave' });
  });

  it('leaves when the surface is scrolled away under it, and points at something else when the page is', async () => {
    const outer = mount(
      '<div style="position:fixed;inset:0;overflow:auto;background:#fff"><div id="one" style="height:100px"></div><div style="height:3000px" id="far"></div></div>',
    );
    const { told } = setUp(() => outer.querySelector<HTMLElement>('#one'));
    point('pointermove', 60, 50, outer.querySelector('#one') as Element);
    expect(last(told)?.type).toBe('move');
    outer.scrollTop = 1000;
    await until(() => last(told)?.type === 'leave');
    const whole = setUp();
    whole.page.style.zIndex = '-1';
    point('pointermove', 60, 50, outer.querySelector('#far') as Element);
    const before = last(whole.told);
    outer.scrollTop = 1500;
    await until(() => {
      const now = last(whole.told);
      return now?.type === 'move' && before?.type === 'move' && now.position.y - before.position.y > 0.1;
    });
  });
});
