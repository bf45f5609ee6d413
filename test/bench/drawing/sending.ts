/**
 * What it costs to send the user's own pointer: a page with the elements, another session in the room that receives,
 * and a pointer that moves over paragraphs without ids at 60 events a second, in strokes of minimum jerk. Counts the
 * published payloads.
 */
import type { Page } from 'playwright-core';
import { connect, joinRoom } from '../../../src/index.js';

export interface Sent {
  readonly what: string;
  readonly positions: number;
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** How long a stroke takes, in milliseconds; its ends lie anywhere on the paragraphs. */
const PACES = { 'slow, 5 s a stroke': 5_000, 'usual, 0.6 s': 600, 'fast, 0.3 s': 300 };

export async function measureSending(tab: Page, server: string, project: string, seconds: number): Promise<Sent[]> {
  const bus = await connect({ servers: server });
  const room = await joinRoom(bus, { project, user: { id: 'listener' } });
  let [messages, bytes] = [0, 0];
  bus.subscribe(`slate.editor.cursors.batch.${project}`, ({ data }) => {
    messages++;
    bytes += data.length;
  });
  await tab.waitForFunction(() => document.querySelector('slate-room')?.room?.members.length === 2);
  const rows: Sent[] = [];
  for (const [what, strokeMs] of Object.entries(PACES)) {
    [messages, bytes] = [0, 0];
    const positions = await tab.evaluate(stroke, { strokeMs, endsMs: seconds * 1_000 });
    await bus.flush();
    rows.push({ what, positions, messages, bytes, seconds });
  }
  await room.leave();
  await bus.close();
  return rows;
}

/** In the page: moves the pointer each frame, and says how many positions that were. */
function stroke({ strokeMs, endsMs }: { strokeMs: number; endsMs: number }): Promise<number> {
  const { left, top, width, height } = (document.querySelector('article') as HTMLElement).getBoundingClientRect();
  let seed = 7;
  const anywhere = (): [number, number] => {
    const share = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    return [left + share() * width, top + share() * Math.min(height, innerHeight - top)];
  };
  let [from, to, begun, count] = [anywhere(), anywhere(), performance.now(), 0];
  const end = begun + endsMs;
  return new Promise((resolve) => {
    const frame = (now: number): void => {
      if (now > end) {
        resolve(count);
        return;
      }
      if (now - begun > strokeMs) [from, to, begun] = [to, anywhere(), now];
      const s = Math.max(0, (now - begun) / strokeMs);
      const share = s * s * s * (10 - 15 * s + 6 * s * s);
      const clientX = Math.round(from[0] + (to[0] - from[0]) * share);
      const clientY = Math.round(from[1] + (to[1] - from[1]) * share);
      const init = { bubbles: true, composed: true, isPrimary: true, pointerType: 'mouse', clientX, clientY };
      document.elementFromPoint(clientX, clientY)?.dispatchEvent(new PointerEvent('pointermove', init));
      count++;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}
