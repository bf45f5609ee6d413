/**
 * Where a pointer is: addresses, words, what is hidden, cut off or gone, and what is never told.
 * Past 300 lines: one page, and a test for each way a place can be hidden, moved or lost.
 */
import { describe, expect, it } from 'vitest';
import { Surface, type WindowPosition } from '../../elements/surface/surface.js';
import { pathAt } from '../../elements/surface/tree.js';
import type { PointerPosition } from '../../src/index.js';
import { seeded } from '../support/random.js';
import { mount } from './support.js';

const LINES = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen.';
const FILL = 'position:absolute;left:0;top:0;width:700px;background:#fff';

/** Puts a page of its own over this one. */
const page = (markup: string) => mount(`<div style="${FILL}">${markup}</div>`);
const find = <T extends Element = HTMLElement>(selector: string) => document.querySelector(selector) as T;

/** Points at a share of the box of an element. */
function pointAt(surface: Surface, element: Element, x = 0.5, y = 0.5, speed = 0): PointerPosition | undefined {
  const box = element.getBoundingClientRect();
  const [left, top] = [box.left + x * box.width, box.top + y * box.height];
  return surface.locate(left, top, pathAt(left, top), speed);
}

function resolve(surface: Surface, position: PointerPosition | undefined): WindowPosition | undefined {
  surface.begin();
  return position && surface.resolve(position);
}

/** The box of some text that occurs once. */
function boxOf(root: Node, words: string): DOMRect {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = (walker.currentNode as Text).data.indexOf(words);
    if (at < 0) continue;
    const range = new Range();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + words.length);
    return range.getBoundingClientRect();
  }
  throw new Error(`no “${words}” here`);
}

function pointAtWord(surface: Surface, root: Node, word: string): PointerPosition | undefined {
  const { left, top, width, height } = boxOf(root, word);
  const [x, y] = [left + width / 2, top + height / 2];
  return surface.locate(x, y, pathAt(x, y));
}

function expectOn(at: WindowPosition | undefined, box: DOMRect, how: WindowPosition['how'] = 'exact'): void {
  expect(at?.how).toBe(how);
  expect(at?.x).toBeGreaterThanOrEqual(box.left - 1);
  expect(at?.x).toBeLessThanOrEqual(box.right + 1);
  expect(at?.y).toBeGreaterThanOrEqual(box.top - 1);
  expect(at?.y).toBeLessThanOrEqual(box.bottom + 1);
}

