/** On a page of 50,000 nodes neither one's own pointer nor an anchor that a peer made up takes long. */
import { expect, it } from 'vitest';
import { Surface } from '../../elements/surface/surface.js';
import { pathAt } from '../../elements/surface/tree.js';
import { mount } from './support.js';

const repeat = (count: number, make: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join('');

const PAGES = {
  'one long list': repeat(25_000, (i) => `<p>paragraph ${i}</p>`),
  sections: repeat(
    250,
    (i) => `<section><h2>${i}</h2><div>${repeat(66, (j) => `<p>a <b>${j}</b> b</p>`)}</div></section>`,
  ),
  'one long paragraph': `<p>${repeat(25_000, (i) => `<span>word${i} </span>`)}</p>`,
  'names and ids': repeat(12_500, (i) => `<div data-slate-anchor="row${i}" id="r${i}"><p>paragraph ${i}</p></div>`),
  'boxes in boxes': `${'<div>'.repeat(300)}<p>deep</p>${'</div>'.repeat(300)}${repeat(25_000, (i) => `<p>${i}</p>`)}`,
};

/** What a peer may send to make others search for long: each is another one. */
const HOSTILE = [
  (i: number) => `#top/:has(:has(p${i}))@abcdefz`,
  (i: number) => `#top/p,:is(div):has(> *)@abcde${i}`,
  (i: number) => `/49999p@abc${i}`,
  (i: number) => `${`=nobody${i}`.repeat(8)}`,
  (i: number) => `${'=a'.repeat(90)}${i}`,
  (i: number) => `#top/p@zzz${i}`,
  (i: number) => `#top/@zzz${i}`,
  (i: number) => `#top@zz${i}z`,
  (i: number) => `${'/'.repeat(150)}${i}p@zzzzzz1`,
  (i: number) => `=row${i}#r${i}/p@zzzzzz1`,
];

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** How long something takes; times are compared with one another, never with a clock of a quiet machine. */
function timeOf(act: () => unknown): number {
  const begun = performance.now();
  act();
  return performance.now() - begun;
}

it.each(Object.entries(PAGES))('%s: each is done in the time of a few walks over the page', (_, markup) => {
  mount(`<div id="top" style="position:absolute;left:0;top:0;width:700px;background:#fff">${markup}</div>`);
  document.body.getBoundingClientRect(); // the page is drawn before anyone points
  pathAt(100, 105);
  const walk = () =>
    timeOf(() => {
      let letters = 0;
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL, () => NodeFilter.FILTER_ACCEPT);
      while (walker.nextNode()) letters += walker.currentNode.nodeName.length;
      return letters;
    });
  const unit = median([walk(), walk(), walk(), walk(), walk()]);
  const surface = new Surface(null);
  const first = timeOf(() => surface.locate(100, 105, pathAt(100, 105)));
  expect(first / unit).toBeLessThan(10);

  for (const anchorOf of HOSTILE) {
    const times = Array.from({ length: 5 }, (_, i) => {
      surface.begin();
      return timeOf(() => surface.resolve({ anchor: anchorOf(i), x: 0.5, y: 0.5 }));
    });
    expect.soft(median(times) / unit, anchorOf(1).slice(0, 40)).toBeLessThan(3);
  }
  // A hundred of them in one frame take little more than the one that uses up the time of the frame.
  surface.begin();
  const all = timeOf(() => {
    for (let i = 0; i < 1000; i++)
      surface.resolve({ anchor: HOSTILE[i % HOSTILE.length]?.(i + 10) ?? '', x: 0.5, y: 0.5 });
  });
  expect(all / unit).toBeLessThan(10);
});
