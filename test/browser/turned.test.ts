/** Pointers on what is turned, skewed, mirrored or unevenly scaled: what is told of them, and where they are drawn. */
import { describe, expect, it } from 'vitest';
import { until } from '../support/wait.js';
import { openPage, type Page } from './anchors-page.js';
import { setUp, visible } from './cursors-page.js';
import { parts } from './support.js';

const TURNS = [
  'transform:scale(2,1)',
  'transform:rotate(30deg)',
  'transform:rotate(45deg)',
  'transform:rotate(90deg) scale(.5,1.5)',
  'transform:rotate(200deg)',
  'transform:skew(25deg,10deg)',
  'transform:scaleX(-1)',
  'rotate:40deg;scale:1.5 .7;translate:10px 4px',
  'transform:rotateX(50deg) rotateZ(20deg)',
  'transform:matrix(.8,.5,-.3,1.1,20,5);transform-origin:0 100%',
];

/** A box with a mark of no extent at (30 %, 80 %) of it: the browser itself tells where that is. */
const box = (turn: string, inner = '') => `<div style="margin:300px;width:300px;${turn}">
  <p style="margin:0">something above</p><div id="box" style="position:relative;width:240px;height:90px;${inner}">
  <i id="mark" style="position:absolute;left:30%;top:80%"></i></div></div>`;

function markOf(root: ParentNode): { x: number; y: number } {
  const { x, y, width, height } = (root.querySelector('#mark') as Element).getBoundingClientRect();
  expect([width, height]).toEqual([0, 0]);
  return { x, y };
}

const surfaceOf = (page: Page) => new page.tested.Surface(null);

describe('12: a pointer on what is turned', () => {
  it.each(TURNS)('is told in the coordinates of the box itself: %s', async (turn) => {
    const page = await openPage({ width: 1000 }, box(turn));
    const { x, y } = markOf(page.document);
    const position = surfaceOf(page).locate(x, y, page.tested.pathAt(x, y), 0);
    expect(position?.anchor).toBe('#box');
    expect(position?.x).toBeCloseTo(0.3, 2);
    expect(position?.y).toBeCloseTo(0.8, 2);
  });

  it.each(TURNS)('is on the same spot where the page is turned otherwise: %s', async (turn) => {
    const page = await openPage({ width: 1000 }, box(turn, 'rotate:-70deg'));
    const surface = surfaceOf(page);
    surface.begin();
    const at = surface.resolve({ anchor: '#box', x: 0.3, y: 0.8 });
    const mark = markOf(page.document);
    expect(at?.how).toBe('exact');
    expect(at?.x).toBeCloseTo(mark.x, 0);
    expect(at?.y).toBeCloseTo(mark.y, 0);
  });

  it.each(TURNS)('is on the same letter, at the same point of it: %s', async (turn) => {
    const text = '<p id="text" style="width:300px">Several words that fill more than one line of this box.</p>';
    const turned = await openPage({ width: 1000 }, `<div style="margin:300px;width:300px;${turn}">${text}</div>`);
    const plain = await openPage({ width: 700 }, `<div style="margin:20px">${text}</div>`);
    const letter = turned.document.createRange();
    const node = turned.document.querySelector('#text')?.firstChild as Text;
    letter.setStart(node, node.data.indexOf('fill'));
    letter.setEnd(node, node.data.indexOf('fill') + 1);
    const { left, top, width, height } = letter.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const position = surfaceOf(turned).locate(x, y, turned.tested.pathAt(x, y), 0);
    expect(position?.anchor).toMatch(/^#text@/);
    const other = surfaceOf(plain);
    other.begin();
    const at = other.resolve(position as NonNullable<typeof position>);
    const there = plain.document.createRange();
    const same = plain.document.querySelector('#text')?.firstChild as Text;
    there.setStart(same, same.data.indexOf('fill'));
    there.setEnd(same, same.data.indexOf('fill') + 1);
    const wanted = there.getBoundingClientRect();
    expect(at?.x).toBeCloseTo(wanted.left + wanted.width / 2, 0);
    expect(Math.abs((at?.y ?? 0) - wanted.top - wanted.height / 2)).toBeLessThan(1.5);
    const own = surfaceOf(turned);
    own.begin();
    const back = own.resolve(position as NonNullable<typeof position>);
    expect(Math.hypot((back?.x ?? 0) - x, (back?.y ?? 0) - y)).toBeLessThan(1.5);
  });

  it.each(TURNS)('is drawn there, with the surface turned: %s', async (turn) => {
    const { cursors, alice } = await setUp(
      `style="margin:200px;width:300px;${turn}"`,
      box('margin:0').replace('margin:300px', 'margin:0'),
    );
    alice.pointer.move({ anchor: '#box', x: 0.3, y: 0.8 });
    const cursor = await until(() => parts(cursors, 'cursor').find(visible), { what: 'the cursor' });
    await until(() => {
      const mark = markOf(cursors);
      const tip = cursor.parentElement?.getBoundingClientRect();
      return tip && Math.hypot(tip.x - mark.x, tip.y - mark.y) < 1.5;
    });
  });

  it('is right again after the surface was turned while the pointer rests', async () => {
    const { cursors, alice } = await setUp('style="margin:200px;width:300px"', box('').replace('margin:300px', ''));
    alice.pointer.move({ anchor: '#box', x: 0.3, y: 0.8 });
    const cursor = await until(() => parts(cursors, 'cursor').find(visible), { what: 'the cursor' });
    const onMark = () => {
      const mark = markOf(cursors);
      const tip = cursor.parentElement?.getBoundingClientRect();
      return tip && Math.hypot(tip.x - mark.x, tip.y - mark.y) < 1.5;
    };
    await until(onMark);
    cursors.style.transform = 'rotate(30deg)';
    alice.pointer.move({ anchor: '#box', x: 0.31, y: 0.8 });
    alice.pointer.move({ anchor: '#box', x: 0.3, y: 0.8 });
    await until(onMark);
  });

  it('is told and drawn on a shape that is turned in a drawing', async () => {
    const drawing = (
      turn: string,
    ) => `<div style="margin:200px;${turn}"><svg viewBox="0 0 100 50" width="400" height="300"
      preserveAspectRatio="none"><g transform="rotate(20 50 25)"><rect id="shape" x="20" y="10" width="40" height="20"/></g>
      </svg></div>`;
    const [one, other] = [
      await openPage({ width: 1000 }, drawing('')),
      await openPage({ width: 800 }, drawing('rotate:35deg')),
    ];
    const at = (page: Page) => {
      const shape = page.document.querySelector('#shape') as SVGRectElement;
      const { x, y } = new DOMPoint(28, 26).matrixTransform(shape.getScreenCTM() as DOMMatrix);
      return { x, y };
    };
    const { x, y } = at(one);
    const position = surfaceOf(one).locate(x, y, one.tested.pathAt(x, y), 0);
    expect(position).toMatchObject({ anchor: '#shape' });
    expect(position?.x).toBeCloseTo(0.2, 1);
    expect(position?.y).toBeCloseTo(0.8, 1);
    const surface = surfaceOf(other);
    surface.begin();
    const drawnAt = surface.resolve(position as NonNullable<typeof position>);
    expect(Math.hypot((drawnAt?.x ?? 0) - at(other).x, (drawnAt?.y ?? 0) - at(other).y)).toBeLessThan(3);
  });
});
