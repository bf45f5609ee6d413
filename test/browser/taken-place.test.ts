/** A page that lacks the block under a pointer: where the pointer is then, and never on what took the place. */
import { describe, expect, it } from 'vitest';
import { Surface } from '../../elements/surface/surface.js';
import { pathAt } from '../../elements/surface/tree.js';
import type { PointerPosition } from '../../src/index.js';
import { mount } from './support.js';

/** One page at a time: it takes the place of the one before. */
function open(markup: string): HTMLElement {
  for (const before of document.querySelectorAll('#s')) before.parentElement?.remove();
  return mount(
    `<div style="position:absolute;left:0;top:0;width:700px;background:#fff"><section id="s">${markup}</section></div>`,
  );
}

/** Points at a block of one page, by a moving pointer, and by one that rests on its text where there is some. */
function pointAt(page: HTMLElement, selector: string, speed: number): PointerPosition {
  const block = page.querySelector(selector) as HTMLElement;
  const { left, top } = block.getBoundingClientRect();
  const [x, y] = [left + 20, top + 8];
  const position = new Surface(null).locate(x, y, pathAt(x, y), speed);
  expect(position?.anchor).toMatch(/^#s\//);
  return position as PointerPosition;
}

/** Where that is on another page. */
function find(position: PointerPosition, markup: string) {
  const page = open(markup);
  const surface = new Surface(null);
  surface.begin();
  const at = surface.resolve(position);
  const isIn = (selector: string) => {
    const { left, right, top, bottom } = (page.querySelector(selector) as Element).getBoundingClientRect();
    return !!at && at.x >= left && at.x <= right && at.y >= top && at.y <= bottom;
  };
  return { at, isIn, surface, page };
}

const rows = (...names: string[]) =>
  `<ul style="padding:0;margin:0">${names.map((name) => `<li class="${name}" style="height:40px">entry ${name}</li>`).join('')}</ul>`;
const cards = (...names: string[]) =>
  `<div class="cards">${names.map((name) => `<div class="card ${name}"><h3>Card ${name}</h3><p class="p${name}" style="height:40px">about ${name}</p></div>`).join('')}</div>`;
const empty = (...names: string[]) =>
  `<div class="grid" style="height:200px">${names.map((name) => `<hr class="${name}" style="height:40px;margin:0;border:0">`).join('')}</div>`;

/** In CSS pixels a millisecond: a pointer that reads, and one that moves. */
const SPEEDS = [0, 0.11];

describe('12: where a page lacks the block under a pointer', () => {
  it.each(SPEEDS)('it is on the block where that has moved (speed %f)', (speed) => {
    const position = pointAt(open(rows('a', 'b', 'c', 'd')), '.c', speed);
    const { at, isIn } = find(position, rows('b', 'c', 'd'));
    expect(at?.how).toBe('exact');
    expect(isIn('.c')).toBe(true);
    expect(find(position, rows('x', 'a', 'b', 'c', 'd', 'e')).isIn('.c')).toBe(true);
  });

  it.each(SPEEDS)('it stands within what is around the block, as far as that is there (speed %f)', (speed) => {
    const row = find(
      pointAt(open(`<p>first</p>${rows('a', 'b', 'c', 'd')}`), '.b', speed),
      `<p>first</p>${rows('a', 'c', 'd')}`,
    );
    expect(row.at?.how).toBe('collapsed');
    const list = row.page.querySelector('ul')?.getBoundingClientRect() as DOMRect;
    expect([row.at?.x, row.at?.y]).toEqual([list.left + list.width / 2, list.top + list.height / 2]);

    const card = find(
      pointAt(open(`<p>first</p>${cards('a', 'b', 'c', 'd', 'e')}`), '.pb', speed),
      `<p>first</p>${cards('a', 'c', 'd', 'e')}`,
    );
    expect(card.at?.how).toBe('collapsed');
    const all = card.page.querySelector('.cards')?.getBoundingClientRect() as DOMRect;
    expect([card.at?.x, card.at?.y]).toEqual([all.left + all.width / 2, all.top + all.height / 2]);
  });

  it('it stands there, too, where the block has no text', () => {
    const position = pointAt(open(empty('a', 'b', 'c')), '.b', 0.11);
    const { at, page } = find(position, empty('a', 'c'));
    const { left, top, width, height } = (page.querySelector('.grid') as Element).getBoundingClientRect();
    expect(at).toMatchObject({ how: 'collapsed', x: left + width / 2, y: top + height / 2 });
    expect(find(position, empty('a', 'b', 'c')).at?.how).toBe('exact');
  });

  it('it is on none of several that look alike', () => {
    const position = pointAt(open(rows('same', 'same', 'same')), '.same:nth-child(2)', 0.11);
    expect(find(position, rows('same', 'same')).at?.how).toBe('collapsed');
    expect(find(position, rows('same', 'same', 'same')).at?.how).toBe('exact');
  });

  it('it stays on a block whose text differs, where there are as many', () => {
    const position = pointAt(open(rows('12:01', '7 files')), 'li', 0.11);
    const { at, page } = find(position, rows('12:02', '9 files'));
    const { left, right, top, bottom } = (page.querySelector('li') as Element).getBoundingClientRect();
    expect(at?.how).toBe('near');
    expect(at && at.x >= left && at.x <= right && at.y >= top && at.y <= bottom).toBe(true);
  });

  it('tells nothing of what is private in the block', () => {
    const markup = (secret: string) =>
      `<div class="x" style="height:60px"><p data-slate-private>${secret}</p>public</div><div>b</div>`;
    const anchors = ['one', 'another'].map((secret) => {
      const page = open(markup(secret));
      const { left, bottom } = (page.querySelector('.x') as Element).getBoundingClientRect();
      const position = new Surface(null).locate(left + 400, bottom - 3, pathAt(left + 400, bottom - 3), 0.11);
      return position?.anchor;
    });
    expect(anchors[0]).toMatch(/^#s\/\+1~/);
    expect(anchors[1]).toBe(anchors[0]);
  });
});
