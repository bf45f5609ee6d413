/**
 * The page that is measured: cards with text, a real room over a real connection, and one way of drawing the pointers,
 * named in the address. `?draw=slate` is the element; `nothing` receives and draws nothing; `transition` is what most
 * examples do, one element a pointer, moved every 100 ms by a CSS transition; `perfect` is the published package
 * perfect-cursors, which tldraw and others use, with the same elements.
 */
import { PerfectCursor } from 'perfect-cursors';
import '../../../elements/index.js';
import type { Room } from '../../../src/index.js';

const query = new URLSearchParams(location.search);
const text = 'The quick brown fox jumps over the lazy dog, and nobody pointed at it until today. ';
const main = document.querySelector('main');
const draw = query.get('draw') ?? 'slate';
if (draw === 'text') {
  const article = document.createElement('article');
  article.style.font = '16px/1.5 serif';
  article.append(
    ...Array.from({ length: 5 }, () => Object.assign(document.createElement('p'), { textContent: text.repeat(6) })),
  );
  main?.replaceWith(article);
}
for (let i = 0; i < 64; i++) {
  const card = Object.assign(document.createElement('article'), { textContent: text.repeat(2) });
  card.dataset.slateAnchor = `c${i}`;
  main?.append(card);
}

const element = document.createElement('slate-room');
element.server = query.get('server');
element.project = query.get('project');
element.userId = 'watcher';
if (draw === 'slate' || draw === 'text') element.append(document.createElement('slate-cursors'));
element.addEventListener('slate-join', ({ room }) => {
  Object.assign(window, { room });
  if (draw === 'transition' || draw === 'perfect') drawElements(room, draw === 'perfect');
});
document.body.append(element);

/**
 * One element for each pointer. Every 100 ms it gets the position: a CSS transition moves it there, or perfect-cursors
 * moves it in each frame.
 */
function drawElements(room: Room, perfect: boolean): void {
  const layer = document.createElement('div');
  layer.style.cssText = 'position:fixed;inset:0;pointer-events:none;overflow:hidden';
  document.body.append(layer);
  const drawn = new Map<number, (x: number, y: number) => void>();
  const make = (name: string, color: string) => {
    const one = document.createElement('div');
    one.style.cssText = `position:absolute;left:0;top:0;${perfect ? '' : 'transition:transform .1s linear'}`;
    const arrow = '<path d="M0 0V17.2L4.6 13.1 7.4 19.6 10 18.4 7.3 12.2H13.4Z"/>';
    one.innerHTML = `<svg width="14" height="20" viewBox="0 0 14 20" fill="${color}">${arrow}</svg>`;
    one.append(Object.assign(document.createElement('span'), { textContent: name }));
    layer.append(one);
    const move = (x: number, y: number) => {
      one.style.transform = `translate(${x}px,${y}px)`;
    };
    const cursor = perfect && new PerfectCursor(([x = 0, y = 0]) => move(x, y));
    return cursor ? (x: number, y: number) => cursor.addPoint([x, y]) : move;
  };
  setInterval(() => {
    for (const { client, user, anchor, x, y } of room.pointers.sample()) {
      const move = drawn.get(client) ?? make(user.name, user.color);
      drawn.set(client, move);
      const box = document.querySelector(`[data-slate-anchor="${anchor.slice(1)}"]`)?.getBoundingClientRect();
      if (box) move(box.left + x * box.width, box.top + y * box.height);
    }
  }, 100);
}