describe('an address', () => {
  const box = 'style="height:40px"';
  it.each([
    ['a name', `<div data-slate-anchor="card" class="x" ${box}></div>`, '=card'],
    ['an id', `<div id="spot" class="x" ${box}></div>`, '#spot'],
    ['a name before an id', `<div id="spot" data-slate-anchor="card" class="x" ${box}></div>`, '=card'],
    [
      'a way from what has a name',
      `<section id="s"><p>a</p><p>b</p><div></div><div class="x" ${box}></div></section>`,
      '#s/1',
    ],
    ['the kind of the child', `<section id="s"><div></div><hr><hr class="x" ${box}></section>`, '#s/1hr'],
    [
      'where to fall back to',
      `<section id="list"><div><div data-slate-anchor="row 7" class="x" ${box}></div></div></section>`,
      '#list=row%207',
    ],
    ['no id that a library made up', `<section id="s"><div id=":r1:" class="x" ${box}></div></section>`, '#s/'],
    [
      'an id of two elements only where it leads to this one',
      `<section id="s"><i id="twin"></i><div id="twin" class="x" ${box}></div></section>`,
      '#s/',
    ],
    [
      'signs and letters of any kind',
      `<div id="a/b=c>d@é#東" class="x" ${box}></div>`,
      '#a%2Fb%3Dc%3Ed%40%C3%A9%23%E6%9D%B1',
    ],
  ])('is %s', (_, markup, anchor) => {
    page(markup);
    const surface = new Surface(null);
    const position = pointAt(surface, find('.x'), 0.25, 0.75);
    expect(position?.anchor).toBe(anchor);
    expect(position?.x).toBeCloseTo(0.25, 2);
    expect(position?.y).toBeCloseTo(0.75, 2);
    expectOn(resolve(surface, position), find('.x').getBoundingClientRect());
  });

  it('leads into open shadow roots, by slots and past closed ones', () => {
    page('<section id="s"><x-a></x-a><x-b><span style="display:block;height:30px"></span></x-b><x-c></x-c></section>');
    const surface = new Surface(null);
    const inside = `<article><p id="p" ${box}></p><div class="y" ${box}></div><slot></slot></article>`;
    const open = find('x-a').attachShadow({ mode: 'open' });
    open.innerHTML = inside;
    find('x-b').attachShadow({ mode: 'open' }).innerHTML = inside;
    find('x-c').attachShadow({ mode: 'closed' }).innerHTML = inside;
    find('x-c').style.display = 'block';
    expect(pointAt(surface, open.querySelector('p') as Element)?.anchor).toBe('#s/x-a>#p');
    expect(pointAt(surface, open.querySelector('.y') as Element)?.anchor).toBe('#s/x-a>/article/');
    expect(pointAt(surface, find('span'))?.anchor).toBe('#s/x-b/span');
    expect(pointAt(surface, find('x-c'), 0.5, 0.2)?.anchor).toBe('#s/x-c');
    for (const element of [open.querySelector('p'), open.querySelector('.y'), find('span')] as Element[])
      expectOn(resolve(surface, pointAt(surface, element)), element.getBoundingClientRect());
  });

  it('is at most 256 bytes: what lies too deep is named by what is around it', () => {
    const depth = 150;
    page(`<section id="s">${'<b style="display:block">'.repeat(depth)}<div class="x" ${box}></div></section>`);
    const surface = new Surface(null);
    const position = pointAt(surface, find('.x'));
    expect(position?.anchor).toMatch(/^#s(\/b)+$/);
    expect(position?.anchor.length).toBeGreaterThan(150);
    expect(position?.anchor.length).toBeLessThanOrEqual(256);
    expectOn(resolve(surface, position), find('.x').getBoundingClientRect());
  });

  it('is refused where it is none, and never throws', () => {
    page(`<div id="s" ${box}></div>`);
    const surface = new Surface(null);
    const random = seeded(7);
    const letters = '#=/>@%2ps"]\\ \u0000é';
    const anchors = [
      '#',
      '=',
      '?',
      '%',
      '#%',
      '=%E0%A4%A',
      '#s/99999999999999999999p',
      '#s@',
      '#s@!',
      '#s@abcdef',
      '#s>',
      '#s/%00',
      '/',
      '>>',
    ];
    for (let i = 0; i < 3000; i++)
      anchors.push(
        Array.from({ length: 1 + random() * 12 }, () => letters[Math.floor(random() * letters.length)]).join(''),
      );
    for (const anchor of anchors) expect(() => resolve(surface, { anchor, x: 0.5, y: 0.5 })).not.toThrow();
    for (const anchor of ['#', '=', '?', '%', '#%', '=%E0%A4%A', '#nobody', '=nobody'])
      expect(resolve(surface, { anchor, x: 0.5, y: 0.5 })).toBeUndefined();
  });

  it('into a shadow root is not looked for outside of it', () => {
    page(`<x-a id="host"></x-a><p id="inner" ${box}></p>`);
    find('x-a').attachShadow({ mode: 'open' }).innerHTML = `<article><p id="inner" ${box}></p></article>`;
    const inner = find('x-a').shadowRoot?.querySelector('p') as Element;
    const surface = new Surface(null);
    const position = pointAt(surface, inner);
    expect(position?.anchor).toBe('#host>#inner');
    inner.remove();
    expect(resolve(new Surface(null), position)?.how).toBe('collapsed');
  });

  it('of one surface is not drawn on another', () => {
    page(
      `<main id="one"><div data-slate-anchor="card" ${box}></div></main><main id="two"><div data-slate-anchor="card" ${box}></div></main>`,
    );
    const [one, two] = [new Surface(find('#one')), new Surface(find('#two'))];
    const position = pointAt(two, find('#two div'));
    expect(position?.anchor).toBe('#two=card');
    expectOn(resolve(two, position), find('#two div').getBoundingClientRect());
    expect(resolve(one, position)).toBeUndefined();
  });

  it('does not look into what is marked as one whole', () => {
    page(`<div data-slate-anchor="map" data-slate-whole><p id="tile">some text ${LINES}</p></div>`);
    const surface = new Surface(null);
    expect(pointAtWord(surface, find('#tile'), 'three')?.anchor).toBe('=map');
    find('#tile').replaceWith(LINES);
    expect(pointAtWord(surface, find('[data-slate-whole]'), 'three')?.anchor).toBe('=map');
  });
});

describe('a word', () => {
  it('is found where the window is narrow, the font is another and the words wrap', () => {
    page(`<p id="p">${LINES}</p>`);
    const surface = new Surface(null);
    const position = pointAtWord(surface, find('#p'), 'twelve');
    expect(position?.anchor).toMatch(/^#p@/);
    find('#p').style.cssText = 'width:120px;font:italic 30px/2 monospace';
    expectOn(resolve(surface, position), boxOf(find('#p'), 'twelve'));
  });

  it.each([
    ['before it', 'Zero, and then ', 0],
    ['right before it', 'well ', LINES.indexOf('twelve')],
    ['right behind it', ' or so', LINES.indexOf(' thirteen')],
    ['far behind it', ' The end.', LINES.length],
  ])('is found again when text is put in %s', async (_, text, at) => {
    page(`<section id="s"><h2>t</h2><p>${LINES}</p></section>`);
    const surface = new Surface(null);
    const position = pointAtWord(surface, find('#s p'), 'twelve');
    expectOn(resolve(surface, position), boxOf(find('#s'), 'twelve'));
    (find('#s p').firstChild as Text).insertData(at, text);
    expectOn(resolve(new Surface(null), position), boxOf(find('#s'), 'twelve'));
  });

  it('is found again when its paragraph is split, marked up or made anew by a framework', async () => {
    page(`<p id="p">${LINES}</p>`);
    const surface = new Surface(null);
    const position = pointAtWord(surface, find('#p'), 'twelve');
    resolve(surface, position);
    find('#p').innerHTML = LINES.replace('eleven', '<b>ele<i>ven</i></b>').replace('three', '<u>three</u>');
    expectOn(resolve(surface, position), boxOf(find('#p'), 'twelve'));
  });

  it('is found in its own element when others of the kind come before it', () => {
    page(`<ul id="list"><li>first of all</li><li>second to none</li><li>third time lucky</li></ul>`);
    const surface = new Surface(null);
    const position = pointAtWord(surface, find('#list'), 'none');
    find('#list').insertAdjacentHTML('afterbegin', '<li>newest</li><li>newer</li>');
    expectOn(resolve(surface, position), boxOf(find('#list'), 'none'));
  });

  it('stands at the list when its row is gone, as in a list that draws only what is seen', () => {
    page(`<section><ul id="list"><li>first of all</li><li>second to none</li></ul></section>`);
    const surface = new Surface(null);
    const position = pointAtWord(surface, find('#list'), 'none');
    find('#list').innerHTML = '<li>row ninety</li><li>row ninety-one</li>';
    expectOn(resolve(surface, position), find('#list').getBoundingClientRect(), 'collapsed');
  });

  it('is near where all of it was replaced in an element of that name', () => {
    page(`<p id="p">${LINES}</p>`);
    const surface = new Surface(null);
    const position = pointAtWord(surface, find('#p'), 'twelve');
    find('#p').textContent = 'Un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze.';
    expectOn(resolve(surface, position), find('#p').getBoundingClientRect(), 'near');
  });

  it('keeps one address along its line, and takes the word itself at rest', () => {
    page(`<p id="p" style="width:690px">${LINES}</p>`);
    const surface = new Surface(null);
    const anchors = new Set<string | undefined>();
    const { left, right, top, height } = boxOf(find('#p'), LINES.slice(0, 40));
    for (let x = left + 5; x < right; x += 3)
      anchors.add(surface.locate(x, top + height / 2, pathAt(x, top + height / 2), 0.2)?.anchor);
    expect(anchors.size).toBe(1);
    const four = pointAtWord(surface, find('#p'), 'four');
    expect([...anchors]).not.toContain(four?.anchor);
    expectOn(resolve(surface, four), boxOf(find('#p'), 'four'));
  });

  it('takes another address in another line, so that nothing glides from line end to line start', () => {
    page(`<p id="p" style="width:200px">${LINES}</p>`);
    const surface = new Surface(null);
    const lines = ['One', 'eight'].map((word) => {
      const { left, top, height } = boxOf(find('#p'), word);
      return surface.locate(left + 5, top + height / 2, pathAt(left + 5, top + height / 2), 0.1)?.anchor;
    });
    expect(lines[0]).not.toBe(lines[1]);
  });

  it('stays in its line, however it is rounded on the wire', () => {
    page(`<p id="p" style="width:200px">${LINES}</p>`);
    const surface = new Surface(null);
    const first = find('#p').getBoundingClientRect().left;
    let starts = 0;
    for (const word of LINES.split(' ')) {
      const { left, right, top, height } = boxOf(find('#p'), word);
      if (left > first + 1) continue;
      starts++;
      for (const x of [left, right - 0.01]) {
        const position = surface.locate(x, top + height / 2, pathAt(x, top + height / 2)) as PointerPosition;
        for (const error of [-0.5, 0.5]) {
          const at = resolve(surface, { ...position, x: position.x + error / 65535 });
          expect(Math.abs((at?.y ?? 0) - top - height / 2)).toBeLessThan(1);
          expect(Math.abs((at?.x ?? 0) - x)).toBeLessThan(2);
        }
      }
    }
    expect(starts).toBeGreaterThan(2);
  });

  it('is not what is beside the pointer, above it, or beneath what lies there', () => {
    page(`<p id="p" style="padding:60px 0 0;margin:0;width:690px">Short.</p><div id="under" style="height:40px"></div>
      <p id="over" style="pointer-events:none;margin:-40px 0 0;height:40px">${LINES}</p>`);
    const surface = new Surface(null);
    const { left, right, top } = boxOf(find('#p'), 'Short');
    for (const [x, y] of [
      [left + 5, top - 30],
      [right + 60, top + 5],
    ] as const)
      expect(surface.locate(x, y, pathAt(x, y))?.anchor).toBe('#p');
    expect(pointAtWord(surface, find('#over'), 'three')?.anchor).toBe('#under');
  });

  it('is found by each of its letters, where left-to-right and right-to-left meet, and in pairs of units', () => {
    page(
      '<p id="p" dir="rtl" style="width:690px;font-size:20px">Questions and answers, שאלות ותשובות (both) 👍🏽 𝒳𝒴 12.5 %</p>',
    );
    const surface = new Surface(null);
    const node = find('#p').firstChild as Text;
    const range = new Range();
    let letters = 0;
    for (let i = 0; i < node.length; i++) {
      if (!/\S/.test(node.data[i] ?? '')) continue;
      const pair = (node.data.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
      range.setStart(node, i);
      range.setEnd(node, i + pair);
      const { left, width, top, height } = range.getBoundingClientRect();
      if (width === 0) continue; // part of the letter before it
      letters++;
      for (const share of [0.3, 0.7]) {
        const [x, y] = [left + width * share, top + height / 2];
        const position = surface.locate(x, y, pathAt(x, y));
        expect(position?.anchor, node.data.slice(i, i + pair)).toContain('@');
        expect(Math.abs((resolve(surface, position)?.x ?? 0) - x), node.data.slice(i, i + pair)).toBeLessThan(1.5);
      }
      i += pair - 1;
    }
    expect(letters).toBeGreaterThan(40);
  });

  it('passes between two samples through the line, in Hebrew from right to left', () => {
    page('<p id="p" dir="rtl" style="width:690px">הסמן מראה היכן אתה מסתכל עכשיו וכולם רואים את אותה המילה</p>');
    const surface = new Surface(null);
    const { left, right, top, height } = boxOf(find('#p'), 'מראה היכן אתה מסתכל');
    const at = (x: number) => surface.locate(x, top + height / 2, pathAt(x, top + height / 2), 0.1) as PointerPosition;
    const [from, to] = [at(right - 2), at(left + 2)];
    expect(to.anchor).toBe(from.anchor);
    let last = Number.POSITIVE_INFINITY;
    for (let share = 0; share <= 1; share += 0.01) {
      const x = resolve(surface, { ...from, x: from.x + (to.x - from.x) * share })?.x ?? Number.NaN;
      expect(x).toBeLessThan(last + 0.5);
      last = x;
    }
  });

  it('gives way to boxes while the pointer flies, larger ones the faster', () => {
    page(
      `<section id="s" style="padding:100px 0"><p id="p" style="width:600px;margin:0;height:90px">${LINES}</p></section>`,
    );
    const surface = new Surface(null);
    expect(pointAt(surface, find('#p'), 0.1, 0.1, 0.1)?.anchor).toMatch(/#p@/);
    expect(pointAt(surface, find('#p'), 0.1, 0.1, 0.25)?.anchor).toBe('#s#p');
    expect(pointAt(surface, find('#p'), 0.1, 0.1, 0.8)?.anchor).toBe('#s');
    expect(pointAt(surface, find('#p'), 0.1, 0.1, 0.25)?.anchor).toBe('#s'); // still on its way
    expect(pointAt(surface, find('#p'), 0.1, 0.1, 50)?.anchor).toBe('');
    expect(pointAt(surface, find('#p'), 0.1, 0.1, 0)?.anchor).toMatch(/#p@/);
    expect(pointAt(surface, find('#p'), 0.1, 0.1, 0.25)?.anchor).toBe('#s#p');
  });
});

describe('what is hidden or gone', () => {
  const CARD = `<section id="outer" style="padding:10px"><h2>Head</h2><div id="inner"><div class="x" style="height:40px"></div><p>${LINES}</p></div></section>`;
  it.each([
    ['is not displayed', () => find('#inner').style.setProperty('display', 'none')],
    ['is invisible', () => find('#inner').style.setProperty('visibility', 'hidden')],
    ['was removed', () => find('#inner').remove()],
  ])('stands at the nearest element that is shown, where it %s', (_, hide) => {
    page(CARD);
    const surface = new Surface(null);
    const positions = [pointAt(surface, find('.x')), pointAtWord(surface, find('#inner'), 'three')];
    hide();
    for (const position of positions)
      expectOn(resolve(new Surface(null), position), find('#outer').getBoundingClientRect(), 'collapsed');
  });

  it('stands at what is closed: details, and a panel of no height', () => {
    page(
      `<details id="d" open><summary>More</summary><p>${LINES}</p></details><div id="panel" style="overflow:hidden"><div id="deep" style="height:100px"></div></div>`,
    );
    const surface = new Surface(null);
    const word = pointAtWord(surface, find('#d p'), 'three');
    const deep = pointAt(surface, find('#deep'));
    expect(resolve(surface, word)?.how).toBe('exact');
    expect(resolve(surface, deep)?.how).toBe('exact');
    find<HTMLDetailsElement>('#d').open = false;
    find('#panel').style.height = '0';
    const fresh = new Surface(null);
    expectOn(resolve(fresh, word), find('#d').getBoundingClientRect(), 'collapsed');
    expectOn(resolve(fresh, deep), find('#panel').getBoundingClientRect(), 'collapsed');
  });

  it('is nowhere, where nothing but the page is left', () => {
    page(`<div id="x" style="height:40px"></div>`);
    const surface = new Surface(null);
    const position = pointAt(surface, find('#x'));
    find('#x').remove();
    expect(resolve(surface, position)).toBeUndefined();
  });
});

describe('what is cut off', () => {
  it('is not what only lies in something that would cut', () => {
    page(
      `<div style="overflow:hidden;height:20px"><div id="free" style="position:absolute;left:300px;top:100px;width:50px;height:50px"></div></div>
       <div style="overflow:hidden;display:contents"><div id="boxless" style="width:50px;height:50px"></div></div>`,
    );
    const surface = new Surface(null);
    for (const id of ['#free', '#boxless'])
      expect(resolve(surface, pointAt(surface, find(id)))).toMatchObject({ how: 'exact', seen: true });
  });

  it('is scrolled away, where a frame that cannot scroll is around a scroller', () => {
    page(
      '<div style="overflow:hidden;height:200px"><div id="scroller" style="overflow:auto;height:200px"><div style="height:900px"></div><div id="deep" style="height:50px"></div></div></div>',
    );
    const surface = new Surface(null);
    find('#scroller').scrollTop = 900;
    const position = pointAt(surface, find('#deep'));
    find('#scroller').scrollTop = 0;
    expect(resolve(surface, position)).toMatchObject({ how: 'exact', seen: false });
    expect(resolve(surface, position)?.y).toBeGreaterThan(900);
  });

  it('stands at the end of a row of slides that is nearest to it', () => {
    page(
      '<div id="slides" style="overflow:hidden;width:200px;height:100px"><div style="width:600px;height:100px;display:flex"><div style="flex:1"></div><div style="flex:1"></div><div id="third" style="flex:1"></div></div></div>',
    );
    const surface = new Surface(null);
    find('#slides').scrollLeft = 400;
    const position = pointAt(surface, find('#third'));
    find('#slides').scrollLeft = 0;
    const { right, top, height } = find('#slides').getBoundingClientRect();
    expect(resolve(surface, position)).toMatchObject({ how: 'collapsed', x: right, y: top + height / 2, seen: true });
  });
});

describe('what is out of sight', () => {
  const SCROLLER = `<div id="scroller" style="height:200px;width:300px;overflow:auto"><div style="height:400px;width:900px"></div><div id="inner" style="height:100px;width:200px;overflow:auto"><p id="p" style="margin:300px 0 0">${LINES}</p></div><div style="height:400px"></div></div><div style="height:3000px"></div>`;

  it('is not seen, and says through which part of the window it would be', () => {
    page(SCROLLER);
    const surface = new Surface(null);
    find('#scroller').scrollTop = 350;
    find('#inner').scrollTop = 300;
    const position = pointAtWord(surface, find('#p'), 'One');
    expect(resolve(surface, position)).toMatchObject({ how: 'exact', seen: true });
    find('#inner').scrollTop = 0;
    const inner = find('#inner').getBoundingClientRect();
    const below = resolve(surface, position);
    expect(below).toMatchObject({ how: 'exact', seen: false });
    expect(below?.view).toMatchObject({ left: inner.left, top: inner.top, width: inner.width, height: inner.height });
    expect(below?.y).toBeGreaterThan(inner.bottom);
    find('#scroller').scrollTop = 0;
    const outer = find('#scroller').getBoundingClientRect();
    expect(resolve(surface, position)?.view).toMatchObject({ top: outer.top, height: outer.height });
    document.documentElement.scrollTop = 1500;
    expect(resolve(surface, position)?.view).toMatchObject({
      top: 0,
      left: 0,
      height: document.documentElement.clientHeight,
    });
    document.documentElement.scrollTop = 0;
  });

  it('is not seen where it would lie in the window, but its scroller does not', () => {
    page(
      '<div id="scroller" style="height:200px;overflow:auto"><div style="height:500px"></div><div id="deep" style="height:50px"></div></div><div style="height:3000px"></div>',
    );
    const surface = new Surface(null);
    find('#scroller').scrollTop = 500;
    const position = pointAt(surface, find('#deep'));
    find('#scroller').scrollTop = 0;
    document.documentElement.scrollTop = 300;
    const at = resolve(surface, position);
    expect(at?.y).toBeGreaterThan(100);
    expect(at?.y).toBeLessThan(400);
    expect(at?.seen).toBe(false);
    document.documentElement.scrollTop = 0;
  });

  it('is revealed without moving the window for what a scroller has yet to scroll', () => {
    const { clientHeight } = document.documentElement;
    page(
      `<div style="height:1000px"></div><div id="scroller" style="height:200px;overflow:auto"><div style="height:5000px"></div><div id="deep" style="height:50px"></div><div style="height:500px"></div></div><div style="height:3000px"></div>`,
    );
    const surface = new Surface(null);
    document.documentElement.scrollTop = 1100 - clientHeight / 2;
    find('#scroller').scrollTop = 5000;
    const position = pointAt(surface, find('#deep')) as PointerPosition;
    find('#scroller').scrollTop = 0;
    for (let i = 0; i < 60; i++) {
      surface.reveal(position, 0.2);
      expect(Math.abs(document.documentElement.scrollTop - 1100 + clientHeight / 2)).toBeLessThan(150);
    }
    expect(resolve(surface, position)?.seen).toBe(true);
    document.documentElement.scrollTop = 0;
  });

  it('is revealed through every scroller around it, at once or by shares', () => {
    page(SCROLLER);
    const surface = new Surface(null);
    find('#scroller').scrollTop = 350;
    find('#inner').scrollTop = 300;
    const position = pointAtWord(surface, find('#p'), 'One') as PointerPosition;
    const away = () => {
      find('#inner').scrollTop = find('#scroller').scrollTop = 0;
      find('#scroller').scrollLeft = 600;
      document.documentElement.scrollTop = 2000;
      expect(resolve(surface, position)?.seen).toBe(false);
    };
    away();
    expect(surface.reveal(position)).toBeGreaterThan(500);
    expect(resolve(surface, position)?.seen).toBe(true);
    away();
    for (let i = 0; i < 60; i++) surface.reveal(position, 0.3);
    expect(resolve(surface, position)?.seen).toBe(true);
    expect(surface.reveal(position, 0.3)).toBeLessThan(1);
    expect(surface.reveal({ anchor: '#nobody', x: 0, y: 0 })).toBeUndefined();
    document.documentElement.scrollTop = 0;
  });
});

describe('fractions', () => {
  it('run from the start, which is at the right in a right-to-left window; pictures are not mirrored', () => {
    page('<div id="x" style="height:40px;width:300px"></div><img id="i" style="height:40px;width:300px">');
    const surface = new Surface(null);
    const [box, picture] = [pointAt(surface, find('#x'), 0.2), pointAt(surface, find('#i'), 0.2)];
    expect([box?.anchor, picture?.anchor]).toEqual(['#x', '#i']);
    for (const id of ['#x', '#i']) find(id).style.direction = 'rtl';
    const mirrored = new Surface(null);
    const [x, i] = [find('#x').getBoundingClientRect(), find('#i').getBoundingClientRect()];
    expect(resolve(mirrored, box)?.x).toBeCloseTo(x.right - 0.2 * x.width, 0);
    expect(resolve(mirrored, picture)?.x).toBeCloseTo(i.left + 0.2 * i.width, 0);
    expect(pointAt(mirrored, find('#x'), 0.8)?.x).toBeCloseTo(0.2, 2);
  });
});

describe('a private region', () => {
  it('is never told, nor anything in it, also across shadow roots and slots', () => {
    page(
      `<section id="s"><div id="secret" data-slate-private><p>${LINES}</p><x-a></x-a></div><x-b><b style="display:block">slotted words</b></x-b></section>`,
    );
    find('x-a').attachShadow({ mode: 'open' }).innerHTML = '<p>in the shadow</p>';
    find('x-b').attachShadow({ mode: 'open' }).innerHTML = '<div data-slate-private><slot></slot></div><p>told</p>';
    const surface = new Surface(null);
    const shadow = (selector: string) => find(selector).shadowRoot?.querySelector('p') as Element;
    for (const element of [find('#secret'), find('#secret p'), shadow('x-a'), find('x-b b')])
      for (const speed of [0, 0.1, 5]) expect(pointAt(surface, element, 0.2, 0.5, speed)).toBeUndefined();
    expect(pointAt(surface, shadow('x-b'))?.anchor).toMatch(/^#s\/x-b>\/p/);
  });
});
